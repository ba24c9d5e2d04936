"""What a finder gives back, and whether it names the right place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hecon.names import column_number

FIRST_PLACES = 10  # a finder names the right place if it is among the first ten that it gives
_CELLS = re.compile(r"'?([^'!]+)'?!\$?([A-Z]{1,3})\$?(\d+)?(?::\$?([A-Z]{1,3})\$?(\d+)?)?$")


@dataclass(frozen=True)
class Finding:
    """One remark of a finder: its words, and the places that it names: inputs, formulas, items, or cells of a workbook.

    `fails` is false where the finder itself says that it only informs.
    """

    words: str
    places: tuple[str, ...] = ()
    fails: bool = True


CaseFinder = Callable[[Path, str], Sequence[Finding]]  # a project's folder, and the name of its case
WorkbookFinder = Callable[[Path, Path | None], Sequence[Finding]]  # a workbook, and the project it was made in, or None


def places_in_order(findings: Sequence[Finding]) -> list[str]:
    """The places that findings name, each once, those of findings that fail first."""
    ordered = sorted(findings, key=lambda one: not one.fails)
    return list(dict.fromkeys(place for one in ordered for place in one.places))


def named(place: str) -> str:
    """A name without what tools put before it."""
    return re.sub(r"^(cost|qaly|count|ly|input|parameter|item|formula|scenario)\s*[: ]\s*", "", place.strip().lower())


def is_right(place: str, right: Sequence[str]) -> bool:
    """Whether a place is one of the right ones: the same name, or cells that hold a right cell and are one row or column."""
    if named(place) in {named(one) for one in right}:
        return True
    mine = _area(place)
    if mine is None or (mine[1] != mine[3] and mine[2] != mine[4]):
        return False
    others = (_area(one) for one in right)
    return any(
        other is not None
        and other[0] == mine[0]
        and mine[1] <= other[1] <= mine[3]
        and (mine[2] <= other[2] <= mine[4])
        for other in others
    )


def _area(place: str) -> tuple[str, int, int, int, int] | None:
    """Sheet, first column and row, last column and row; a whole column where no row is given."""
    match = _CELLS.match(place.strip())
    if match is None:
        return None
    sheet, first, top, last, bottom = match.groups()
    left = column_number(first)
    end = int(bottom or top or 10**7) if last or top else 10**7
    return sheet.lower(), left, int(top or 1), column_number(last) if last else left, end
