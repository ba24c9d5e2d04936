"""A year of a hospital: what N patients together leave it, and how often the whole year is a loss."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.paying.hospital import HOSPITAL, Cases, NotTreated
from hecon.arrays import Array
from hecon.inputs.distributions.streams import stream
from hecon.shown import Shown

SIZES = (5, 10, 20, 50, 100)
_LEAST = 20  # years, or percentiles say nothing
_CENT = 0.005  # a smaller loss is rounding


@dataclass(frozen=True)
class YearRow:
    """A year of `cases` patients intended: the mean margin, the chance of a loss, and percentiles over years and draws."""

    cases: int
    margin: float
    p_loss: float
    p_5: float
    p_50: float
    p_95: float


@dataclass(frozen=True, repr=False)
class HospitalYear(Shown):
    """The margin of a year by the number of patients intended, in currency."""

    rows: tuple[YearRow, ...]
    money: str


def years(
    found: Cases, infused: Array, others: Sequence[NotTreated], seed: int, money: str, sizes: Sequence[int] = SIZES
) -> HospitalYear:  # fmt: skip
    """Years of each of `sizes` of which the patients drawn make at least 20; who is treated is drawn too, by its shares.

    >>> one = Cases({}, {}, np.zeros((40, 1)), np.array([[-1.0], [3.0], [-5.0], [1.0]] * 10))
    >>> [(row.margin, row.p_loss) for row in years(one, np.ones(1), [], 1, "EUR", sizes=(2, 4)).rows]  # 2 and -4
    [(-1.0, 0.5)]
    """
    margin = np.array(found.margin)
    patients, draws = margin.shape
    which = stream(seed, "patients: who is treated").random(margin.shape)
    start = infused
    for other in others:
        lost = -other.invoice if other.carried_by == HOSPITAL else np.zeros(draws)
        margin = np.where((which >= start) & (which < start + other.share), lost, margin)
        start = start + other.share
    rows = []
    for size in sizes:
        many = patients // size
        if many * draws < _LEAST:
            continue
        total = margin[: many * size].reshape(many, size, draws).sum(axis=1)
        low, middle, high = np.quantile(total, (0.05, 0.5, 0.95)).tolist()
        rows.append(YearRow(size, float(total.mean()), float((total < -_CENT).mean()), low, middle, high))
    return HospitalYear(tuple(rows), money)
