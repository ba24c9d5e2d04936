"""Whether the sheet Changes lists just what was typed: its formulas, recalculated, against the cells that were set."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hecon.names import letters
from hecon.workbook.sheets.changes_sheet import HEADS, NAME, NOW, ROWS, SHEET, SUBMITTED, WHAT, WORKINGS
from hecon.workbook.sheets.logged import BLANK
from hecon.workbook.xlsx.references import spot

if TYPE_CHECKING:
    from hecon.workbook.verify.trial import Trial
    from hecon.workbook.xlsx.package import Cells, Place

_CELL = re.compile(r"(?:Control|Inputs|Tables)!\$[A-Z]+\$\d+")
_SAME = 1e-12  # relative
Value = float | str


def changes_listed(
    trial: "Trial", cells: "Mapping[Place, Value]", sheets: "Mapping[str, Cells]"
) -> tuple[int, list[str]]:
    """How many cells of the list were compared, and what is wrong with it; `cells` are set, `sheets` are the sheets then.

    >>> from hecon.workbook.example import frozen_trial
    >>> trial = frozen_trial()
    >>> changes_listed(trial, {}, trial.package.sheets)[1]
    []
    >>> changes_listed(trial, {("Inputs", 6, 3): 51.0}, trial.package.sheets)[1][0]
    "Changes!B20 is '', and must be 'c_visit'"
    """
    fresh, found = trial.fresh.sheets[SHEET], sheets[SHEET]
    head = next(row for (row, _), word in fresh.words.items() if word == HEADS[-1])
    changed: list[tuple[Value, Value, Value, Value]] = []
    for row in range(head + 1, fresh.numbers.shape[0]):
        if (row, WORKINGS + 4) not in fresh.formulas:
            continue
        match = _CELL.search(fresh.formulas[row, WORKINGS + 4])
        assert match is not None
        sheet, top, left, _, _ = spot(match[0], SHEET)
        place = (sheet, top, left)
        live = place[1:] in trial.package.sheets[sheet].formulas  # a value that another sheet lets choose
        now = cells[place] if place in cells else _of((sheets if live else trial.package.sheets)[sheet], place[1:])
        was = _of(fresh, (row, WORKINGS + 3))
        if (now if now != "" else BLANK) != was:
            name, what = (_of(fresh, (row, WORKINGS + k)) for k in range(2))
            changed.append((name, what, was, now))
    wrong = []
    for k, values in enumerate(changed[:ROWS]):
        for column, wanted in zip((NAME, WHAT, SUBMITTED, NOW), values, strict=True):
            mine = _of(found, (head + 1 + k, column))
            if not _alike(mine, wanted):
                wrong.append(f"{SHEET}!{letters(column)}{head + 2 + k} is {mine!r}, and must be {wanted!r}")
    if len(changed) < ROWS and (more := _of(found, (head + 1 + len(changed), NAME))) != "":
        wrong.append(f"{SHEET} lists {more}, which is as submitted")
    return 4 * min(len(changed), ROWS) + 1, wrong


def _of(cells: "Cells", place: tuple[int, int]) -> Value:
    """A cell's number, or its words."""
    inside = place[0] < cells.numbers.shape[0] and place[1] < cells.numbers.shape[1]
    number = float(cells.numbers[place]) if inside else float("nan")
    return cells.words.get(place, "") if number != number else number


def _alike(mine: Value, wanted: Value) -> bool:
    if isinstance(mine, str) or isinstance(wanted, str):
        return mine == wanted
    return abs(mine - wanted) <= _SAME * max(abs(mine), abs(wanted))
