"""What can be told from the formulas themselves, with no list: columns with two formulas, sums that stop short, rows held fast.

Each compares a formula with its neighbours or with its likes; none knows what the model should say.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hecon.names import column_number
from hecon.verification.verdict import DoesNotApplyError, Finding
from hecon.verification.workbook.subject import WorkbookSubject, shortened
from hecon.workbook.pages.page import quoted
from hecon.workbook.verify.formula_runs import Run
from hecon.workbook.xlsx.references import moved

_CYCLES = ("Trace_", "PSM_")
_FIXED = re.compile(r"(?<![\w.$!:])\$([A-Z]{1,3})\$(\d+)(?![\w(:])")
_RANGE = re.compile(
    r"(?<![\w.$:])(?:('(?:[^']|'')*'|[A-Za-z_][\w.]*)!)?\$([A-Z]{1,3})\$(\d+):\$([A-Z]{1,3})\$(\d+)(?![\w(])"
)
_SHORTEST, _SAME = 8, 0.9


@dataclass(frozen=True)
class Clock:
    """A sheet by cycle: its rows `top` to `bottom`, from 0, and its columns from `left` on."""

    sheet: str
    top: int
    bottom: int
    left: int


def clocks(subject: WorkbookSubject) -> list[Clock]:
    """The sheets by cycle; the headings are in the row of `cycle` in the first column.

    Raises:
        DoesNotApplyError: there are none.

    >>> from hecon.verification.workbook.example import by_cycle
    >>> clocks(by_cycle())
    [Clock(sheet='Trace_a', top=1, bottom=10, left=6)]
    """
    found = []
    for sheet, cells in subject.package.sheets.items():
        heads = [row for (row, column), word in cells.words.items() if column == 0 and word == "cycle"]
        rows = sorted(row for row, column in cells.formulas if column == 0 and heads and row > heads[0])
        if sheet.startswith(_CYCLES) and len(rows) >= _SHORTEST:
            left = min((c for (r, c) in cells.words if r == heads[0] and c > 4), default=5)
            found.append(Clock(sheet, rows[0], rows[-1], left))
    if not found:
        raise DoesNotApplyError("no sheet by cycle")
    return found


def one_formula_a_column(subject: WorkbookSubject) -> Iterator[Finding]:
    """A column by cycle holds copies of one formula, but for its first and last row, and no number.

    >>> from hecon.verification.workbook.example import by_cycle
    >>> for one in one_formula_a_column(by_cycle((2, 6, "G2*0.6"))):
    ...     print(one)
    Trace_a, well: holds =G2*0.6 in place of =G2*0.5, the formula of its column; cell: Trace_a!G3
    """
    for clock in clocks(subject):
        inner = range(clock.top + 1, clock.bottom)
        for (sheet, column), runs in subject.by_column.items():
            if sheet != clock.sheet or (column and column < clock.left):
                continue
            mine = [run for run in runs if run.last >= inner[0] and run.first <= inner[-1]]
            if not mine:
                continue
            main = max(mine, key=lambda run: run.last - run.first)
            yield from _breaks(subject, clock, main, mine)


def quantities_are_formulas(subject: WorkbookSubject) -> Iterator[Finding]:
    """Every quantity in the list of a page of the model is a formula, not a number.

    >>> from hecon.verification.workbook.example import edited
    >>> subject = edited({}, {(3, 1): "price", (3, 4): "2 * c_drug"}, sheet="Tree_a")
    >>> subject.package.sheets["Tree_a"].numbers[3, 2] = 8.0
    >>> for one in quantities_are_formulas(subject):
    ...     print(one)
    Tree_a, price: price is the number 8, typed over its formula; formula: 2 * c_drug; cell: Tree_a!C4
    """
    for sheet, cells in subject.package.sheets.items():
        if not sheet.startswith((*_CYCLES, "Tree_")):
            continue
        for (row, column), name in cells.words.items():
            value = subject.number(sheet, row, 2)
            written = cells.words.get((row, 4), "")
            if column == 1 and (row, 2) not in cells.formulas and value == value and not written.startswith("not live"):
                told = f"{name} is the number {value:.12g}, typed over its formula"
                yield subject.finding(told, sheet, (row, row), 2, formula=written)


def rows_held_fast(subject: WorkbookSubject) -> Iterator[Finding]:
    """A formula that is copied down refers to no single fixed row of its own sheet.

    >>> from hecon.verification.workbook.example import by_cycle
    >>> held = [(row, 6, "$G$2*0.5") for row in range(2, 11)]
    >>> for one in rows_held_fast(by_cycle(*held)):
    ...     print(one)
    Trace_a, well: =$G$2*0.5 refers to $G$2 in every row; a copied formula refers to its own row; cell: Trace_a!G3:G11
    """
    for clock in clocks(subject):
        for run in subject.runs[clock.sheet]:
            if run.column < clock.left or run.first < clock.top or run.last == run.first:
                continue
            for match in _FIXED.finditer(run.text):
                if clock.top <= int(match[2]) - 1 <= clock.bottom and column_number(match[1]) >= clock.left:
                    told = f"={shortened(run.text)} refers to {match[0]} in every row; a copied formula refers to its own row"
                    yield subject.finding(told, clock.sheet, (run.first, run.last), run.column)


def sums_reach_every_row(subject: WorkbookSubject) -> Iterator[Finding]:
    """What sums up rows of a sheet by cycle, or of the draws, takes all of them.

    >>> from hecon.verification.workbook.example import by_cycle
    >>> for one in sums_reach_every_row(by_cycle(other="SUM(Trace_a!$G$2:$G$10)")):
    ...     print(one)
    Results: =SUM(Trace_a!$G$2:$G$10) takes rows 2 to 10 of Trace_a; all others take 2 to 11; cell: Results!K1
    """
    used: dict[str, Counter[tuple[int, int]]] = {}
    places: dict[str, list[tuple[tuple[int, int], str, Run]]] = {}
    for sheet, runs in subject.runs.items():
        for run in runs if sheet != "Checks" else ():  # some checks leave out the last row, which holds occupancy alone
            for match in _RANGE.finditer(run.text):
                target = match[1].strip("'").replace("''", "'") if match[1] else sheet
                rows = (int(match[3]), int(match[5]))
                if rows[1] - rows[0] >= _SHORTEST and (target.startswith(_CYCLES) or target == "PSA_results"):
                    used.setdefault(target, Counter())[rows] += 1
                    places.setdefault(target, []).append((rows, sheet, run))
    for target, some in used.items():
        usual, count = some.most_common(1)[0]
        if count < _SAME * some.total():
            continue
        for rows, sheet, run in places[target]:
            if rows != usual:
                told = (
                    f"={shortened(run.text)} takes rows {rows[0]} to {rows[1]} of {target}; all others take"
                    f" {usual[0]} to {usual[1]}"
                )
                yield subject.finding(told, sheet, (run.first, run.last), run.column)


def no_other_strategy(subject: WorkbookSubject) -> Iterator[Finding]:
    """A sheet by cycle reads no other sheet by cycle.

    >>> from hecon.verification.workbook.example import by_cycle
    >>> list(no_other_strategy(by_cycle()))
    []
    """
    names = [one.sheet for one in clocks(subject)]
    for sheet in names:
        others = [f"{quoted(name)}!" for name in names if name != sheet]
        for run in subject.runs[sheet]:
            if any(other in run.text for other in others):
                told = f"={shortened(run.text)} reads the sheet of another strategy or leaf"
                yield subject.finding(told, sheet, (run.first, run.last), run.column)


def live_inputs(subject: WorkbookSubject) -> Iterator[Finding]:
    """The live column of Inputs holds one kind of formula, and every name of an input stands for a cell of it.

    >>> from hecon.verification.workbook.example import edited
    >>> subject = edited({(1, 2): "D2", (2, 2): "D3"}, {}, sheet="Inputs")
    >>> subject.package.names.update({"c_drug": "Inputs!$C$2", "c_visit": "Inputs!$C$3", "c_test": "Inputs!$C$4"})
    >>> for one in live_inputs(subject):
    ...     print(one)
    Inputs: the live value of c_test is nothing, typed over its formula; cell: Inputs!C4
    """
    cells = subject.package.sheets.get("Inputs")
    if cells is None:
        raise DoesNotApplyError("no sheet Inputs")
    places = {text.replace("$", "") for text in subject.package.names.values() if text.startswith("Inputs!")}
    columns = Counter(re.sub(r"\d", "", place.partition("!")[2]) for place in places)
    if not columns:
        raise DoesNotApplyError("no named inputs")
    column = column_number(columns.most_common(1)[0][0])
    for name, text in subject.package.names.items():
        match = re.fullmatch(r"Inputs!\$([A-Z]+)\$(\d+)", text.lstrip("="))
        if match is None:
            continue
        row, there = int(match[2]) - 1, column_number(match[1])
        if there != column:
            yield subject.finding(
                f"the name {name} stands for a cell beside the live column", "Inputs", (row, row), there
            )
        elif (row, column) not in cells.formulas:
            told = f"the live value of {name} is {subject.held('Inputs', row, column)}, typed over its formula"
            yield subject.finding(told, "Inputs", (row, row), column)


def _breaks(subject: WorkbookSubject, clock: Clock, main: Run, mine: list[Run]) -> Iterator[Finding]:
    """What differs from a column's longest run, and numbers between formulas."""
    row = clock.top + 1
    for run in (*mine, None):
        start = run.first if run is not None else min(clock.bottom, main.last)
        if row < start and run is not None:
            wanted = moved(main.text, row - main.first, 0)
            held = subject.held(clock.sheet, row, main.column)
            told = f"holds {held} in place of ={shortened(wanted)}, the formula of its column"
            yield subject.finding(told, clock.sheet, (row, start - 1), main.column)
        if run is None:
            return
        a, b = max(run.first, clock.top + 1), min(run.last, clock.bottom - 1)
        wanted = moved(main.text, a - main.first, 0)
        if run is not main and a <= b and moved(run.text, a - run.first, 0) != wanted:
            held = subject.held(clock.sheet, a, main.column)
            told = f"holds {held} in place of ={shortened(wanted)}, the formula of its column"
            yield subject.finding(told, clock.sheet, (a, b), main.column)
        row = run.last + 1
