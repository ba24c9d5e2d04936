"""A book written as a folder of CSV files, which `read_inputs` reads again with the same fingerprint."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.inputs.book import Book
from hecon.inputs.curve_parameters import choice_name, coefficient_name, with_curve_parameters
from hecon.inputs.reading import NUMBERS, TEXTS
from hecon.inputs.tables.cells import cell_text
from hecon.inputs.tables.csv_file import write_csv

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

_FIRST = ("name", "label", "group", "unit", "value", "low", "high", "distribution", "par1", "par2")
_COLUMNS = (*_FIRST, *(name for name in (*TEXTS, *NUMBERS) if name not in _FIRST))
UNTOLD = "unverified"  # the provenance that files need, of a parameter made in Python that has none

Rows = list[Sequence[object]]


def write_inputs(book: Book, folder: str | Path) -> Path:
    r"""Write parameters, settings, tables, sources, scenarios, correlations, curves and all else into `folder`, a CSV each.

    A parameter without a provenance is written as unverified, which files must say. Returns the folder.

    >>> import tempfile
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.inputs.reading import read_inputs
    >>> book = make_book("demo", [Parameter(name="fee", value=0.1, unit="EUR", provenance="read")])
    >>> folder = write_inputs(book, tempfile.mkdtemp())
    >>> read_inputs(folder).fingerprint() == book.fingerprint()
    True
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in _sheets(book).items():
        write_csv(folder / f"{name}.csv", (map(_cell, row) for row in rows))
    return folder


def _sheets(book: Book) -> dict[str, Rows]:
    """Header and rows of each file that has something in it."""
    made, _ = with_curve_parameters(replace(book, parameters={}, correlations=()))
    own = [one for name, one in book.parameters.items() if name not in made.parameters]
    pairs = book.correlations[: len(book.correlations) - len(made.correlations)]
    found: dict[str, Rows] = {"parameters": _parameters(own)}
    found["settings"] = [("name", "value"), *book.settings.items()]
    found["sources"] = [
        ("id", "citation", "place", "year", "country", "address"),
        *((one.id, one.citation, one.place, one.year, one.country, one.address) for one in book.sources.values()),
    ]
    found["scenarios"] = [
        ("scenario", "label", "target", "name", "value", "note"),
        *(
            (one.name, one.label, change.target, change.name, change.value, change.note)
            for one in book.scenarios.values()
            for change in one.changes
        ),
    ]
    found["correlations"] = [
        ("group", "name_1", "name_2", "value", "kind"),
        *((one.group, one.name_1, one.name_2, one.value, one.kind) for one in pairs),
    ]
    found["curves"] = _texts(_curves(book))
    found["subgroups"] = _texts(book.subgroups)
    found |= {name: _texts(rows) for name, rows in book.records.items()}
    for name, table in book.tables.items():
        columns = [table.index.tolist(), *(column.tolist() for column in table.columns.values())]
        found[name] = [(table.index_name, *table.columns), *zip(*columns, strict=True)]
    return {name: rows for name, rows in found.items() if name == "parameters" or len(rows) > 1}


def _parameters(parameters: "Sequence[Parameter]") -> Rows:
    rows = [[getattr(one, column) for column in _COLUMNS] for one in parameters]
    at = _COLUMNS.index("provenance")
    for row in rows:
        row[at] = row[at] or UNTOLD
    return [_COLUMNS, *rows]


def _curves(book: Book) -> list[dict[str, str]]:
    """The rows of curves with the coefficients and choices that the book has now."""
    rows = [dict(row) for row in book.curves]
    for name, curve in book.fitted.items() if rows else ():
        families = list(curve.fits)
        chosen = families[int(book.parameters[choice_name(name)].value) - 1]
        for row in (row for row in rows if row.get("curve", "").strip() == name):
            family = row["family"].strip()
            one = book.parameters.get(coefficient_name(name, family, row.get("parameter", "").strip()))
            if one is not None and float(row["estimate"]) != one.value:
                row["estimate"] = cell_text(one.value)
            if chosen != curve.selected:
                row["selected"] = "yes" if family == chosen else ""
    return rows


def _texts(rows: "Sequence[object]") -> Rows:
    """Rows by column as a header and rows."""
    records = [row for row in rows if isinstance(row, dict)]
    header = list(dict.fromkeys(column for row in records for column in row))
    return [header, *([row.get(column, "") for column in header] for row in records)]


def _cell(cell: object) -> str:
    return "" if isinstance(cell, float) and cell != cell else cell_text(cell)


def unwritten(book: Book) -> Iterable[str]:
    """Parameters whose provenance files will call unverified.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> list(unwritten(make_book("demo", [Parameter(name="fee", value=1.0)])))
    ['fee']
    """
    return [one.name for one in book.parameters.values() if not one.provenance]
