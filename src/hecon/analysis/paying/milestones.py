"""Who there is to pay for: the list price of those treated and in each state, at a grid of times since treatment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError, nearest


@dataclass(frozen=True, eq=False)
class Milestones:
    """What a payer would owe per patient intended to be treated, were the whole price due at a time for those in a state.

    `treated` is (draw,): the list price times the share treated, `share_treated` that share. `held` is (state, time, draw): the
    list price times the share treated and in each of `states` at `times`, in years since treatment, increasing from 0. `dead`
    names the states in which nobody lives, `wait` (draw,) is the years from the decision to treatment. Undiscounted, in currency.

    Raises:
        HeconError: shapes that do not fit, times that do not increase from 0.

    >>> half = Milestones(np.array([100.0]), ("well", "dead"), ("dead",), np.array([0.0, 1.0]),
    ...                   np.array([[[100.0], [60.0]], [[0.0], [40.0]]]), np.array([0.25]), np.ones(1))
    >>> half.at("alive", 0.5).tolist()
    [80.0]
    """

    treated: Array
    states: tuple[str, ...]
    dead: tuple[str, ...]
    times: Array
    held: Array
    wait: Array
    share_treated: Array
    _rows: dict[str, Array] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        shape = (len(self.states), len(self.times), self.treated.size)
        if self.held.shape != shape or self.wait.shape != self.treated.shape:
            raise HeconError(
                f"milestones: held {self.held.shape} is not (state, time, draw) = {shape}, with a wait per draw"
            )
        if len(self.times) == 0 or self.times[0] != 0 or (np.diff(self.times) <= 0).any():
            raise HeconError("milestones: times must increase from 0")

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return int(self.treated.size)

    def row(self, condition: str) -> Array:
        """(time, draw) of a condition: states by blanks, or "alive".

        Raises:
            HeconError: a state that is not held.
        """
        if condition not in self._rows:
            self._rows[condition] = self._sum(self._named(condition))
        return self._rows[condition]

    def _named(self, condition: str) -> list[str]:
        names = (
            [one for one in self.states if one not in self.dead] if condition.strip() == "alive" else condition.split()
        )
        for name in names:
            if name not in self.states:
                known = ", ".join(("alive", *self.states))
                raise HeconError(f"the model does not hold '{name}'{nearest(name, self.states)} (it has: {known})")
        return names

    def at(self, condition: str, years: "float | Array") -> Array:
        """(draw,) of a condition at a time since treatment, a number or one per draw; on the straight line between two times.

        Raises:
            HeconError: a time before treatment or beyond the last of the grid.
        """
        when = np.broadcast_to(np.asarray(years, dtype=float), self.treated.shape)
        if (when < -1e-9).any() or (when > self.times[-1] + 1e-9).any():
            raise HeconError(
                f"milestones reach from 0 to {self.times[-1]:g} years since treatment; asked for {float(when.max()):g}"
            )
        rows = self.row(condition)
        if (when == when[0]).all():  # one time for every draw
            low = min(int(np.searchsorted(self.times, when[0] + 1e-12, side="right")) - 1, len(self.times) - 1)
            high = min(low + 1, len(self.times) - 1)
            span = self.times[high] - self.times[low]
            part = (when[0] - self.times[low]) / span if span else 0.0
            found: Array = rows[low] if abs(part) < 1e-12 else rows[low] * (1 - part) + rows[high] * part
            return found
        lows = np.clip(np.searchsorted(self.times, when, side="right") - 1, 0, len(self.times) - 2)
        share = (when - self.times[lows]) / (self.times[lows + 1] - self.times[lows])
        draw = np.arange(self.draws)
        between: Array = rows[lows, draw] * (1 - share) + rows[lows + 1, draw] * share
        return between

    def _sum(self, names: Iterable[str]) -> Array:
        total = np.zeros(self.held.shape[1:])
        for name in names:
            total += self.held[self.states.index(name)]
        return total
