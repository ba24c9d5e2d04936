"""The sheet Formulas: every formula, number and name of the workbook as submitted, in runs, with a checksum on the Cover.

`hecon verify FILE.xlsx` compares a workbook with the list that it carries, so that an edit is found without the model. What is
listed, `lines_of` says; `read_list` reads it back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from hecon.names import letters
from hecon.workbook.pages.page import absolute
from hecon.workbook.verify.formula_runs import Run, runs_of
from hecon.workbook.xlsx.package import Package
from hecon.workbook.xlsx.pen import Pen, Sheet
from hecon.workbook.xlsx.references import in_rows, spot

SHEET, COVER_LINE = "Formulas", "Formulas as submitted"
FORMULA, NUMBER, CHOICE, MANY, TEXT, NAME, ROWS, COLUMNS = KINDS = (
    "formula", "number", "choice", "many numbers", "chosen text", "name", "rows", "columns",
)  # fmt: skip
_FIRST = 4  # the first row of the list, from 0
_HEADS = ("what", "sheet", "cells", "as submitted")
_Spans = Mapping[tuple[int, int], Sequence[int]]  # columns by their first and last row
_SHORT = 60  # numbers in a column that are listed one by one; of more, their sums are


@dataclass(frozen=True)
class Line:
    """One line of the list: `cells` of a sheet, such as B8:B88, and what they held; see `lines_of`."""

    kind: str
    sheet: str
    cells: str
    text: str


def lines_of(pen: Pen) -> list[Line]:
    """What a workbook holds before it is closed.

    - formula: the formula of the first of the cells, of which the others are copies
    - number, choice: the numbers of the cells, locked or yellow; many numbers: how many, and their sums as `sums` gives them
    - chosen text: the word in a yellow cell
    - name: what a defined name stands for
    - rows, columns: the marks of a sheet's rows and columns, by which they are known again after others were inserted
    """
    words = {k: word for word, k in pen.workbook.str_table.string_table.items()}
    found: list[Line] = []
    spans: dict[str, dict[tuple[int, int], list[int]]] = {}
    for one in pen.columns:
        spans.setdefault(one.sheet, {}).setdefault((one.first, one.last), []).append(one.column)
    for sheet in (one for one in pen.workbook.worksheets() if one.get_name() != SHEET):
        found += _of_sheet(sheet.get_name(), sheet.table, words, spans.get(sheet.get_name(), {}))
    names = [
        (name, text.lstrip("=")) for name, _, text, *_ in pen.workbook.defined_names if not name.startswith("_xlnm")
    ]
    return found + [Line(NAME, "", name, text) for name, text in sorted(names)]


def write_formulas(pen: Pen, sheet: Sheet, cover_row: int) -> None:
    """The list, on its sheet, which is the last, and its checksum in a row of the Cover."""
    lines = lines_of(pen)
    sheet.head("Formulas", "What this workbook held when it was written. hecon verify FILE.xlsx compares; do not edit.")
    sheet.heads(_FIRST - 1, _HEADS)
    for row, one in enumerate(lines, start=_FIRST):
        for column, words in enumerate((one.kind, one.sheet, one.cells, one.text)):
            if words:
                sheet.text(row, column, words)
    sheet.width(0, 2, 16)
    sheet.worksheet.print_area(0, 0, _FIRST, 3)  # a list for a program: only its heading prints
    cover = next(one for one in pen.sheets if one.name == "Cover")
    cover.text(cover_row, 0, COVER_LINE, "bold")
    cover.text(cover_row, 1, f"checksum {checksum(lines)} (sheet {SHEET}; hecon verify FILE.xlsx compares)", "wrap")


def read_list(package: Package) -> list[Line]:
    """The list of a workbook; empty where there is none.

    >>> read_list(Package({}, {}, ()))
    []
    """
    if SHEET not in package.sheets:
        return []
    words = package.sheets[SHEET].words
    rows = sorted({row for row, _ in words if row >= _FIRST})
    lines = (Line(*(words.get((row, column), "") for column in range(4))) for row in rows)
    return [one for one in lines if one.kind in KINDS]


def checksum(lines: Iterable[Line]) -> str:
    """Sixteen letters that change with any line.

    >>> checksum([]), checksum([Line("name", "", "c_drug", "Inputs!$C$7")])[:4]
    ('e3b0c44298fc1c14', 'd971')
    """
    told = "\n".join("\t".join((one.kind, one.sheet, one.cells, one.text)) for one in lines)
    return sha256(told.encode()).hexdigest()[:16]


def sums(values: Sequence[float]) -> tuple[float, float, float]:
    """Sum, sum weighted by place (1, 2, ...), and sum of sizes: of one changed number, they tell which it is.

    >>> sums([1.0, -2.0])
    (-1.0, -3.0, 3.0)
    """
    weighted = sum(k * x for k, x in enumerate(values, start=1))
    return sum(values), weighted, sum(map(abs, values))


def row_marks(words: Iterable[tuple[int, int, str]], filled: Iterable[int]) -> dict[int, str]:
    """Marks of rows by their words; the first row with numbers or formulas alone below others has a mark of its own.

    >>> row_marks([(0, 0, "cycle")], [1, 2, 4])
    {0: 'c501', 1: 'S', 4: 'S'}
    """
    by_row: dict[int, list[tuple[int, str]]] = {}
    for row, column, word in words:
        if word.strip():  # programs leave blank texts out
            by_row.setdefault(row, []).append((column, word))
    marks = {row: _mark(" ".join(word for _, word in sorted(some))) for row, some in by_row.items()}
    plain = set(filled) - set(marks)
    marks |= {row: "S" for row in plain if row - 1 not in plain}
    return dict(sorted(marks.items()))


def column_marks(words: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    """Marks of columns by the first word that stands in each.

    >>> column_marks([(0, 0, "cycle"), (1, 0, "x")])
    {0: 'c501'}
    """
    first: dict[int, tuple[int, str]] = {}
    for row, column, word in words:
        if word.strip() and (column not in first or row < first[column][0]):
            first[column] = (row, word)
    return {column: _mark(word) for column, (_, word) in sorted(first.items())}


def _mark(word: str) -> str:
    return sha256(" ".join(word.split()).encode()).hexdigest()[:4]


def _of_sheet(name: str, table: dict[int, dict[int, Any]], texts: dict[int, str], spans: _Spans) -> Iterator[Line]:
    formulas: dict[tuple[int, int], str] = {}
    numbers: dict[tuple[int, int], tuple[float, bool]] = {}
    words: list[tuple[int, int, str]] = []
    filled: set[int] = set()
    columns = {span: frozenset(some) for span, some in spans.items()}
    for row in sorted(table):
        copied = [some for (first, last), some in columns.items() if first <= row <= last]
        line = table[row]
        if copied:
            filled.add(row)
        for column in sorted(line.keys() - frozenset().union(*copied)) if copied else line:
            cell = line[column]
            kind = cell.__class__.__name__
            if kind == "Formula":
                formulas[row, column] = cell[0]
            elif kind == "Number":
                numbers[row, column] = (cell[0], _is_open(cell[1]))
            elif kind == "String":
                words.append((row, column, texts[cell[0]]))
                if _is_open(cell[1]):
                    yield Line(TEXT, name, _cells(row, row, column), texts[cell[0]])
    filled |= {row for row, _ in (*formulas, *numbers)}
    if not filled:
        return
    copies = [run for span, some in spans.items() for column in some for run in _copies(table, column, *span)]
    for one in sorted((*runs_of(formulas), *copies), key=lambda one: (one.column, one.first)):
        yield Line(FORMULA, name, _cells(one.first, one.last, one.column), one.text)
    yield from _numbers(name, numbers)
    marks = row_marks(words, filled)
    yield Line(ROWS, name, "", " ".join(f"{row + 1}:{mark}" for row, mark in marks.items())[:32_000])
    told = column_marks(words)
    yield Line(COLUMNS, name, "", " ".join(f"{column + 1}:{mark}" for column, mark in told.items()))


def _copies(table: dict[int, dict[int, Any]], column: int, first: int, last: int) -> Iterator[Run]:
    """The runs of a column that the pen filled with copies of one formula, but for its first and its last row.

    A few rows are looked at, for 350,000 formulas are not read again for each workbook; where they are no copies, all are.
    """
    looked = sorted({first, first + 1, first + 2, (first + last) // 2, last - 1, last} & set(range(first, last + 1)))
    seen = runs_of({(row, column): table[row][column][0] for row in looked if len(looked) == last - first + 1})
    if not seen:
        template, offsets = in_rows(table[first + 1][column][0], first + 1)
        alike = [row for row in looked if template % tuple(row + k for k in offsets) == table[row][column][0]]
        if not set(looked) - {first, last} <= set(alike):
            seen = runs_of({(row, column): table[row][column][0] for row in range(first, last + 1)})
        else:
            inner = (first + (first not in alike), last - (last not in alike))
            bounds = [(first, first)] * (inner[0] > first) + [inner] + [(last, last)] * (inner[1] < last)
            seen = tuple(Run(column, a, b, table[a][column][0], table[b][column][0]) for a, b in bounds)
    yield from seen


def _numbers(name: str, numbers: dict[tuple[int, int], tuple[float, bool]]) -> Iterator[Line]:
    """Numbers of a column that stand one below the other, locked or yellow, together."""
    ordered = sorted((column, row) for row, column in numbers)
    keyed = ((column, row - k, numbers[row, column][1], row) for k, (column, row) in enumerate(ordered))
    for (column, _, is_open), group in groupby(keyed, key=lambda one: one[:3]):
        rows = [one[3] for one in group]
        values = [numbers[row, column][0] for row in rows]
        cells = _cells(rows[0], rows[-1], column)
        if len(values) <= _SHORT:
            yield Line(CHOICE if is_open else NUMBER, name, cells, " ".join(f"{x:.15g}" for x in values))
        else:
            told = " ".join(f"{x:.15g}" for x in sums(values))
            yield Line(MANY, name, cells, f"{'yellow' if is_open else 'locked'} {told}")


def _is_open(form: Any) -> bool:
    return form is not None and not form.locked


def _cells(first: int, last: int, column: int) -> str:
    one = f"{letters(column)}{first + 1}"
    return one if first == last else f"{one}:{letters(column)}{last + 1}"


def place_of(line: Line) -> tuple[int, int, int]:
    """First row, last row and column of a line's cells, from 0.

    >>> place_of(Line("formula", "Items", "B8:B10", "A8*2"))
    (7, 9, 1)
    """
    _, top, left, bottom, _ = spot(line.cells, line.sheet)
    return top, bottom, left


def where(sheet: str, first: int, last: int, column: int) -> str:
    """Cells of a column as a person writes them.

    >>> where("Trace_drug", 7, 9, 1), where("Trace_drug", 7, 7, 1)
    ('Trace_drug!B8:B10', 'Trace_drug!B8')
    """
    told = absolute(sheet, first, column).replace("$", "")
    return told if first == last else f"{told}:{letters(column)}{last + 1}"
