"""One formula by itself: for trying a macro, for tests against published conversions, and for hand calculations."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import ModelError, nearest
from hecon.evaluate.compile.arrays import interpolate, life_survivors, look_up
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.parsing import parse
from hecon.formula.syntax import Call, Name, Node, Number, Text

if TYPE_CHECKING:
    from hecon.inputs.parameter import Table


def evaluate_formula(text: str | Node, tables: "dict[str, Table] | None" = None, **values: Any) -> Any:
    """The value of a formula (or of a tree), with names given as numbers or as arrays that broadcast against each other.

    Raises:
        ModelError: what is not a formula; a name or table that is not given.

    >>> round(float(evaluate_formula("rate_to_prob(r_die, 1)", r_die=0.1)), 10)
    0.095162582
    """
    with np.errstate(all="ignore"):
        return _value(expand(parse(text) if isinstance(text, str) else text), tables or {}, values)


def evaluate_formulas(
    formulas: Mapping[str, str], tables: "dict[str, Table] | None" = None, **values: Any
) -> dict[str, Any]:
    """The values of named formulas, each of which may use those before it.

    >>> {name: float(value) for name, value in evaluate_formulas({"twice": "2 * x", "more": "twice + 1"}, x=3.0).items()}
    {'twice': 6.0, 'more': 7.0}
    """
    found: dict[str, Any] = {}
    for name, text in formulas.items():
        found[name] = evaluate_formula(text, tables, **values, **found)
    return found


def _value(tree: Node, tables: "dict[str, Table]", values: dict[str, Any]) -> Any:
    match tree:
        case Number(value=number):
            return number
        case Name(name="pi"):
            return np.pi
        case Name(name=name):
            if name not in values:
                raise ModelError(f"no value is given for '{name}'{nearest(name, values)}")
            return values[name]
        case Call(op="lookup", args=(Text(value=table), Text(value=column), x)):
            return look_up(*_column(tables, table, column), _value(x, tables, values))
        case Call(op="interp", args=(Name(name=table), *rest)):
            column = rest[0].value if isinstance(rest[0], Text) else ""
            return interpolate(*_column(tables, table, column), _value(rest[-1], tables, values))
        case Call(op="life_survivors", args=(Name(name=table), Text(value=column), x)):
            return life_survivors(*_column(tables, table, column), _value(x, tables, values))
        case Call(op=op, args=args) if op in PRIMITIVES:
            return PRIMITIVES[op].numpy(*(_value(arg, tables, values) for arg in args))
        case _:
            raise ModelError("occupancy, transitions and sums over cycles are known only inside a model")


def _column(tables: "dict[str, Table]", table: str, column: str) -> "tuple[Table, str]":
    if table not in tables:
        raise ModelError(f"no table '{table}' is given{nearest(table, tables)}")
    return tables[table], column or next(iter(tables[table].columns))
