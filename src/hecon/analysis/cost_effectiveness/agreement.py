"""Does the probabilistic mean agree with the deterministic result? A gap beyond chance is flagged, never hidden.

A gap comes from non-linearity (report the probabilistic mean) or from a fault (a distribution off its value).
"""

from dataclasses import dataclass

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.analysis.cost_effectiveness.totals import cost_and_effect, position
from hecon.outcomes import Outcomes


@dataclass(frozen=True)
class Gap:
    """One strategy's cost or effect: base case, mean of draws, its standard error, and if they are too far apart."""

    strategy: str
    quantity: str
    deterministic: float
    probabilistic: float
    se: float
    flagged: bool

    def __str__(self) -> str:
        apart = abs(self.probabilistic - self.deterministic)
        return (
            f"{self.strategy}: {self.quantity} is {self.deterministic:,.3f} deterministic and "
            f"{self.probabilistic:,.3f} probabilistic, {apart:,.3f} apart at a standard error of {self.se:,.3f}"
        )


def agreement(
    base: Outcomes, psa: Outcomes, perspective: str, effect: str = "qaly", limit: float = 3.0
) -> tuple[Gap, ...]:
    """Compare the base case (1 draw) with the means of a PSA; gaps over `limit` standard errors are flagged.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a",), [[10.0]], [[1.0]])
    >>> psa = from_totals(("a",), [[11.0, 13.0, 11.0, 13.0]], [[1.0, 1.0, 1.0, 1.0]])
    >>> [(gap.quantity, gap.flagged) for gap in agreement(base, psa, "payer")]
    [('cost', True), ('effect', False)]
    """
    gaps = []
    pairs = zip(
        ("cost", "effect"),
        cost_and_effect(base, perspective, effect),
        cost_and_effect(psa, perspective, effect),
        strict=True,
    )
    for quantity, fixed, varying in pairs:
        for k, strategy in enumerate(base.strategies):
            drawn = estimate(varying[position(psa, strategy)])
            value, se = float(fixed[k, 0]), drawn.se or 0.0
            rounding = 1e-9 * abs(value)  # a strategy without uncertainty differs by summation order only
            gaps.append(Gap(strategy, quantity, value, drawn.mean, se, abs(drawn.mean - value) > limit * se + rounding))
    return tuple(gaps)
