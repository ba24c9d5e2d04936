"""Agreements compared: at their own prices, or at prices at which each is expected to pay the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.paying.payments import Payments
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.shown import Shown

AT = ("equal", "own")
NONE = "as the model stands"
_TAIL = 0.05  # of the draws, for what is lost in the worst of them
_SE = 1e-9


@dataclass(frozen=True, eq=False)
class Paid:
    """What a comparison takes of each agreement: its payments at its own price, the multiple of the list price that this is,
    and what running it costs (draw,), discounted, per patient intended.
    """

    payments: Payments
    price: float
    administration: Array
    label: str = ""


@dataclass(frozen=True)
class AgreementRow:
    """One agreement: `price` is the multiple of the list price at which it is compared, `paid` the expected discounted payment
    per patient intended, `equivalent` the rebate on the list price that would pay the same, `vbp` the list price at which the
    strategy is just worth it under the agreement (None where the payment does not depend on it).

    `inmb` is the mean incremental net benefit over the reference, `p_best` the chance that the strategy is best, `p_loss` that it
    loses net benefit, `tail` the mean of the worst 5% of draws. `evpi` and `burden` make the payer's uncertainty and strategy
    burden: what knowing all would be worth, and what adopting the strategy costs where another is best on average.
    `revenue_sd` is the standard deviation of the manufacturer's discounted receipts, `peak` the highest undiscounted payment in a
    year per patient, in the year `peak_year`; `owed` and `owed_most` what is still to be paid when the first year ends, expected
    and at most by the contract; `administration` what running it costs. All in currency per patient intended.
    """

    agreement: str
    label: str
    price: float
    paid: float
    equivalent: float
    vbp: float | None
    inmb: float
    p_best: float
    p_loss: float
    tail: float
    evpi: float
    burden: float
    revenue_sd: float
    peak: float
    peak_year: int
    owed: float
    owed_most: float
    administration: float

    @property
    def uncertainty_burden(self) -> float:
        """EVPI and strategy burden together, as the HTA risk analysis chart has them."""
        return self.evpi + self.burden


@dataclass(frozen=True, repr=False)
class AgreementTable(Shown):
    """Agreements in the order given, the model's own way of paying first; `at` says at which prices ("equal", "own").

    `target` is the expected payment of all at "equal"; `list_price` the expected discounted list price per patient intended.
    """

    rows: tuple[AgreementRow, ...]
    at: str
    target: float
    list_price: float
    strategy: str
    reference: str
    perspective: str
    wtp: float
    money: str
    draws: int

    def row(self, agreement: str) -> AgreementRow:
        """The row of an agreement.

        Raises:
            HeconError: one that is not in the table.
        """
        found = next((one for one in self.rows if one.agreement == agreement), None)
        if found is None:
            raise HeconError(
                f"there is no agreement '{agreement}' (known: {', '.join(one.agreement for one in self.rows)})"
            )
        return found


@dataclass(frozen=True, eq=False)
class Decision:
    """Net monetary benefit (strategy, draw) of a run, the strategy that is paid for and the reference, by position; `rate` is
    the payer's discount rate of costs, a number or one per draw.
    """

    net_benefit: Array
    strategy: int
    reference: int
    rate: "float | Array"


def compare(
    paid: Sequence[Paid], base: Payments, decision: Decision, at: str = "equal", target: float | None = None
) -> tuple[tuple[AgreementRow, ...], float]:
    """A row for the model's own way of paying (`base`) and for each agreement, and the expected payment they are compared at.

    At "equal" each price is scaled so that the expected discounted payment is `target`, that of the first agreement given if left
    out: what differs then is only when money goes and who bears the chance, not how much is paid.

    Raises:
        HeconError: an unknown `at`, an agreement that pays nothing and cannot be scaled.

    >>> base = Payments("", np.zeros((1, 2)), np.full((1, 2), 10000.0), np.full((1, 2), 10000.0), ("",), np.zeros((1, 2)))
    >>> back = Payments("back", np.zeros((1, 2)), np.array([[2000.0, 6000.0]]), np.full((1, 2), 10000.0), ("r",), np.zeros((1, 2)))
    >>> nb = np.array([[0.0, 0.0], [-4000.0, 8000.0]])
    >>> rows, _ = compare([Paid(back, 1.0, np.zeros(2))], base, Decision(nb, 1, 0, 0.0), "own")
    >>> [(row.evpi, row.paid, row.revenue_sd) for row in rows]
    [(2000.0, 10000.0, 0.0), (0.0, 4000.0, 2000.0)]
    """
    if at not in AT:
        raise HeconError(f"agreements are compared at {' or '.join(AT)} prices; got '{at}'")
    listed = base.present_value(decision.rate)
    own = [one.payments.present_value(decision.rate) for one in paid]
    wanted = float(own[0].mean()) if target is None and paid else float(listed.mean()) if target is None else target
    rows = []
    nothing = Paid(base, 1.0, np.zeros_like(listed), "Everything at treatment, at the list price")
    for one, present in zip([nothing, *paid], [listed, *own], strict=True):
        scale = 1.0
        if at == "equal":
            if present.mean() <= 0:
                raise HeconError(
                    f"agreement {one.payments.name} is expected to pay {present.mean():,.0f}; no price makes it pay {wanted:,.0f}"
                )
            scale = wanted / float(present.mean())
        rows.append(_row(one, present, scale, listed, decision))
    return tuple(rows), wanted


def _row(one: Paid, present: Array, scale: float, listed: Array, decision: Decision) -> AgreementRow:
    money = present * scale
    nb = decision.net_benefit.copy()
    me, other = decision.strategy, decision.reference
    nb[me] = nb[me] + listed - money - one.administration
    others = np.delete(nb, me, axis=0).max(axis=0) if len(nb) > 1 else np.full(money.shape, -np.inf)
    gain = nb[me] - nb[other]
    means = nb.mean(axis=1)
    tail = np.sort(gain)[: max(1, round(_TAIL * gain.size))]
    years = int(np.floor(one.payments.times.max() + 1e-9)) + 1
    by_year = one.payments.by_period(years).mean(axis=1) * scale
    later = one.payments.times >= 1.0 - 1e-9
    positive = later & (one.payments.most > 0)
    # all of it is linear in the price: the multiple at which the strategy is just worth it
    without = float((gain + money).mean())
    worth = without / float(present.mean()) * one.price if present.mean() > 0 else None
    return AgreementRow(
        one.payments.name or NONE, one.label, one.price * scale, float(money.mean()),
        1.0 - float(money.mean()) / float(listed.mean()), worth, float(gain.mean()), float((nb[me] >= others).mean()),
        float((gain < 0).mean()), float(tail.mean()), float(nb.max(axis=0).mean() - means.max()),
        float(means.max() - means[me]), float(money.std()), float(by_year.max()), int(by_year.argmax()) + 1,
        float((one.payments.paid * positive).sum(axis=0).mean()) * scale,
        float((one.payments.most * positive).sum(axis=0).mean()) * scale, float(one.administration.mean()),
    )  # fmt: skip
