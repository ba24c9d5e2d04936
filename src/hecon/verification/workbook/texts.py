"""What a workbook says of its own formulas, for one that has lost its list: likes on parallel sheets, and texts beside formulas.

A formula is read with names in the place of cells: each cell of its sheet is called by the heading of its column or the label
of its row. So likes can be compared between strategies, and with what stands there as written in the model.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hecon.names import column_number
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding
from hecon.verification.workbook.subject import WorkbookSubject, shortened
from hecon.workbook.sheets.formulas_sheet import checksum
from hecon.workbook.verify.formula_runs import Run
from hecon.workbook.verify.structure_faults import plain
from hecon.workbook.xlsx.references import words

_PAGES = ("Trace_", "PSM_", "Tree_")
_BY_LEAF = (
    "Tree_",
    "probability of getting there",
    "the share of the cohort that enters",
)  # differs by tree, as it must
_CELL = re.compile(r"(?<![\w.$!])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(.!])")
_WORD = re.compile(r"[A-Za-z_]\w*")
_AT = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class Spelled:
    """A run of a page of the model: what it is called, its text as written in the model, its formula with names for cells."""

    sheet: str
    run: Run
    name: str
    written: str
    text: str
    reads: frozenset[str]


def alike_in_strategies(subject: WorkbookSubject) -> Iterator[Finding]:
    """What has the same name and the same text in two strategies has the same formula (only where the list is lost).

    >>> from hecon.verification.workbook.example import edited
    >>> from dataclasses import replace
    >>> words = {(0, 0): "cycle", (0, 6): "well"}
    >>> typed = (("Trace_a", "1-2"), ("Trace_b", "1-3"))
    >>> both = [edited({(1, 6): text}, words, sheet=sheet).package.sheets for sheet, text in typed]
    >>> subject = edited({}, {})
    >>> subject = replace(subject, package=replace(subject.package, sheets={**both[0], **both[1]}))
    >>> for one in alike_in_strategies(subject):
    ...     print(one.told)
    =1-2 here, 1-3 on Trace_b, under the same name
    =1-3 here, 1-2 on Trace_a, under the same name
    """
    same: dict[tuple[str, str, bool], list[Spelled]] = {}
    for one in _spelled(subject):
        if one.name:
            same.setdefault((one.name, one.written, one.run.first == one.run.last), []).append(one)
    for some in same.values():
        kinds = Counter(one.text for one in some)
        by_leaf = any(mark in f"{one.text} {one.written}" for one in some for mark in _BY_LEAF)
        if len(kinds) == 1 or by_leaf or len({one.sheet for one in some}) < 2 or len(kinds) > max(2, len(some) // 2):
            continue
        usual, count = kinds.most_common(1)[0]
        tie = list(kinds.values()).count(count) > 1
        for one in some:
            if one.text != usual or tie:
                other = next(two for two in some if two.text != one.text)
                told = f"=: {shortened(one.run.text)} here, {shortened(other.run.text)} on {other.sheet}, under the same name"
                yield subject.finding(
                    told.replace("=: ", "="), one.sheet, (one.run.first, one.run.last), one.run.column,
                    formula=one.written, verdict=INFORMS,
                )  # fmt: skip


def as_written(subject: WorkbookSubject) -> Iterator[Finding]:
    """A formula reads the inputs that its text in the model names, and no others (only where the list is lost).

    >>> from hecon.verification.workbook.example import edited
    >>> subject = edited({(2, 6): "c_test*2"}, {(0, 0): "cycle", (0, 6): "cost", (1, 6): "2 * c_drug"}, sheet="Trace_a")
    >>> subject.package.names.update({"c_drug": "Inputs!$C$2", "c_test": "Inputs!$C$3"})
    >>> for one in as_written(subject):
    ...     print(one.told)
    =c_test*2 does not read c_drug and reads c_test, unlike its text in the model
    """
    inputs = {name for name in subject.package.names if not name.startswith("_xlnm")}
    for one in _spelled(subject):
        told = set(_WORD.findall(_AT.sub("", one.written)))
        if not told & inputs or not one.name:
            continue
        direct = words(one.run.text) & inputs
        lost = (told & inputs) - direct - one.reads
        more = direct - told - set(_WORD.findall(one.name)) - {"age_start"}
        if lost or more:
            parts = [f"does not read {', '.join(sorted(lost))}"] if lost else []
            parts += [f"reads {', '.join(sorted(more))}"] if more else []
            text = f"={shortened(one.run.text)} {' and '.join(parts)}, unlike its text in the model"
            yield subject.finding(
                text, one.sheet, (one.run.first, one.run.last), one.run.column, formula=one.written, verdict=INFORMS
            )


def _spelled(subject: WorkbookSubject) -> list[Spelled]:
    """Every run of the pages of the model, spelled with names.

    Raises:
        DoesNotApplyError: the list of the workbook is whole, which tells all of it and more.
    """
    if subject.lines and checksum(subject.lines) in subject.cover:
        raise DoesNotApplyError("the list of formulas is whole")
    found = []
    for sheet, runs in subject.runs.items():
        if sheet.startswith(_PAGES):
            names = _named(subject, sheet)
            found += [_spell(sheet, run, *names) for run in runs]
    return found


def _named(
    subject: WorkbookSubject, sheet: str
) -> tuple[Mapping[int, tuple[str, str]], Mapping[tuple[int, int], tuple[str, str]], int]:
    """The headings of the columns by cycle and the labels of the cells in the list, each with its text; the headings' row."""
    cells = subject.package.sheets[sheet]
    typed = {place: word for place, word in cells.words.items() if place not in cells.formulas}
    top = next((r for (r, c), word in sorted(typed.items()) if c == 0 and word == "cycle"), -1)
    columns = {c: (word, typed.get((top + 1, c), "")) for (r, c), word in typed.items() if r == top >= 0 and c > 4}
    if top >= 0:
        columns[0] = ("cycle", "")
    labels = {(r, 2): (word, typed.get((r, 4), "")) for (r, c), word in typed.items() if c == 1 and r > top}
    return columns, labels, top


def _spell(
    sheet: str,
    run: Run,
    columns: Mapping[int, tuple[str, str]],
    labels: Mapping[tuple[int, int], tuple[str, str]],
    top: int,
) -> Spelled:
    reads: set[str] = set()

    def one(match: re.Match[str]) -> str:
        row, column = int(match[4]) - 1, column_number(match[2])
        name, written = labels.get((row, column), ("", "")) if match[3] else ("", "")
        if not name:
            name, written = columns.get(column, ("", ""))
        if not name:
            return match[0]
        reads.update(_WORD.findall(f"{name} {written}"))
        shift = match[4] if match[3] else str(row - run.first)
        return f"<{name}>" if (row, column) in labels or row <= top else f"<{name}@{shift}>"

    text = _CELL.sub(one, plain(run.text))
    is_list = (run.first, run.column) in labels
    name, written = (
        labels[run.first, run.column] if is_list else columns.get(run.column, ("", "")) if run.first > top else ("", "")
    )
    return Spelled(sheet, run, name, written, text, frozenset(reads))
