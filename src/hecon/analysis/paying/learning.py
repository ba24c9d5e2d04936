"""What an agreement reveals: how far the patients it assesses narrow what is known of a condition and of the decision."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.shown import Shown


@dataclass(frozen=True)
class Revealed:
    """One assessment of an agreement in `patients` treated: the share that holds a condition `years` after treatment.

    `sd_before` and `sd_after` are of that share, now and as expected after the assessment; `inmb_before` and `inmb_after` of the
    incremental net benefit per patient.
    """

    agreement: str
    condition: str
    years: float
    patients: int
    share: float
    sd_before: float
    sd_after: float
    inmb_before: float
    inmb_after: float


@dataclass(frozen=True, repr=False)
class RevealedTable(Shown):
    """What each assessment of each agreement is expected to reveal, by the number of patients treated."""

    rows: tuple[Revealed, ...]
    money: str
    draws: int

    @property
    def sentence(self) -> str:
        """How far the largest number of patients narrows the most that any assessment does."""
        if not self.rows:
            return "The agreements assess no condition: they reveal nothing."
        most = max(self.rows, key=lambda one: 1 - one.inmb_after / one.inmb_before if one.inmb_before else 0.0)
        by = 1 - most.inmb_after / most.inmb_before if most.inmb_before else 0.0
        of_share = 1 - most.sd_after / most.sd_before if most.sd_before else 0.0
        return (
            f"At most the agreements reveal this: {most.patients:,} patients assessed for '{most.condition}' after"
            f" {most.years:g} year{'s' if most.years != 1 else ''} under {most.agreement} are expected to narrow the standard"
            f" deviation of that share by {of_share:.1%} and that of incremental net benefit by {by:.1%}."
        )


def expected_sd(share: Array, patients: int, of: Array) -> float:
    """The standard deviation of `of` (draw,) that is expected once it is known how many of so many patients hold a condition that
    each holds with chance `share` (draw,): the root of the expected variance, by weights on the draws.

    What `of` has to do with the share is a cubic fitted over the draws; the rest of it stays as uncertain as it was.

    Raises:
        HeconError: fewer than one patient, shares outside 0 to 1.

    >>> both = np.array([0.0, 1.0])
    >>> expected_sd(both, 1, both)
    0.0
    >>> round(expected_sd(np.array([0.5, 0.5]), 10, both), 12)
    0.5
    """
    if patients < 1 or (share < -1e-9).any() or (share > 1 + 1e-9).any():
        raise HeconError(f"what {patients} patients reveal needs at least 1, and shares from 0 to 1")
    from scipy.special import gammaln, xlog1py, xlogy

    p = np.clip(share, 0.0, 1.0)  # rounding alone lies outside
    k = np.arange(patients + 1)[:, None]
    ways = gammaln(patients + 1) - gammaln(k + 1) - gammaln(patients - k + 1)
    weights = np.exp(ways + xlogy(k, p) + xlog1py(patients - k, -p))  # (patients who hold it, draw)
    seen = weights.mean(axis=1)
    fitted = _cubic(share, of)
    first = (weights * fitted).mean(axis=1)
    known = np.divide(first**2, seen, out=np.zeros_like(seen), where=seen > 0).sum()
    return float(np.sqrt(max(float(of.var() - known), 0.0)))


def revealed(
    agreement: str, condition: str, years: float, share: Array, inmb: Array, sizes: Sequence[int]
) -> tuple[Revealed, ...]:
    """A row for each number of patients.

    >>> row, = revealed("x", "free", 1.0, np.array([0.0, 1.0]), np.array([-5.0, 5.0]), (3,))
    >>> row.sd_before, row.sd_after, row.inmb_before, row.inmb_after
    (0.5, 0.0, 5.0, 0.0)
    """
    return tuple(
        Revealed(agreement, condition, years, n, float(share.mean()), float(share.std()), expected_sd(share, n, share),
                 float(inmb.std()), expected_sd(share, n, inmb))
        for n in sizes
    )  # fmt: skip


def _cubic(share: Array, of: Array) -> Array:
    """(draw,) what a share tells of a quantity, less its mean: a cubic by least squares; 0 where the share is certain."""
    sd = share.std()
    if sd < 1e-12:
        return np.zeros_like(of)
    x = (share - share.mean()) / sd
    basis = np.vander(x, min(4, len(np.unique(x))), increasing=True)
    found, *_ = np.linalg.lstsq(basis, of - of.mean(), rcond=None)
    fitted: Array = basis @ found
    return np.asarray(fitted - fitted.mean())
