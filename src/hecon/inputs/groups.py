"""Groups of the population as a case declares them in groups.csv: who takes up a treatment, gains by it, and pays for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hecon.errors import Fault, InputError, nearest, raise_faults, told_sum
from hecon.inputs.parameter import PROVENANCES
from hecon.inputs.tables.cells import column_letters, not_a_number, number
from hecon.inputs.tables.csv_file import Row

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "groups"
COLUMNS = ("group", "share", "uptake", "benefit", "qale", "cost_share", "provenance")
OPTIONAL = ("label", "patients", "subgroup", "copayment", "elasticity", "source", "note")
_SHARES = ("share", "patients", "cost_share")
_VALUES = {
    "uptake": (0.0, 1.0), "benefit": (0.0, None), "qale": (0.0, None), "copayment": (0.0, None), "elasticity": (None, 0.0),
}  # fmt: skip

Value = float | str


@dataclass(frozen=True)
class Group:
    """A group: its shares of the population, of the patients and of what is given up; a value is a number or an input's name.

    `uptake` is the share of its patients who are treated, `benefit` multiplies the QALYs that they gain, `qale` is its
    quality-adjusted life expectancy without the decision. `subgroup` is a subgroup of the model, whose own costs and QALYs
    count. `copayment` is what patients pay, as a share of a year's income; uptake changes by `elasticity` for each.
    """

    name: str
    label: str
    share: float
    patients: float
    cost_share: float
    uptake: Value
    benefit: Value
    qale: Value
    subgroup: str = ""
    copayment: Value = 0.0
    elasticity: Value = 0.0
    source: str = ""
    provenance: str = ""
    note: str = ""


def groups_of(book: "Book") -> tuple[Group, ...]:
    """The groups that a book's table `groups` declares, from the worst off to the best off.

    Raises:
        InputError: a book without the table; columns that are missing or unknown, cells that are no numbers or lie outside
            their range, unknown inputs and subgroups, shares that do not add up to 1; all at once, with their cells.

    >>> from hecon.inputs.book import make_book
    >>> row = {"group": "all", "share": "1", "uptake": "0.5", "benefit": "1", "qale": "60", "cost_share": "1"}
    >>> row["provenance"] = "assumption"
    >>> groups_of(make_book("demo", [], records={"groups": (row,)}))[0].uptake
    0.5
    """
    if not book.records.get(SHEET):
        raise InputError(
            f"{book.case} declares no groups: write groups.csv beside its inputs, a row for each group from the worst off to "
            f"the best off, with the columns {', '.join(COLUMNS)} (and perhaps {', '.join(OPTIONAL)})"
        )
    found, faults = _read(book)
    raise_faults(faults, InputError, book.case)
    return found


def group_faults(book: "Book") -> list[Fault]:
    """What is wrong with a book's groups; nothing where it has none.

    >>> from hecon.inputs.book import make_book
    >>> row = {"group": "all", "share": "0.9", "uptake": "50%", "benefit": "1", "qale": "60", "cost_share": "1"}
    >>> row["provenance"] = "guess"
    >>> for fault in group_faults(make_book("demo", [], records={"groups": (row,)})):
    ...     print(fault)
    groups!C2 (all): uptake is not a number: '50%'; write 0.5 for 50%, or the name of an input
    groups!G2 (all): unknown provenance 'guess' (known: read, derived, expert, assumption, unverified)
    groups (share): the shares add up to 0.9, not to 1
    """
    return _read(book)[1] if book.records.get(SHEET) else []


def _read(book: "Book") -> tuple[tuple[Group, ...], list[Fault]]:
    rows = book.records[SHEET]
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    known = (*COLUMNS, *OPTIONAL)
    faults = [Fault(SHEET, f"has no column '{one}'") for one in COLUMNS if one not in columns]
    faults += [
        Fault(SHEET, f"has an unknown column '{one}'{nearest(one, known)}") for one in columns if one not in known
    ]
    if faults:
        return (), faults
    letters = column_letters(columns)
    found: list[Group] = []
    for line, cells in enumerate(rows, start=2):
        found.append(_group(Row(SHEET, line, cells, letters), book, [one.name for one in found], faults))
    for column in (one for one in _SHARES if one in columns):
        total = sum(getattr(one, column) for one in found)
        if abs(total - 1) >= 1e-6:  # not a number is told by its cell
            faults.append(Fault(f"{SHEET} ({column})", f"the shares add up to {told_sum(total)}, not to 1"))
    return tuple(found), faults


def _group(row: Row, book: "Book", before: Sequence[str], faults: list[Fault]) -> Group:
    """One row; its faults are noted with their cells."""
    name = row.text("group").strip()

    def fault(column: str, message: str) -> None:
        faults.append(Fault(row.address(column) + (f" ({name})" if name else ""), message))

    if not name:
        fault("group", "has no name")
    elif name in before:
        fault("group", "is declared more than once")
    share, patients, cost_share = (_share(row, column, fault) for column in _SHARES)
    values = {column: _value(row, column, book, fault) for column in _VALUES}
    if bool(row.text("copayment").strip()) != bool(row.text("elasticity").strip()):
        fault("copayment", "a co-payment needs an elasticity, and an elasticity its co-payment")
    provenance, source, subgroup = (row.text(one).strip() for one in ("provenance", "source", "subgroup"))
    if provenance not in PROVENANCES:
        fault("provenance", f"unknown provenance '{provenance}' (known: {', '.join(PROVENANCES)})")
    if source and source not in book.sources:
        fault("source", f"there is no source '{source}'{nearest(source, book.sources)}")
    if provenance == "read" and not source:
        fault("source", "what was read needs its source")
    names = dict.fromkeys(one["subgroup"] for one in book.subgroups if one.get("subgroup"))
    if subgroup and subgroup not in names:
        fault("subgroup", f"there is no subgroup '{subgroup}' in subgroups.csv{nearest(subgroup, names)}")
    label, note = row.text("label").strip() or name, row.text("note").strip()
    return Group(
        name, label, share, patients, cost_share, values["uptake"], values["benefit"], values["qale"], subgroup,
        values["copayment"], values["elasticity"], source, provenance, note,
    )  # fmt: skip


def _share(row: Row, column: str, fault: "_Fault") -> float:
    text = row.text(column).strip()
    if column == "patients" and not text:
        return _share(row, "share", lambda *_: None)
    value = number(text)
    if value is None:
        fault(column, f"{column} {not_a_number(text)}")
    elif not (0 < value <= 1 if column == "share" else 0 <= value <= 1):
        fault(column, f"a {column} lies {'above 0' if column == 'share' else 'from 0'} to 1; got {value:g}")
    return float("nan") if value is None else value


def _value(row: Row, column: str, book: "Book", fault: "_Fault") -> Value:
    """A number within its range, or the name of an input."""
    text = row.text(column).strip()
    if text in book.parameters:
        return text
    if not text and column in OPTIONAL:
        return 0.0
    value, (low, high) = number(text), _VALUES[column]
    if value is None:
        hint = nearest(text, book.parameters) if text else ""
        fault(column, f"{column} {not_a_number(text)}, or the name of an input{hint}")
    elif (low is not None and value < low) or (high is not None and value > high) or (column == "qale" and value == 0):
        limits = (
            "from 0 to 1" if high == 1 else "above 0" if column == "qale" else "0 or less" if high == 0 else "0 or more"
        )
        fault(column, f"{column} is {limits}; got {value:g}")
    return float("nan") if value is None else value


class _Fault(Protocol):
    """How a fault is noted: the column and what is wrong."""

    def __call__(self, column: str, message: str) -> None: ...
