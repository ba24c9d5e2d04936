"""Transition probabilities of one cycle length as those of another, through the matrix's logarithm.

Single entries are never rooted: over a year a patient may move twice, so a year's entries are no powers of a month's.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hecon.errors import Fault, InputError, raise_faults, told_sum

Matrix = npt.NDArray[np.float64]
_ROUNDING = 1e-12


def cycle_probabilities(
    matrix: Matrix | Sequence[Sequence[float]], from_years: float, to_years: float
) -> npt.NDArray[np.float64]:
    """The transition matrix (state, state) of a cycle of `to_years`, from that of a cycle of `from_years`.

    The result is exp(log(matrix) x to / from), which exists as probabilities only when the logarithm is a matrix of rates:
    off its diagonal nothing below 0 (Israel, Rosenthal and Wei, Mathematical Finance 2001).

    Raises:
        InputError: lengths that are not above 0; entries outside [0, 1]; rows that do not sum to 1; a matrix that no rates
            can have made, which has to be estimated anew at the other cycle length.

    >>> cycle_probabilities([[0.81, 0.19], [0.0, 1.0]], 2, 1).round(12).tolist()      # the square root of 0.81 stay
    [[0.9, 0.1], [0.0, 1.0]]
    """
    from scipy.linalg import expm, logm

    p = np.asarray(matrix, dtype=float)
    _check(p, from_years, to_years)
    remedy = "estimate the probabilities at the cycle length of the model, or write the model by rates"
    if np.linalg.matrix_rank(p) < len(p):
        raise InputError(f"no rates can have made this transition matrix: it is singular; {remedy}")
    rates = np.asarray(logm(p))
    if np.abs(np.imag(rates)).max() > _ROUNDING:
        raise InputError(f"no rates can have made this transition matrix: its logarithm is not real; {remedy}")
    off = np.real(rates) - np.diag(np.diag(np.real(rates)))
    if off.min() < -_ROUNDING:
        a, b = np.unravel_index(int(np.argmin(off)), off.shape)
        raise InputError(
            "no rates can have made this transition matrix: the rate from state"
            f" {a + 1} to state {b + 1} would be {off[a, b]:.4g}; {remedy}"
        )
    off = np.maximum(off, 0.0)  # what lies between -1e-12 and 0 is rounding
    return np.asarray(expm((off - np.diag(off.sum(axis=1))) * (to_years / from_years)))


def _check(p: Matrix, from_years: float, to_years: float) -> None:
    faults = [
        Fault(what, f"must be above 0 and finite; got {value}")
        for what, value in (("from_years", from_years), ("to_years", to_years))
        if not 0 < value < float("inf")
    ]
    if p.ndim != 2 or p.shape[0] != p.shape[1] or not p.size:
        faults.append(Fault("matrix", f"must have as many columns as rows; got the shape {p.shape}"))
        raise_faults(faults, InputError, "cycle_probabilities")
    for a, b in np.argwhere(~((p >= 0) & (p <= 1))):
        faults.append(Fault(f"row {a + 1}, column {b + 1}", f"{p[a, b]} is not a probability"))
    for k, total in enumerate(p.sum(axis=1)):
        if not abs(total - 1) <= 1e-9:
            faults.append(Fault(f"row {k + 1}", f"sums to {told_sum(total)}, not 1"))
    raise_faults(faults, InputError, "cycle_probabilities")
