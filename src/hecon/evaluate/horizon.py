"""Times that are looked at: a row, between two rows, or beyond the horizon, where what only reports is left out and said."""

from dataclasses import dataclass

from hecon.errors import ModelError
from hecon.formula.program import Block

_TINY = 1e-9  # rows are times times cycles per year


class TimeError(ModelError):
    """A time at which a structure has no row: `why` in words, `row` in cycles."""

    def __init__(self, years: float, row: float, why: str) -> None:
        super().__init__(f"at(x, {years:g}): {why}")
        self.years, self.row, self.why = years, row, why


class BeyondError(TimeError):
    """A time past the horizon."""


@dataclass(frozen=True)
class LeftOut:
    """What a run left out because it lies beyond the horizon: `kind` is report, check or item, `written` what its author
    wrote of the time, `years` the time from the start of the structure, `horizon` the structure's.
    """

    strategy: str
    place: str
    kind: str
    name: str
    written: str
    years: float
    horizon: float

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}' ({self.written}): not reached within the horizon of {span(self.horizon)}"


def place_of(block: Block, years: float) -> tuple[int, float]:
    """The row at a time in years since the block's start, and the share of the cycle after it (0 at a row).

    Raises:
        BeyondError: past the horizon.
        TimeError: between two rows where the structure does not interpolate; before its start.

    >>> from hecon.formula.program import Clock
    >>> from hecon.formula.syntax import Number
    >>> block = Block("a", "a", None, Clock(2.0, 4), Number(1.0), Number(0.0), {}, between="interpolate")
    >>> place_of(block, 1.0), place_of(block, 1.25)
    ((2, 0.0), (2, 0.5))
    >>> place_of(block, 2.5)
    Traceback (most recent call last):
    hecon.evaluate.horizon.BeyondError: at(x, 2.5): beyond the horizon of 2 years
    """
    assert block.clock is not None
    cycles, row = block.clock.cycles, years * block.clock.per_year
    whole = abs(row - round(row)) <= _TINY
    if row > cycles + _TINY:
        raise BeyondError(years, row, f"beyond the horizon of {span(cycles / block.clock.per_year)}")
    if row < -_TINY:
        raise TimeError(years, row, "before the start of the structure")
    if whole:
        return round(row), 0.0
    if block.between != "interpolate":
        raise TimeError(
            years, row, f"{row:g} cycles is not a row of this block (whole cycles from 0 to {cycles}): name the time of a row,"
            ' or declare between_rows="interpolate" on the structure'
        )  # fmt: skip
    return int(row), row - int(row)


def span(years: float) -> str:
    """A length of time in words.

    >>> span(1.0), span(0.25)
    ('1 year', '0.25 years')
    """
    return f"{years:g} year{'' if years == 1 else 's'}"
