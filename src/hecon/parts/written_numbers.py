"""Formulas that are plain numbers: what they are wrong by is told where they are written; inputs are held to their support."""

from collections.abc import Iterable, Mapping

from hecon.errors import Fault


def written(formula: str) -> float | None:
    """The number that a formula is, or None where it is more than a number.

    >>> written("0.5"), written("p_crs")
    (0.5, None)
    """
    try:
        return float(formula)
    except ValueError:
        return None


def share_faults(shares: Mapping[str, str]) -> Iterable[Fault]:
    """A fault for each of these formulas, by place, that is a number outside 0 to 1.

    >>> [str(fault) for fault in share_faults({"failure": "8", "infused": "0.9"})]
    ['failure: a share lies between 0 and 1; got 8']
    """
    for place, formula in shares.items():
        value = written(formula)
        if value is not None and not 0 <= value <= 1:
            yield Fault(place, f"a share lies between 0 and 1; got {formula}")
