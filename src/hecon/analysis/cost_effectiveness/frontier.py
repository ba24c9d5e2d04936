"""The efficiency frontier: which strategies could be best at some threshold, and which never.

Strong dominance, then extended dominance: the lower convex hull of the (effect, cost) points (methods 5.1).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.analysis.cost_effectiveness.icer import TOLERANCE
from hecon.errors import Fault, HeconError, raise_faults
from hecon.outcomes import Array


@dataclass(frozen=True)
class Frontier:
    """Positions (strategy,) sorted by cost then falling effect; per position a status and what it is compared with.

    `status` is ND (not dominated), ED (extended dominance), D (dominated) or equivalent (same cost and effect as a
    strategy on the frontier that was declared before it). `previous` is the frontier strategy before an ND one, and the
    twin of an equivalent one; otherwise None.
    """

    order: tuple[int, ...]
    status: tuple[str, ...]
    previous: tuple[int | None, ...]

    @property
    def members(self) -> tuple[int, ...]:
        """Positions on the frontier, by rising cost, equivalents included."""
        return tuple(k for k in self.order if self.status[k] in ("ND", "equivalent"))


def frontier(cost: ArrayLike, effect: ArrayLike) -> Frontier:
    """Place strategies with these costs and effects, both (strategy,), on or off the frontier.

    Costs, and effects, within 1e-9 of the largest are equal. Points on a straight piece of the frontier stay; of two
    strategies with equal effect the dearer is dominated, with equal cost the less effective.

    Raises:
        HeconError: values that are not finite, lengths that differ.

    >>> found = frontier([0, 60, 120, 130], [0.0, 1.0, 2.5, 2.0])
    >>> found.status
    ('ND', 'ED', 'ND', 'D')
    >>> found.previous
    (None, None, 0, None)
    """
    costs, effects = np.asarray(cost, dtype=np.float64), np.asarray(effect, dtype=np.float64)
    _check(costs, effects)
    c, e = _levels(costs), _levels(effects)
    no_worse = (c[:, None] <= c) & (e[:, None] >= e)
    dominated = np.any(no_worse & ((c[:, None] < c) | (e[:, None] > e)), axis=0).tolist()
    order = sorted(range(len(c)), key=lambda k: (c[k], -e[k], k))
    twin_of = {k: next(j for j in range(len(c)) if c[j] == c[k] and e[j] == e[k]) for k in order if not dominated[k]}
    hull: list[int] = []
    for k in (k for k in order if twin_of.get(k) == k):
        while len(hull) > 1 and _is_extended(costs, effects, hull[-2], hull[-1], k):
            hull.pop()
        hull.append(k)
    status, previous = ["D"] * len(c), list[int | None]([None] * len(c))
    for k, twin in twin_of.items():
        status[k] = "ED" if twin not in hull else "ND" if twin == k else "equivalent"
        if status[k] == "equivalent":
            previous[k] = twin
    for before, k in pairwise(hull):
        previous[k] = before
    return Frontier(tuple(order), tuple(status), tuple(previous))


def _levels(values: Array) -> NDArray[np.intp]:
    """Ranks in which values closer than the tolerance share one, so that equality is the same question everywhere."""
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order]) > TOLERANCE * np.abs(values).max()
    levels = np.empty(values.size, dtype=np.intp)
    levels[order] = np.concatenate([[0], np.cumsum(steps)])
    return levels


def _is_extended(cost: Array, effect: Array, before: int, middle: int, after: int) -> bool:
    """Whether the ratio of `middle` over `before` is above that of `after` over `middle`; equal ratios do not count."""
    to_middle = (cost[middle] - cost[before]) / (effect[middle] - effect[before])
    to_after = (cost[after] - cost[middle]) / (effect[after] - effect[middle])
    return bool(to_middle > to_after * (1 + TOLERANCE))


def _check(cost: Array, effect: Array) -> None:
    if cost.ndim != 1 or cost.shape != effect.shape or cost.size == 0:
        raise HeconError(
            f"a frontier needs one cost and one effect per strategy; got shapes {cost.shape} and {effect.shape}"
        )
    faults = [
        Fault(f"strategy {k}", f"{name} is {value}, not a finite number")
        for name, values in (("cost", cost), ("effect", effect))
        for k, value in enumerate(values)
        if not np.isfinite(value)
    ]
    raise_faults(faults, HeconError, "frontier")
