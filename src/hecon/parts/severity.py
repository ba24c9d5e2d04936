"""Severity of an illness: QALYs that patients lose against the general population, and what rules make of the shortfall.

England gives QALYs a weight, Norway the threshold, by absolute or proportional shortfall; the Netherlands chooses a threshold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import InputError
from hecon.parts.jurisdictions import Severity

_SLACK = 1e-9  # a proportion of 0.85 made of 8.5 and 10 counts as 0.85


@dataclass(frozen=True)
class Shortfall:
    """QALYs lost (`absolute`) and their share of what the general population has (`proportional`).

    >>> Shortfall.of(20.0, 8.0)
    Shortfall(absolute=12.0, proportional=0.6)
    """

    absolute: float
    proportional: float

    @classmethod
    def of(cls, general: float, with_illness: float) -> "Shortfall":
        """From the QALYs that people of this age and sex have left, and those of patients under standard care.

        Raises:
            InputError: no QALYs of the general population; patients with more than it has.
        """
        if general <= 0:
            raise InputError(f"the general population has {general:g} QALYs left; a shortfall needs more than 0")
        if with_illness > general * (1 + _SLACK):
            raise InputError(
                f"patients have {with_illness:g} QALYs left, more than the {general:g} of others: no shortfall"
            )
        return cls(general - with_illness, (general - with_illness) / general)


def remaining_qalys(q: ArrayLike, utility: ArrayLike, rate: float = 0.0) -> float:
    """QALYs that the general population has left from the first age on, dying in the middle of a year on average.

    `q` (age,) are probabilities of dying within a year, `utility` (age,) the norms at the same ages; `rate` discounts each
    year at its middle. After the last age nobody lives.

    Raises:
        InputError: ages and norms of different number.

    >>> remaining_qalys([0.0, 0.5, 1.0], [0.9, 0.8, 0.8])     # 0.9 + 0.75 x 0.8 + 0.25 x 0.8
    1.7
    >>> round(remaining_qalys([1.0], [1.0], 0.21), 6)         # 0.5 / 1.21^0.5
    0.454545
    """
    dying, worth = np.asarray(q, dtype=float), np.asarray(utility, dtype=float)
    if dying.shape != worth.shape:
        raise InputError(
            f"the life table has {dying.size} ages and the norms {worth.size}; give both for the same ages"
        )
    alive = np.cumprod(np.concatenate([[1.0], 1 - dying]))
    lived = (alive[:-1] + alive[1:]) / 2
    middle = np.arange(dying.size) + 0.5
    return float(np.sum(lived * worth / (1 + rate) ** middle))


def severity_gives(rule: Severity, found: Shortfall) -> float:
    """What a rule gives a shortfall: the higher of its absolute and proportional band, bounds included; below all bands 1
    for a weight, 0 for a threshold.

    >>> from hecon.parts.jurisdictions import jurisdiction
    >>> nice, dutch = jurisdiction("GB-ENG").severity, jurisdiction("NLD").severity
    >>> severity_gives(nice, Shortfall.of(20, 8)), severity_gives(nice, Shortfall.of(10, 0.5))
    (1.2, 1.7)
    >>> severity_gives(dutch, Shortfall.of(10, 5)), severity_gives(dutch, Shortfall.of(10, 9.5))
    (50000.0, 0.0)
    """
    least = 1.0 if rule.gives == "weight" else 0.0
    pairs = ((rule.absolute, found.absolute), (rule.proportional, found.proportional))
    return max([least, *(gives for bands, amount in pairs for start, gives in bands if amount >= start - _SLACK)])


def highly_specialised_weight(gained: float) -> float:
    """The weight of QALYs of a highly specialised technology in England by those that a patient gains, undiscounted: 1 up to
    10, a tenth of them up to 30, 3 beyond. Recalled, not read; the threshold there is 100,000 GBP per QALY.

    >>> highly_specialised_weight(8.0), highly_specialised_weight(15.0), highly_specialised_weight(40.0)
    (1.0, 1.5, 3.0)
    """
    return min(max(gained / 10, 1.0), 3.0)
