"""Time spent in a state during each interval, as the within-cycle method gets it from the occupancy of the rows.

Row k holds the interval [k, k + 1], in cycles; the last row holds nothing but under the two legacy methods, which weight rows.
"""

from typing import Any

import numpy as np

from hecon.evaluate.compile.arrays import Array, flow_weight

LEGACY = ("darth-legacy", "darth-none")


def time_spent(occupied: Array, factor: Array, payload: Any, first: int) -> Array:
    """Time spent in the intervals from row `first` on, discounted: (row, draw) from (row + 1, draw).

    `payload` is (method, each end at its own time, number of cycles); `factor` discounts each end at its own time or, in
    its row, the interval as a whole.

    >>> alive, none = np.array([[1.0], [0.8], [0.6], [0.0]]), np.ones((4, 1))
    >>> time_spent(alive, none, ("half-cycle", False, 2), 0).ravel().tolist()
    [0.9, 0.7, 0.0]
    """
    method, each_end, cycles = payload
    spent = _between(occupied * factor if each_end else occupied, method, first, cycles)
    return spent if each_end else spent * factor[:-1]


def tunnel_time(at_start: Array, at_end: Array, factor: Array, payload: Any, first: int) -> Array:
    """The same from what both ends of each interval hold, (row, draw) each: added over tunnels, with their amounts.

    >>> one = np.ones((2, 1))
    >>> tunnel_time(np.array([[100.0]]), np.array([[50.0]]), one, ("half-cycle", False, 1), 0).tolist()
    [[75.0]]
    """
    method, each_end, cycles = payload
    start, end = (at_start * factor[:-1], at_end * (factor[1:] if each_end else factor[:-1]))
    if method in LEGACY:
        return np.asarray(start * _weights(method, first, len(start), cycles))
    spent = np.array(start if method == "start" else end if method == "end" else 0.5 * (start + end))
    if first + len(spent) - 1 == cycles:
        spent[-1] = 0.0
    return spent


def _between(x: Array, method: str, first: int, cycles: int) -> Array:
    """What lies between each row and the next, by the method: (row, draw) from (row + 1, draw)."""
    match method:
        case "start":
            spent = np.array(x[:-1])
        case "end":
            spent = np.array(x[1:])
        case "half-cycle":
            spent = 0.5 * (x[:-1] + x[1:])
        case "simpson":
            spent = _simpson(x, first, cycles)
        case _:
            return np.asarray(x[:-1] * _weights(method, first, len(x) - 1, cycles))
    if first + len(spent) - 1 == cycles:
        spent[-1] = 0.0
    return spent


def _simpson(x: Array, first: int, cycles: int) -> Array:
    """Intervals in pairs, by the parabola through three rows; for an odd number the last three by the cubic through four."""
    spent = 0.5 * (x[:-1] + x[1:])  # one cycle alone: the mean
    last = min(len(spent), cycles - first)  # intervals here; a tile is laid so that no pair is cut
    pairs = last if cycles % 2 == 0 else min(last, max(cycles - 3 - first, 0))
    a, b, c = x[0:pairs:2], x[1 : pairs + 1 : 2], x[2 : pairs + 2 : 2]
    spent[0:pairs:2] = (5 * a + 8 * b - c) / 12
    spent[1:pairs:2] = (8 * b - a + 5 * c) / 12
    if cycles % 2 and cycles > 1 and pairs < last:
        p, q, r, s = x[pairs : pairs + 4]
        spent[pairs] = (9 * p + 19 * q - 5 * r + s) / 24
        spent[pairs + 1] = (13 * (q + r) - p - s) / 24
        spent[pairs + 2] = (p - 5 * q + 19 * r + 9 * s) / 24
    return spent


def _weights(method: str, first: int, count: int, cycles: int) -> Array:
    return flow_weight(method, np.arange(first, first + count), cycles)[:, None]
