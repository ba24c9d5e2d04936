"""The incremental cost-effectiveness ratio as a value with a status: a ratio alone cannot tell good from bad.

30,000 may mean 30,000 paid per QALY gained (north-east) or 30,000 saved per QALY lost (south-west).
"""

from dataclasses import dataclass

from hecon.digits import money_text
from hecon.errors import HeconError

TOLERANCE = 1e-9  # relative; effects closer than this to each other are equal


@dataclass(frozen=True)
class Icer:
    """A ratio, its status, and how to print it.

    `value` is cost per unit of effect, or None where no ratio has a meaning. `status` is a quadrant in a pairwise
    comparison (NE, SE, NW, SW, equal effect), in an incremental table a place on the frontier (ND, ED, D, equivalent).
    """

    value: float | None
    status: str
    text: str

    def __str__(self) -> str:
        return self.text


def icer(inc_cost: float, inc_effect: float, word: str = "QALY", scale: float = 0.0) -> Icer:
    """The ratio of two increments with its quadrant; `scale` is the size of the effects compared.

    Effects within 1e-9 of `scale` count as equal. On the axes: more effect at the same cost is SE (dominant), less
    effect at the same cost is NW (dominated).

    Raises:
        HeconError: increments that are not finite.

    >>> print(icer(12000, 0.4))
    30,000
    >>> icer(-12000, -0.4)
    Icer(value=30000.0, status='SW', text='30,000 saved per QALY lost')
    >>> icer(-500, 0.1).status, icer(-500, 0.1).value, icer(-500, 0.1).text
    ('SE', None, 'dominant')
    >>> print(icer(250, 0.0))
    equal effect: costs 250 more
    """
    if not (abs(inc_cost) < float("inf") and abs(inc_effect) < float("inf")):
        raise HeconError(f"an ICER needs finite increments; got cost {inc_cost}, effect {inc_effect}")
    if abs(inc_effect) <= TOLERANCE * scale:
        if inc_cost == 0:
            return Icer(None, "equal effect", "equal effect: same cost")
        return Icer(
            None,
            "equal effect",
            f"equal effect: costs {money_text(abs(inc_cost))} {'more' if inc_cost > 0 else 'less'}",
        )
    if inc_effect > 0 and inc_cost <= 0:
        return Icer(None, "SE", "dominant")
    if inc_effect < 0 and inc_cost >= 0:
        return Icer(None, "NW", "dominated")
    ratio = inc_cost / inc_effect
    if inc_effect > 0:
        return Icer(ratio, "NE", money_text(ratio))
    return Icer(ratio, "SW", f"{money_text(ratio)} saved per {word} lost")
