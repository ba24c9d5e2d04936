"""The workbook against the list of formulas, numbers and names that it carries: what was typed since it was written, and where."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hecon.names import letters
from hecon.verification.verdict import FAILS, INFORMS, DoesNotApplyError, Finding
from hecon.verification.workbook.moves import Moved, carried, marks_of, marks_of_rows, refers, same_cells
from hecon.verification.workbook.subject import MODEL_PAGES, WorkbookSubject, shortened
from hecon.workbook.sheets.formulas_sheet import (
    CHOICE,
    FORMULA,
    MANY,
    NAME,
    NUMBER,
    ROWS,
    SHEET,
    TEXT,
    Line,
    checksum,
    place_of,
    sums,
    where,
)  # fmt: skip
from hecon.workbook.verify.formula_runs import Run
from hecon.workbook.verify.structure_faults import plain
from hecon.workbook.xlsx.references import moved

_CLOSE = 1e-11  # programs that save a workbook keep 15 digits
_NOTES = ("Cover", "ReadMe", "Changes")  # where people write


@dataclass(frozen=True)
class Difference:
    """Cells of a column, rows from 0, that hold `found` where the list has the formula `wanted`."""

    sheet: str
    first: int
    last: int
    column: int
    found: str
    wanted: str


def list_is_whole(subject: WorkbookSubject) -> Iterator[Finding]:
    """The list of formulas is there and has the checksum that the Cover shows.

    >>> from hecon.verification.workbook.example import edited
    >>> words = {(0, 0): "Formulas as submitted", (0, 1): "0123456789abcdef"}
    >>> (one,) = list_is_whole(edited({}, words, Line(NAME, "", "c_drug", "Inputs!$C$7"), sheet="Cover"))
    >>> one.told.partition("the Cover says ")[2]
    "'0123456789abcdef'"
    """
    if not subject.lines:
        if not subject.cover:
            raise DoesNotApplyError("an earlier hecon wrote it: it carries no list of its formulas")
        yield Finding(f"the sheet {SHEET} is missing; formulas cannot be compared with those submitted", SHEET)
        return
    found = checksum(subject.lines)
    if found not in subject.cover:
        told = f"the list on the sheet {SHEET}, or its checksum on the Cover, was edited"
        yield Finding(f"{told}: the list has {found}, the Cover says '{subject.cover[:60]}'", SHEET)


def sheets_are_there(subject: WorkbookSubject) -> Iterator[Finding]:
    """Every sheet is there; sheets that were added are told.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in sheets_are_there(edited({}, {}, Line(ROWS, "Items", "", "1:S"))):
    ...     print(one)
    Items: the sheet is missing; cell: Items!A1
    """
    for name in _listed(subject, ROWS):
        if name.sheet not in subject.moves:
            yield Finding("the sheet is missing", name.sheet, cell=f"{name.sheet}!A1")
    names = {moved.name for moved in subject.moves.values()} | {one.sheet for one in subject.lines} | {SHEET}
    for sheet, runs in subject.runs.items():
        if runs and sheet not in names and sheet != "Certificate":
            yield Finding("the sheet was added and has formulas", sheet, verdict=INFORMS)
    for before, now in subject.moves.items():
        if now.name != before:
            yield Finding(f"the sheet was called {before}", now.name, verdict=INFORMS)


def settled(subject: WorkbookSubject) -> WorkbookSubject:
    """The workbook with rows taken as moved only where that explains more formulas than rows that stayed.

    >>> from hecon.workbook.xlsx.package import Package
    >>> settled(WorkbookSubject(Package({}, {}, ()))).moves
    {}
    """
    still = {name: Moved(now.name) for name, now in subject.moves.items()}
    if still == subject.moves:
        return subject
    other = subject.taken_as(still)
    lines = [line for line in _formulas(subject) if _carried(subject, line)]  # the others read the same in both
    return min((subject, other), key=lambda one: sum(d.last - d.first + 1 for d in _all_differences(one, lines)))


def formulas_as_submitted(subject: WorkbookSubject) -> Iterator[Finding]:
    """Every formula is the one that was submitted.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in formulas_as_submitted(edited({(0, 1): "A1*3"}, {}, Line(FORMULA, "S", "B1", "A1*2"))):
    ...     print(one)
    S: holds =A1*3 in place of =A1*2; cell: S!B1
    """
    for one in sorted(_joined(_all_differences(subject, _formulas(subject))), key=_gravity):
        yield _told(subject, one)


def formulas_added(subject: WorkbookSubject) -> Iterator[Finding]:
    """No formula stands where none was submitted; where a number stood, that is a failure.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in formulas_added(edited({(0, 1): "A1*3"}, {}, Line(NUMBER, "S", "B1", "2"))):
    ...     print(one)
    S: a formula, =A1*3, stands where a number was submitted; cell: S!B1
    """
    listed: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for line in subject.lines:
        if line.kind in (FORMULA, NUMBER, CHOICE, MANY) and line.sheet in subject.moves:
            now, (first, last, column) = subject.moves[line.sheet], place_of(line)
            kind = NUMBER if line.kind == MANY and line.text.startswith("locked") else line.kind
            listed.setdefault((now.name, now.columns(column)), []).append((now.rows(first), now.rows(last), kind))
    names = {now.name for now in subject.moves.values()}
    if not subject.lines:
        raise DoesNotApplyError(f"there is no sheet {SHEET}")
    for (sheet, column), runs in subject.by_column.items():
        there = listed.get((sheet, column), [])
        firsts, lasts = (np.array([one[end] for one in there]) for end in (0, 1))
        for run in runs if sheet in names else ():
            shared = np.flatnonzero((firsts <= run.last) & (lasts >= run.first)).tolist()
            yield from _added(subject, sheet, run, [there[k] for k in shared])


def numbers_as_submitted(subject: WorkbookSubject) -> Iterator[Finding]:
    """Numbers that are no inputs (draws, stored results, tables in grey) are those submitted.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in numbers_as_submitted(edited({}, {}, Line(NUMBER, "S", "B1", "2"))):
    ...     print(one)
    S: nothing stands where 2 was submitted, expected 2; cell: S!B1
    """
    yield from (one for one in _numbers(subject) if one.verdict == FAILS)


def inputs_and_choices(subject: WorkbookSubject) -> Iterator[Finding]:
    """Yellow cells hold the values submitted; others are a reviewer's own choice and only told.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in inputs_and_choices(edited({}, {(0, 1): "payer"}, Line(TEXT, "S", "B1", "societal"))):
    ...     print(one)
    S: holds the text 'payer' in place of 'societal'; cell: S!B1
    """
    yield from (one for one in _numbers(subject) if one.verdict == INFORMS)
    for line in _listed(subject, TEXT):
        if line.sheet not in subject.moves or line.sheet in _NOTES:
            continue
        sheet, row, column = _now(subject.moves[line.sheet], line)
        found = subject.package.word((sheet, row, column))
        if found != line.text and (row, column) not in subject.package.sheets[sheet].formulas:
            told = f"holds {subject.held(sheet, row, column)} in place of '{line.text[:60]}'"
            yield subject.finding(told, sheet, (row, row), column, verdict=INFORMS)


def texts_as_submitted(subject: WorkbookSubject) -> Iterator[Finding]:
    """The words in each row are those submitted; other words are only told.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in texts_as_submitted(edited({}, {(0, 1): "mean"}, Line(ROWS, "S", "", "1:abcd"))):
    ...     print(one)
    S: a text in this row is not the one submitted, or one was added; cell: S!A1:H1
    """
    for line in _listed(subject, ROWS):
        now = subject.moves.get(line.sheet)
        if now is None or line.sheet in _NOTES:
            continue
        cells = subject.package.sheets[now.name]
        before, found = marks_of(line.text), marks_of_rows(cells)
        for row, mark in before.items():
            there = now.rows(row)
            if mark != "S" and found.get(there) != mark:
                told = "a text in this row is not the one submitted, or one was added"
                cell = f"{where(now.name, there, there, 0)}:{letters(max(cells.numbers.shape[1] - 1, 0))}{there + 1}"
                yield Finding(told, subject.called(now.name, there, 1), cell=cell, verdict=INFORMS)


def names_as_submitted(subject: WorkbookSubject) -> Iterator[Finding]:
    """Every defined name stands for the cell that it stood for.

    >>> from hecon.verification.workbook.example import edited
    >>> for one in names_as_submitted(edited({}, {}, Line(NAME, "", "c_drug", "Inputs!$C$7"))):
    ...     print(one)
    c_drug: the name is not defined any more; it stood for Inputs!$C$7; cell: Inputs!$C$7
    """
    found = {name.lower(): text for name, text in subject.package.names.items()}
    for line in _listed(subject, NAME):
        wanted = carried(line.text, "", subject.moves)
        text = found.get(line.cells.lower())
        if text is None:
            yield Finding(f"the name is not defined any more; it stood for {wanted}", line.cells, cell=plain(wanted))
        elif plain(text.lstrip("=")) != plain(wanted):
            yield Finding(f"the name stands for {text} in place of {wanted}", line.cells, cell=wanted.replace("$", ""))


def _listed(subject: WorkbookSubject, kind: str) -> Sequence[Line]:
    if not subject.lines:
        raise DoesNotApplyError(f"there is no sheet {SHEET}")
    return [one for one in subject.lines if one.kind == kind]


def _now(now: Moved, line: Line) -> tuple[str, int, int]:
    first, _, column = place_of(line)
    return now.name, now.rows(first), now.columns(column)


def _formulas(subject: WorkbookSubject) -> list[Line]:
    return [one for one in _listed(subject, FORMULA) if one.sheet in subject.moves]


def _carried(subject: WorkbookSubject, line: Line) -> bool:
    """Whether cells were moved that a formula stands in or refers to."""
    return not same_cells({line.sheet, *refers(line.text)}, subject.moves)


def _all_differences(subject: WorkbookSubject, lines: Sequence[Line]) -> list[Difference]:
    return [found for line in lines for found in _differences(subject, line)]


def _differences(subject: WorkbookSubject, line: Line) -> list[Difference]:
    """The cells of a run that differ; runs are compared where nothing moved, and cell by cell where something did."""
    first, last, column = place_of(line)
    now = subject.moves[line.sheet]
    if _carried(subject, line):
        return _cell_by_cell(subject, line, now)
    found, row = [], first
    runs = subject.by_column.get((line.sheet, column), ())
    for run in runs[bisect_left(runs, first, key=lambda run: run.last) :]:
        if run.first > last:
            break
        a, b = max(first, run.first), min(last, run.last)
        if row < a:
            found += _no_formula(subject, line, row, a - 1)
        wanted, mine = moved(line.text, a - first, 0), moved(run.text, a - run.first, 0)
        if wanted != mine and plain(wanted) != plain(mine):
            found.append(Difference(line.sheet, a, b, column, mine, wanted))
        row = b + 1
    return found + _no_formula(subject, line, row, last) if row <= last else found


def _no_formula(subject: WorkbookSubject, line: Line, first: int, last: int) -> list[Difference]:
    start, _, column = place_of(line)
    if line.text == "NA()" and not np.isnan(subject.number(line.sheet, first, column)):
        return []  # a withheld input for which a value was typed
    return [Difference(line.sheet, first, last, column, "", moved(line.text, first - start, 0))]


def _cell_by_cell(subject: WorkbookSubject, line: Line, now: Moved) -> list[Difference]:
    first, last, column = place_of(line)
    formulas, across = subject.package.sheets[now.name].formulas, now.columns(column)
    found = []
    for row in range(first, last + 1):
        wanted = carried(moved(line.text, row - first, 0), line.sheet, subject.moves)
        there = now.rows(row)
        mine = formulas.get((there, across), "")
        typed = wanted == "NA()" and not mine
        if wanted != mine and not typed and plain(wanted) != plain(mine):
            found.append(Difference(now.name, there, there, across, mine, wanted))
    return found


def _joined(found: Sequence[Difference]) -> list[Difference]:
    """Neighbours of a column told together: both without a formula, or both with another one."""
    joined: list[Difference] = []
    for one in sorted(found, key=lambda one: (one.sheet, one.column, one.first)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and (last.sheet, last.column, last.last + 1) == (one.sheet, one.column, one.first)
            and bool(last.found) == bool(one.found)
        ):
            joined[-1] = replace(last, last=one.last)
        else:
            joined.append(one)
    return joined


def _gravity(one: Difference) -> tuple[int, int]:
    """The pages of the model first, then what shows results; long ranges first."""
    page = 0 if one.sheet.startswith(MODEL_PAGES) else 1 if one.sheet in ("Results", "PSA_results", "Control") else 2
    return page, one.first - one.last


def _told(subject: WorkbookSubject, one: Difference) -> Finding:
    stands = subject.held(one.sheet, one.first, one.column) if not one.found else "=" + shortened(one.found)
    many = "" if one.first == one.last else f" (in the first of {one.last - one.first + 1} cells)"
    told = f"holds {stands} in place of ={shortened(one.wanted)}{many}"
    return subject.finding(told, one.sheet, (one.first, one.last), one.column)


def _added(subject: WorkbookSubject, sheet: str, run: Run, listed: Sequence[tuple[int, int, str]]) -> Iterator[Finding]:
    """Cells of a run where no formula is listed, each stretch once; `listed` are those that share cells with it."""
    left = [(run.first, run.last)]
    for first, last, kind in listed:
        a, b = max(first, run.first), min(last, run.last)
        if kind != FORMULA:
            told = f"a formula, ={shortened(moved(run.text, a - run.first, 0))}, stands where a number was submitted"
            yield subject.finding(told, sheet, (a, b), run.column, verdict=FAILS if kind == NUMBER else INFORMS)
        left = [
            part for x, y in left for part in ((x, min(y, a - 1)), (max(x, b + 1), y)) if part[0] <= part[1]
        ]  # fmt: skip
    for a, b in left:
        told = f"a formula was added: ={shortened(moved(run.text, a - run.first, 0))}"
        yield subject.finding(told, sheet, (a, b), run.column, verdict=INFORMS)


def _numbers(subject: WorkbookSubject) -> Iterator[Finding]:
    for line in (*_listed(subject, NUMBER), *_listed(subject, CHOICE), *_listed(subject, MANY)):
        if line.sheet not in subject.moves or (line.sheet in _NOTES):
            continue
        first, last, column = place_of(line)
        now = subject.moves[line.sheet]
        cells, across = subject.package.sheets[now.name], now.columns(column)
        rows = [now.rows(row) for row in range(first, last + 1)]
        values = [subject.number(now.name, row, across) for row in rows]
        computed = {k for k, row in enumerate(rows) if (row, across) in cells.formulas}  # told among added formulas
        if line.kind == MANY:
            kind, *total = line.text.split()
            verdict = FAILS if kind == "locked" else INFORMS
            changed = [] if computed else _by_sums(values, [float(x) for x in total])
            wanted = [before for *_, before in changed]
            places = [(a, b) for a, b, _ in changed]
        else:
            verdict = FAILS if line.kind == NUMBER else INFORMS
            submitted = [float(x) for x in line.text.split()]
            near = np.isclose(values, submitted, rtol=_CLOSE, atol=0.0)
            odd = [k for k in range(len(values)) if not near[k] and k not in computed]
            places, wanted = [(k, k) for k in odd], [submitted[k] for k in odd]
        for (a, b), before in zip(places, wanted, strict=True):
            one = before == before
            told = (
                f"{subject.held(now.name, rows[a], across)} stands where {before:.12g} was submitted"
                if one
                else (f"of these {b - a + 1} numbers some are not those submitted")
            )
            yield subject.finding(told, now.name, (rows[a], rows[b]), across, verdict=verdict, wanted=before)


def _by_sums(values: Sequence[float], submitted: Sequence[float]) -> list[tuple[int, int, float]]:
    """The numbers that differ, by place from 0, and what stood there: where one alone differs, the sums tell which.

    >>> _by_sums([1.0, 2.5, 3.0], sums([1.0, 2.0, 3.0]))
    [(1, 1, 2.0)]
    """
    missing = [k for k, x in enumerate(values) if x != x]
    if missing:
        return [(k, k, float("nan")) for k in missing]
    now = sums(values)
    step, weighted, size = now[0] - submitted[0], now[1] - submitted[1], max(now[2], submitted[2])
    if abs(step) <= _CLOSE * size and abs(weighted) <= _CLOSE * size * len(values):
        return []
    place = weighted / step if step else 0.0
    if abs(place - round(place)) < 1e-3 and 1 <= round(place) <= len(values):
        k = round(place) - 1
        return [(k, k, values[k] - step)]
    return [(0, len(values) - 1, float("nan"))]
