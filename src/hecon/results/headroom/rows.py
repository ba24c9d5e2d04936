"""The rows of a headroom case, as models/<case>/rows.csv tells them: each is a scenario of the case with words beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import number
from hecon.inputs.tables.csv_file import Row, read_csv

if TYPE_CHECKING:
    from hecon.inputs.book import Book

FILE = "rows.csv"
COLUMNS = (
    "row", "population", "comparator", "case", "effect", "no_effect", "points", "unit_sold", "priced", "made", "known", "needed",
)  # fmt: skip
MAY_BE_EMPTY = ("case", "made")


@dataclass(frozen=True)
class HeadroomRow:
    """One product: who gets it, what is given today (`case`: where that is modelled in full), and which input is its effect.

    `no_effect` is the input's value without an effect, `points` the values for which prices are printed. A price is of one
    `unit_sold`; `priced` says whether one is stated. `made` is the formula of the model's let that is the cost of making a
    unit, empty where none is known. `known` is what is known, `needed` what would have to be true.
    """

    name: str
    label: str
    population: str
    comparator: str
    case: str
    effect: str
    no_effect: float
    points: tuple[float, ...]
    unit_sold: str
    priced: bool
    made: str
    known: str
    needed: str


def read_rows(path: str | Path, book: "Book") -> tuple[HeadroomRow, ...]:
    """The rows of a file; every row is a scenario of the book, and every scenario a row.

    Raises:
        InputError: every cell that cannot be used, and what `read_csv` refuses.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.results.headroom.example import one_product
    >>> with TemporaryDirectory() as folder:
    ...     case, path = one_product(folder)
    ...     (row,) = read_rows(path / FILE, case.book)
    >>> row.label, row.effect, row.points
    ('Cells', 'gain', (0.0, 1.0, 2.0))
    """
    sheet = read_csv(path, Path(path).stem)
    faults = [Fault(sheet.name, f"has no column '{column}'") for column in COLUMNS if column not in sheet.columns]
    raise_faults(faults, InputError, str(path))
    found = [_row(row, book, faults) for row in sheet.rows]
    names = [one.name for one in found]
    faults += [Fault(name, "stands in two rows") for name in dict.fromkeys(names) if names.count(name) > 1]
    faults += [Fault(name, f"is a scenario without a row in {FILE}") for name in book.scenarios if name not in names]
    raise_faults(faults, InputError, str(path))
    return tuple(found)


def _row(row: Row, book: "Book", faults: list[Fault]) -> HeadroomRow:
    text = {column: row.text(column) for column in COLUMNS}

    def fault(column: str, message: str) -> None:
        faults.append(Fault(f"{row.address(column)} ({text['row']})", message))

    for column in COLUMNS:
        if not text[column] and column not in MAY_BE_EMPTY:
            fault(column, f"has no {column}")
    if text["row"] and text["row"] not in book.scenarios:
        fault("row", f"there is no scenario '{text['row']}'{nearest(text['row'], book.scenarios)}")
    if text["effect"] and text["effect"] not in book.parameters:
        fault("effect", f"there is no parameter '{text['effect']}'{nearest(text['effect'], book.parameters)}")
    if text["priced"] not in ("yes", "no", ""):
        fault("priced", f"'{text['priced']}' is neither yes nor no")
    points, none = [number(one) for one in text["points"].split()], number(text["no_effect"])
    if None in points or len(points) < 2:
        fault("points", f"'{text['points']}' are not two numbers or more, apart by spaces")
    if none is None or none not in points:
        fault("no_effect", f"'{text['no_effect']}' is none of the points")
    scenario = book.scenarios.get(text["row"])
    return HeadroomRow(
        text["row"], scenario.label if scenario else "", text["population"], text["comparator"], text["case"], text["effect"],
        none or 0.0, tuple(x for x in points if x is not None), text["unit_sold"],
        text["priced"] == "yes", text["made"], text["known"], text["needed"],
    )  # fmt: skip
