"""What `make_book` is given in Python: parameters, settings and tables, brought into the form that reading files gives.

Files are checked cell by cell while they are read; here stand the same checks for what was never in a cell.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np

from hecon.errors import Fault
from hecon.inputs.parameter import Parameter, Table

_NUMBERS = tuple(one.name for one in fields(Parameter) if one.type is float or one.type == "float")


def parameters_by_name(given: Iterable[Any], faults: list[Fault]) -> dict[str, Parameter]:
    """Parameters by name; what is no Parameter, holds text for a number or bears a name twice is a fault.

    >>> faults: list[Fault] = []
    >>> twice = parameters_by_name([Parameter(name="p", value=0.1), Parameter(name="p", value=0.2)], faults)
    >>> [str(fault) for fault in faults]
    ['p: is given twice, as 0.1 and as 0.2; rename one']
    """
    found: dict[str, Parameter] = {}
    for one in given:
        if not isinstance(one, Parameter):
            faults.append(Fault("parameters", f"write a list of Parameter(name=..., value=...); it holds {one!r}"))
            continue
        wrong = [name for name in _NUMBERS if not isinstance(getattr(one, name), int | float | np.number)]
        faults += [Fault(one.name, f"{name} is not a number: {getattr(one, name)!r}") for name in wrong]
        if one.name in found:
            faults.append(
                Fault(one.name, f"is given twice, as {found[one.name].value:g} and as {one.value:g}; rename one")
            )
        if not wrong:
            numbers: dict[str, Any] = {name: float(getattr(one, name)) for name in _NUMBERS}
            found[one.name] = replace(one, **numbers)
    return found


def settings_as_text(given: Mapping[str, Any]) -> dict[str, str]:
    """Settings as they stand in a file: numbers written out, names in a list separated by spaces.

    >>> settings_as_text({"threshold": 50_000, "price_parameters": ["price", "fee"]})
    {'threshold': '50000', 'price_parameters': 'price fee'}
    """
    return {name: " ".join(map(str, x)) if isinstance(x, list | tuple) else str(x) for name, x in given.items()}


def tables_by_name(given: Mapping[str, Any], faults: list[Fault]) -> dict[str, Table]:
    """Tables by name, each a Table, a DataFrame or columns by name, the first of them the increasing index.

    >>> faults: list[Fault] = []
    >>> life = tables_by_name({"life": {"age": [0, 1], "qx": [0.006, 0.0004]}}, faults)["life"]
    >>> life.index_name, life.index.tolist(), life.columns["qx"].tolist()
    ('age', [0.0, 1.0], [0.006, 0.0004])
    >>> tables_by_name({"life": {"age": [1, 0], "qx": [0.1, 0.1]}}, faults), str(faults[0])
    ({}, 'table life: age must increase from row to row')
    """
    found: dict[str, Table] = {}
    for name, one in given.items():
        if isinstance(one, Table):
            found[name] = one
            continue
        place = f"table {name}"
        if not hasattr(one, "keys") or not hasattr(one, "__getitem__"):
            faults.append(Fault(place, 'write columns by name, {"age": [...], "qx": [...]}, or give a DataFrame'))
            continue
        try:
            columns = {str(key): np.array(one[key], dtype=np.float64) for key in one.keys()}  # noqa: SIM118  # a DataFrame
        except (TypeError, ValueError):
            faults.append(Fault(place, "holds something else than numbers"))
            continue
        why = _table_fault(columns)
        if why:
            faults.append(Fault(place, why))
        else:
            index_name = next(iter(columns))
            found[name] = Table(name, index_name, columns.pop(index_name), columns)
    return found


def _table_fault(columns: Mapping[str, Any]) -> str:
    """Why columns are no table, or nothing."""
    if len(columns) < 2:
        return "needs an index and at least one column besides"
    index_name, index = next(iter(columns.items()))
    if any(values.shape != index.shape or values.ndim != 1 for values in columns.values()) or not len(index):
        return "its columns must have equally many rows, at least one"
    if not all(np.isfinite(values).all() for values in columns.values()):
        return "holds something else than numbers"
    if (np.diff(index) <= 0).any():
        return f"{index_name} must increase from row to row"
    return ""
