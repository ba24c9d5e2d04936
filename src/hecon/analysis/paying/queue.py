"""A queue: more patients than places. Who came first is treated first; those who wait may die waiting."""

from dataclasses import dataclass

import numpy as np

from hecon.analysis.paying.population import MONTHS
from hecon.arrays import Array


@dataclass(frozen=True, eq=False)
class Queue:
    """By calendar month (month, draw): patients `asked` for, `treated`, `died` waiting, `waiting` at the month's end, and
    `waited`: the months that those treated have waited, added up.
    """

    asked: Array
    treated: Array
    died: Array
    waiting: Array
    waited: Array

    @property
    def mean_wait(self) -> Array:
        """(draw,): months waited per patient treated; 0 where nobody is treated."""
        treated = self.treated.sum(axis=0)
        mean: Array = self.waited.sum(axis=0) / np.where(treated > 0, treated, 1.0)
        return mean


def queue(asked: Array, places: Array, alive: Array | None = None) -> Queue:
    """Patients (month, draw) meet `places` a year (draw,), a twelfth of them each month; whoever finds none waits.

    `alive` (month, draw) is the part of each month since the start of care that a patient lives who does not get the
    treatment: of those who have waited n months, alive[n + 1] / alive[n] are there a month later. Without it nobody dies.

    Ten a month ask and eight are treated: after a year 24 wait.

    >>> found = queue(np.full((12, 1), 10.0), np.array([96.0]))
    >>> [float(one) for one in (found.treated.sum(), found.waiting[-1, 0], found.waited[1, 0])]
    [96.0, 24.0, 2.0]
    """
    months = len(asked)
    shape = np.broadcast_shapes(asked.shape[1:], places.shape, () if alive is None else alive.shape[1:])
    each = places / MONTHS
    stays = None if alive is None else alive[1:] / np.where(alive[:-1] > 0, alive[:-1], 1.0)
    there = np.zeros((months, *shape))  # who still waits, by the month of arrival
    treated, died, waiting, waited = (np.zeros((months, *shape)) for _ in range(4))
    for month in range(months):
        before = there[:month]
        if stays is not None and month:
            leaving = before * (1.0 - stays[:month][::-1])
            died[month] = leaving.sum(axis=0)
            before -= leaving
        there[month] = asked[month]
        now = there[: month + 1]
        served = np.diff(np.minimum(np.cumsum(now, axis=0), each), axis=0, prepend=0.0)
        now -= served
        treated[month] = served.sum(axis=0)
        waited[month] = (served * np.arange(month, -1, -1)[:, None]).sum(axis=0)
        waiting[month] = now.sum(axis=0)
    return Queue(np.broadcast_to(asked, (months, *shape)), treated, died, waiting, waited)


def never_rises(alive: Array) -> bool:
    """Whether survival (month, draw) only falls, so that it can be read as who is left.

    >>> never_rises(np.array([[1.0], [0.9]])), never_rises(np.array([[0.9], [1.0]]))
    (True, False)
    """
    return bool((np.diff(alive, axis=0) <= 1e-9).all() and (alive >= 0).all())
