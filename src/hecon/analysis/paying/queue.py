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
    oldest = 0  # the first month of which somebody still waits, in some draw
    for month in range(months):
        if stays is not None and month > oldest:
            there[oldest:month] *= stays[: month - oldest][::-1]
        there[month] = asked[month]
        so_far = np.cumsum(there[oldest : month + 1], axis=0)  # the oldest first
        left = np.maximum(so_far - each, 0.0)
        there[oldest : month + 1] = np.diff(left, axis=0, prepend=0.0)
        treated[month], waiting[month] = so_far[-1] - left[-1], left[-1]
        waited[month] = (so_far - left)[:-1].sum(
            axis=0
        )  # each place that goes to an earlier month, once for every month since
        if month:
            died[month] = waiting[month - 1] - (so_far[-2] if len(so_far) > 1 else 0.0)
        while oldest < month and not there[oldest].any():
            oldest += 1
    return Queue(np.broadcast_to(asked, (months, *shape)), treated, died, waiting, waited)


def never_rises(alive: Array) -> bool:
    """Whether survival (month, draw) only falls, so that it can be read as who is left.

    >>> never_rises(np.array([[1.0], [0.9]])), never_rises(np.array([[0.9], [1.0]]))
    (True, False)
    """
    return bool((np.diff(alive, axis=0) <= 1e-9).all() and (alive >= 0).all())
