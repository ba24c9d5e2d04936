"""The totals that a workbook shows on Results, held against the engine's for the inputs read back from it.

What a person changed and hecon cannot read (a formula, a live cell, a sector switched) shows here as a difference.
"""

import re
from typing import TYPE_CHECKING

from hecon.analysis.totals import cost_and_effect, effect_words
from hecon.errors import InputError
from hecon.workbook.package import read_package
from hecon.workbook.page import letters
from hecon.workbook.results_plan import SHEET

if TYPE_CHECKING:
    from pathlib import Path

    from hecon.outcomes import Outcomes
    from hecon.workbook.package import Cells

TOLERANCE = 1e-9  # relative to the largest of a column; files keep 15 digits, recalculations agree to 1e-12
NOT_CALCULATED = (
    "Results holds no calculated numbers: open the workbook in a spreadsheet program, recalculate and save it"
)
_HEADS = ("Strategy", "Life-years, undiscounted", "Life-years", "Net monetary benefit")


def differences(
    path: "str | Path", base: "Outcomes", perspective: str, effect: str, withheld: bool = False
) -> list[str]:
    """What Results shows otherwise than the base case of the inputs read back, in words; nothing where all agree.

    In a confidential workbook (`withheld`) a total that waits for a number is left out.

    Raises:
        InputError: no sheet Results, or one without its table of totals.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from hecon.evaluate.run import run
    >>> from hecon.workbook.example import one_visit
    >>> from hecon.workbook.trial import Made
    >>> tree, book = one_visit()
    >>> path = Path(tempfile.mkdtemp()) / "demo.xlsx"
    >>> _ = Made(tree, book, "payer", 20000.0, "a").write(path)
    >>> differences(path, run(tree, book.base()), "payer", "none")
    []
    >>> differences(path, run(tree, book.fix(c_visit=30.0)), "payer", "none")
    ['cost of a: Results!C9 shows 100, hecon computes 60']
    """
    package = read_package(path, only=(SHEET,))
    if SHEET not in package.sheets:
        raise InputError(f"{path}: has no sheet {SHEET}: it was deleted or renamed; put it back")
    cells = package.sheets[SHEET]
    first, columns = _table(cells, path)
    cost, gained = cost_and_effect(base, perspective, effect)
    wanted = {
        "cost": cost[:, 0], effect_words(effect): gained[:, 0],
        "life-years, undiscounted": base.effect("ly_undiscounted")[:, 0], "life-years": base.effect("ly")[:, 0],
    }  # fmt: skip
    places = [(what, k) for what in wanted for k in range(len(base.strategies))]
    if all(package.number((SHEET, first + k, columns[what])) != package.number((SHEET, first + k, columns[what]))
           and (first + k, columns[what]) not in cells.errors for what, k in places):  # fmt: skip
        return [NOT_CALCULATED]
    told = []
    for what, k in places:
        place = (first + k, columns[what])
        shown, right = package.number((SHEET, *place)), float(wanted[what][k])
        error = cells.errors.get(place, "")
        if withheld and error == "#N/A":
            continue
        near = abs(shown - right) <= TOLERANCE * max(float(abs(wanted[what]).max()), 1e-9)
        if error or not near:
            found = error or ("nothing" if shown != shown else f"{shown:,.10g}")
            where = f"{SHEET}!{letters(place[1])}{place[0] + 1}"
            told.append(f"{what} of {base.strategies[k]}: {where} shows {found}, hecon computes {right:,.10g}")
    return told


def _table(cells: "Cells", path: "str | Path") -> tuple[int, dict[str, int]]:
    """The first row of strategies and the columns by what they hold."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), word in sorted(cells.words.items()):
        rows.setdefault(row, {}).setdefault(word, column)
    for row, heads in sorted(rows.items()):
        if all(one in heads for one in _HEADS):
            cost = next((column for word, column in heads.items() if re.match("Cost, ", word)), None)
            middle = [(k, word) for word, k in heads.items() if heads["Life-years"] < k < heads["Net monetary benefit"]]
            if cost is not None and middle:
                effect = middle[0][1]
                return row + 1, {
                    "cost": cost, effect[0].lower() + effect[1:]: middle[0][0], effect: middle[0][0],
                    "life-years, undiscounted": heads[_HEADS[1]], "life-years": heads[_HEADS[2]],
                }  # fmt: skip
    raise InputError(f"{path}: {SHEET} has no table with the headings {', '.join(_HEADS)}; put them back")
