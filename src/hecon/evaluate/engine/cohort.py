"""One step of the state vector: by probabilities, with tunnels, or by rates (uniformisation).

Arrays are (draw,) for a state and (tunnel, draw) for a state that remembers its duration.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.errors import ModelError

_TAIL = 1e-17  # Poisson terms left out of a uniformised step, together
_MOST = 400


@lru_cache(maxsize=1)
def thresholds() -> tuple[float, ...]:
    """thresholds[j]: the largest rate x cycle for which the terms after j add up to less than _TAIL.

    >>> round(thresholds()[0], 30), len(thresholds())                # the terms after 0 add up to 1 - exp(-x), about x
    (1e-17, 400)
    """
    from scipy.special import gammaincinv

    return tuple(float(x) for x in gammaincinv(np.arange(1.0, _MOST + 1), _TAIL))


def terms_needed(rate_times_cycle: float) -> int:
    """How many terms a uniformised step takes.

    >>> terms_needed(0.66) < 20 < terms_needed(6.4)
    True
    """
    return int(np.searchsorted(np.array(thresholds()), rate_times_cycle, side="left"))


def uniformise(
    state: Sequence[Any],
    moves: Mapping[tuple[int, int], Any],
    counted: Sequence[tuple[int, int]],
    place: str,
) -> tuple[list[Any], dict[tuple[int, int], Any]]:
    """The state vector after one cycle of constant rates, and how many made each counted move in it.

    `moves[a, b]` is rate x cycle. With L the largest way out, the matrix exponential is
    exp(-L) sum_j (L I + Q)^j / j!, all of whose terms are positive; a counting state is added for each counted move.
    A draw whose remaining terms are negligible takes none of them, so that its result does not depend on its neighbours.

    >>> import math
    >>> after, made = uniformise([np.array([1.0]), np.array([0.0])], {(0, 1): np.array([0.5])}, [(0, 1)], "demo")
    >>> bool(abs(after[0][0] - math.exp(-0.5)) < 1e-15), bool(abs(made[0, 1][0] - (1 - math.exp(-0.5))) < 1e-15)
    (True, True)
    """
    out: dict[int, Any] = {}
    for (a, _), rate in moves.items():
        out[a] = out[a] + rate if a in out else rate
    top: Any = 0.0
    for rate in out.values():
        top = np.maximum(top, rate)
    stay = [top - out[a] if a in out else top for a in range(len(state))]
    limits = thresholds()
    largest, smallest = float(np.max(top)), float(np.min(top))
    if not largest <= limits[-1]:
        raise ModelError(
            f"{place}: a rate of {largest:.4g} per cycle is beyond what a cycle can hold: shorten the cycle"
        )
    term = list(state)
    total = [np.array(x, dtype=float) for x in np.broadcast_arrays(*state, top)[:-1]]
    tally: dict[tuple[int, int], Any] = dict.fromkeys(counted, 0.0)
    count: dict[tuple[int, int], Any] = {pair: np.zeros_like(total[0]) for pair in counted}
    for j in range(1, _MOST):
        limit = limits[j - 1]
        if largest <= limit:
            break
        share: Any = 1.0 / j if smallest > limit else (top > limit) / j
        new: list[Any] = [x * s for x, s in zip(term, stay, strict=True)]
        for (a, b), rate in moves.items():
            moved = term[a] * rate
            new[b] = new[b] + moved
            if (a, b) in count:
                tally[a, b] = (tally[a, b] * top + moved) * share
                count[a, b] = count[a, b] + tally[a, b]
        term = [x * share for x in new]
        for x, t in zip(total, term, strict=True):
            x += t
    scale = np.exp(-top)
    return [x * scale for x in total], {pair: x * scale for pair, x in count.items()}


def walk_rows(occupied: Sequence[Array], moves: Mapping[tuple[int, int], Any], steps: int) -> None:
    """The way of a cohort without tunnels through `steps` rows: `occupied[state]` (row, draw) is filled in after its row 0.

    `moves[a, b]` is (row, draw), or in one row, (draw,) or a number where it is the same in all rows.

    >>> well, dead = np.array([[1.0], [0.0], [0.0]]), np.array([[0.0], [0.0], [0.0]])
    >>> walk_rows([well, dead], {(0, 0): 0.5, (0, 1): np.array([[0.5], [0.5]]), (1, 1): 1.0}, 2)
    >>> well.ravel().tolist(), dead.ravel().tolist()
    ([1.0, 0.5, 0.25], [0.0, 0.5, 0.75])
    """
    first: dict[int, tuple[Array, Array, Array]] = {}
    more: list[tuple[Array, Array, Array]] = []
    for (a, b), p in moves.items():
        p = np.atleast_2d(p)
        move = (occupied[a], np.broadcast_to(p, (steps, p.shape[1])) if len(p) == 1 else p, occupied[b][1:])
        if b in first:
            more.append(move)
        else:
            first[b] = move
    for k, rows in enumerate(occupied):
        if k not in first:
            rows[1:] = 0.0
    flow = np.empty(occupied[0].shape[1])
    multiply, add = np.multiply, np.add
    for r in range(steps):
        for here, p, there in first.values():
            multiply(here[r], p[r], there[r])
        for here, p, there in more:
            multiply(here[r], p[r], flow)
            add(there[r], flow, there[r])


class Cohort:
    """A state vector on its way through the rows, for one chunk of draws.

    `current` holds each state's occupancy: (draw,), or (tunnel, draw) for the states in `tunnels` {state: (length, last)}.
    """

    def __init__(self, size: int, start: Sequence[Any], tunnels: Mapping[int, tuple[int, str]], width: int) -> None:
        self.size = size
        self.tunnels = tunnels
        self._flow = np.empty(width)
        self.current: list[Array] = []
        for k in range(size):
            value = np.broadcast_to(np.asarray(start[k], dtype=float), (width,)).copy()
            if k in tunnels:
                rows = np.zeros((tunnels[k][0], width))
                rows[0] = value
                value = rows
            self.current.append(value)

    def step(self, entries: Mapping[tuple[int, int], Any], out: Sequence[Array], place: str) -> None:
        """Move everyone by a row's probabilities: `entries[a, b]` is (draw,), (tunnel, draw) or a number.

        `out` holds an array (draw,) for each state, into which the new occupancy is written.
        """
        reached = [False] * self.size
        stayed: dict[int, Array] = {}
        for (a, b), p in entries.items():
            if a in self.tunnels:
                flow = self.current[a] * p
                if a == b:
                    stayed[a] = flow
                    continue
                flow = _add_tunnels(flow)
            elif not reached[b]:
                np.multiply(self.current[a], p, out=out[b])
                reached[b] = True
                continue
            else:
                flow = np.multiply(self.current[a], p, out=self._flow)
            if reached[b]:
                np.add(out[b], flow, out=out[b])
            else:
                out[b][...] = flow
                reached[b] = True
        for k in range(self.size):
            if not reached[k]:
                out[k][...] = 0.0
            if k in self.tunnels:
                self._age(k, out[k], stayed.get(k), place)
            else:
                self.current[k] = out[k]

    def _age(self, k: int, inflow: Array, stayed: Array | None, place: str) -> None:
        """Those who stay in a tunnel state move one sub-state on; newcomers take the first."""
        length, last = self.tunnels[k]
        rows = np.zeros((length, inflow.shape[0]))
        rows[0] = inflow
        if stayed is not None:
            rows[1:] = stayed[:-1]
            if last == "stay":
                rows[-1] += stayed[-1]
            elif stayed[-1].any():
                raise ModelError(
                    f'{place}: some outlive the last of {length} tunnels; lengthen it or declare last="stay"'
                )
        self.current[k] = rows
        inflow[...] = _add_tunnels(rows)


def _add_tunnels(x: Array) -> Array:
    """Sub-states added in order (tunnel, draw) -> (draw,)."""
    return np.asarray(np.cumsum(x, axis=0)[-1] if x.shape[1] == 1 else np.add.reduce(x, axis=0))
