"""The results that a file stores, against those of its recalculation."""

from pathlib import Path

import numpy as np

from hecon.names import letters
from hecon.workbook.verify.certificate import Finding, finding
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.verify.trial import Trial
from hecon.workbook.xlsx.package import Cells, read_package

_STORED = 1e-9  # relative: what another program stored, against what is recalculated now
_LEAST = 1e-7  # and absolute, for differences of large sums


def stored_results(trial: Trial, given: Path, engine: str) -> Finding:
    """The results stored in the file are those of its recalculation; of a confidential one, before it is filled in."""
    wrong = []
    package, session = trial.package, trial.session
    if trial.made.withheld:
        there = trial.folder / "given"
        there.mkdir()
        package, session = read_package(given), open_session(given, engine, there)
    found = session.values({})
    for name, cells in package.sheets.items():
        now = found[name]
        for place in _differing(cells, now):
            if trial.made.withheld and _left(cells, place) and (place in now.errors or place not in cells.errors):
                continue
            one, other = cells.numbers[place], now.numbers[place]
            was, is_now = cells.words.get(place) or f"{one:.12g}", now.errors.get(place) or now.words.get(place)
            where = f"{name}!{letters(place[1])}{place[0] + 1}"
            wrong.append(f"{where} stores {was}, recalculated it is {is_now or f'{other:.12g}'}")
    count = sum(len(cells.formulas) for cells in package.sheets.values())
    return finding("stored results", wrong, f"{count:,} cells hold what recalculation gives", "cells do not")


def _differing(stored: Cells, now: Cells) -> list[tuple[int, int]]:
    """Formula cells whose word or number is not the one that recalculation gives."""
    if not stored.formulas:
        return []
    rows, columns = np.array(list(stored.formulas)).T
    one, other = stored.numbers[rows, columns], now.numbers[rows, columns]
    with np.errstate(invalid="ignore"):
        gap, slack = np.abs(one - other), np.maximum(_LEAST, _STORED * np.abs(one))
    far = ~((gap <= slack) | (np.isnan(one) & np.isnan(other)))
    return [
        place
        for place, apart in zip(stored.formulas, far.tolist(), strict=True)
        if (word := stored.words.get(place, "")) != now.words.get(place, "") or (apart and not word)
    ]


def _left(cells: Cells, place: tuple[int, int]) -> bool:
    """Whether a cell stores no result: it is not available, or left to the spreadsheet that opens the file."""
    return bool(np.isnan(cells.numbers[place])) and not cells.words.get(place)
