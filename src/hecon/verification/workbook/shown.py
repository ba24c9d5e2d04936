"""What the numbers say that the workbook shows: its own checks, and life-years above QALYs."""

from collections.abc import Iterator

from hecon.names import letters
from hecon.verification.verdict import FAILS, INFORMS, DoesNotApplyError, Finding
from hecon.verification.workbook.subject import WorkbookSubject
from hecon.verification.workbook.submitted import inputs_and_choices

_ENGINE = ("the engine's base case", "the PSA's stored draw")  # of another set of inputs they tell nothing


def own_checks(subject: WorkbookSubject) -> Iterator[Finding]:
    """Every check on the sheet Checks holds, by the numbers that the file stores.

    >>> from hecon.verification.workbook.example import edited
    >>> words = {(0, 0): "Check", (0, 1): "Value", (0, 2): "Holds", (1, 0): "states add up"}
    >>> subject = edited({(1, 2): "B2=1"}, words, sheet="Checks")
    >>> subject.package.sheets["Checks"].numbers[1, 1:3] = 0.9, 0.0
    >>> for one in own_checks(subject):
    ...     print(one)
    Checks, states add up: the check does not hold; it is 0.9; cell: Checks!C2
    """
    cells = subject.package.sheets.get("Checks")
    head = next((at for at, word in sorted(cells.words.items()) if word.startswith("Holds")), None) if cells else None
    if cells is None or head is None:
        raise DoesNotApplyError("no sheet Checks")
    value = next((c for (r, c), word in cells.words.items() if r == head[0] and word == "Value"), head[1])
    changed = bool(subject.lines) and any(True for _ in inputs_and_choices(subject))
    for row in range(head[0] + 1, cells.numbers.shape[0]):
        holds = subject.number("Checks", row, head[1])
        if (row, head[1]) not in cells.formulas or holds != 0 or cells.words.get((row, value)) == "not reached":
            continue
        name = ", ".join(cells.words[row, k] for k in (0, 1) if (row, k) in cells.words)
        compares = any(word in name for word in _ENGINE)
        told = "the check does not hold" + (" under the inputs and choices typed" if changed else "")
        verdict = INFORMS if changed or compares or not subject.lines else FAILS
        yield Finding(
            told,
            f"Checks, {name}",
            subject.number("Checks", row, value),
            cell=f"Checks!{letters(head[1])}{row + 1}",
            verdict=verdict,
        )
