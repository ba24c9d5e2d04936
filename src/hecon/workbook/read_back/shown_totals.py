"""The totals that a workbook shows on Results, held against the engine's for the inputs read back from it.

What a person changed and hecon cannot read (a formula, a live cell, a sector switched) shows here as a difference.
"""

from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.totals import cost_and_effect, effect_words
from hecon.errors import InputError
from hecon.workbook.pages.page import letters
from hecon.workbook.sheets.results_plan import SHEET
from hecon.workbook.xlsx.package import read_package

if TYPE_CHECKING:
    from pathlib import Path

    from hecon.outcomes import Outcomes
    from hecon.workbook.xlsx.package import Cells

TOLERANCE = 1e-9  # relative to the largest of a column; files keep 15 digits, recalculations agree to 1e-12
NOT_CALCULATED = (
    "Results holds no calculated numbers: open the workbook in a spreadsheet program, recalculate and save it"
)
_LIFE, _LAST = ("Life-years, undiscounted", "Life-years"), "Net monetary benefit"


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
    >>> from hecon.workbook.verify.trial import Made
    >>> tree, book = one_visit()
    >>> path = Path(tempfile.mkdtemp()) / "demo.xlsx"
    >>> _ = Made(tree, book, "payer", 20000.0, "a").write(path)
    >>> differences(path, run(tree, book.base()), "payer", "none")
    []
    >>> differences(path, run(tree, book.fix(c_visit=30.0)), "payer", "none")
    ['cost of a: Results!C10 shows 100, hecon computes 60']
    """
    package = read_package(path, only=(SHEET,))
    if SHEET not in package.sheets:
        raise InputError(f"{path}: has no sheet {SHEET}: it was deleted or renamed; put it back")
    cells = package.sheets[SHEET]
    first, columns = _table(cells, path)
    cost, gained = cost_and_effect(base, perspective, effect)
    wanted = [
        ("cost", cost[:, 0]), ("life-years, undiscounted", base.effect("ly_undiscounted")[:, 0]),
        ("life-years", base.effect("ly")[:, 0]), (effect_words(effect), gained[:, 0]),
    ]  # fmt: skip
    places = [(what, k, (first + k, columns[j])) for j, (what, _) in enumerate(wanted) for k in range(len(gained))]
    if all(np.isnan(package.number((SHEET, *place))) and place not in cells.errors for _, _, place in places):
        return [NOT_CALCULATED]
    numbers = dict(
        zip([one[2] for one in places], np.concatenate([values for _, values in wanted]).tolist(), strict=True)
    )
    largest = {what: max(float(np.abs(values).max()), 1e-9) for what, values in wanted}
    told = []
    for what, k, place in places:
        shown, right = package.number((SHEET, *place)), numbers[place]
        error = cells.errors.get(place, "")
        if withheld and error == "#N/A":
            continue
        near = abs(shown - right) <= TOLERANCE * largest[what]
        if error or not near:
            found = error or ("nothing" if shown != shown else f"{shown:,.10g}")
            where = f"{SHEET}!{letters(place[1])}{place[0] + 1}"
            told.append(f"{what} of {base.strategies[k]}: {where} shows {found}, hecon computes {right:,.10g}")
    return told


def _table(cells: "Cells", path: "str | Path") -> tuple[int, list[int]]:
    """The first row of strategies, and the columns of cost, life-years undiscounted and discounted, and effect."""
    rows: dict[int, list[tuple[int, str]]] = {}
    for (row, column), word in sorted(cells.words.items()):
        rows.setdefault(row, []).append((column, word))
    for row, heads in rows.items():
        words = [word for _, word in heads]
        cost = next((k for k, word in enumerate(words) if word.startswith("Cost, ")), None)
        if cost is not None and words[cost + 1 : cost + 3] == list(_LIFE) and words[cost + 4 : cost + 5] == [_LAST]:
            return row + 1, [column for column, _ in heads[cost : cost + 4]]
    raise InputError(
        f"{path}: {SHEET} has no table with the headings Cost, {', '.join(_LIFE)}, effect, {_LAST}; put them back"
    )
