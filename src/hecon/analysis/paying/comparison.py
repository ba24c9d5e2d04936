"""Agreements compared: at their own prices, or at prices at which each is expected to pay the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hecon.analysis.paying.agreement_table import AT, NONE, PLAIN, AgreementRow
from hecon.analysis.paying.payments import Payments, one_number
from hecon.arrays import Array
from hecon.errors import HeconError

TAIL = 0.05  # of the draws, for what is lost in the worst of them
_YEAR = 1.0 - 1e-9


@dataclass(frozen=True, eq=False)
class Paid:
    """What a comparison takes of each agreement: its payments at its own price, the multiple of the list price that this is,
    and what running it costs (draw,), discounted, per patient intended.
    """

    payments: Payments
    price: float
    administration: Array
    label: str = ""


@dataclass(frozen=True, eq=False)
class Decision:
    """Net monetary benefit (strategy, draw) of a run, the strategy that is paid for and the reference, by position; `rate` is
    the payer's discount rate of costs, a number or one per draw.

    `out_of_pocket` says whether net benefit counts what patients pay; `names` are the strategies'.
    """

    net_benefit: Array
    strategy: int
    reference: int
    rate: "float | Array"
    out_of_pocket: bool
    names: Sequence[str]


def compare(
    paid: Sequence[Paid], base: Payments, decision: Decision, at: str = "equal", target: float | None = None
) -> tuple[tuple[AgreementRow, ...], float]:
    """A row for the model's own way of paying (`base`) and for each agreement, and the expected payment they are compared at.

    At "equal" each price is scaled so that the payer's expected discounted payment is `target`, that of the first agreement given
    if left out: what differs then is only when money goes and who bears the chance, not how much is paid. What patients pay
    counts in net benefit where the decision says so, and never in the payer's payment.

    Raises:
        HeconError: an unknown `at`, a target that is not above 0, an agreement that pays nothing and cannot be scaled.

    >>> base = Payments("", np.zeros((1, 2)), np.full((1, 2), 10000.0), np.full((1, 2), 10000.0), ("",), np.zeros((1, 2)))
    >>> back = Payments("back", np.zeros((1, 2)), np.array([[2000.0, 6000.0]]), np.full((1, 2), 10000.0), ("r",), np.zeros((1, 2)))
    >>> nb = np.array([[0.0, 0.0], [-4000.0, 8000.0]])
    >>> rows, _ = compare([Paid(back, 1.0, np.zeros(2))], base, Decision(nb, 1, 0, 0.0, True, ("none", "drug")), "own")
    >>> [(row.evpi, row.paid, row.revenue_sd) for row in rows]
    [(2000.0, 10000.0, 0.0), (0.0, 4000.0, 2000.0)]
    """
    if at not in AT:
        raise HeconError(f"agreements are compared at {' or '.join(AT)} prices; got '{at}'")
    if target is not None and not target > 0:
        raise HeconError(f"the expected payment to compare at must be above 0; got {target:,.0f}")
    rate = one_number(decision.rate)
    told = (
        "Everything at treatment, less a plain rebate"
        if at == "equal"
        else "Everything at treatment, at the list price"
    )
    before = replace(base, name=PLAIN if at == "equal" else NONE)
    nothing = Paid(before, 1.0, np.zeros(base.paid.shape[1]), told)
    every = [nothing, *paid]
    streams = [_Stream(one, rate) for one in every]
    wanted = target if target is not None else float(streams[1 if paid else 0].payer.mean())
    around = _Around(decision, streams[0].payer)
    rows = []
    for one in streams:
        scale = 1.0
        if at == "equal":
            mean = float(one.payer.mean())
            if mean <= 0:
                raise HeconError(
                    f"agreement {one.paid.payments.name} is expected to pay {mean:,.0f}; no price makes it pay {wanted:,.0f}"
                )
            scale = wanted / mean
        rows.append(_row(one, scale, around))
    return tuple(rows), wanted


class _Stream:
    """An agreement's discounted payments (draw,): of payer and patient together, and of the payer alone."""

    def __init__(self, paid: Paid, rate: "float | Array") -> None:
        self.paid = paid
        self.all = paid.payments.present_value(rate)
        shared = bool(paid.payments.patient.any())
        self.share = paid.payments.patient_share if shared else np.zeros(1)
        self.payer = self.all * (1.0 - self.share) if shared else self.all


class _Around:
    """What no agreement changes: net benefit without the payment, and that of the other strategies."""

    def __init__(self, decision: Decision, listed: Array) -> None:
        nb, me = decision.net_benefit, decision.strategy
        self.decision, self.listed, self.mean_listed = decision, listed, float(listed.mean())
        self.without = nb[me] + listed
        self.others = np.delete(nb, me, axis=0).max(axis=0) if len(nb) > 1 else np.full(listed.shape, -np.inf)
        self.other = nb[decision.reference]
        self.means = nb.mean(axis=1)


def _row(one: _Stream, scale: float, around: _Around) -> AgreementRow:
    decision, paid, flow = around.decision, one.paid, one.paid.payments
    payer, everyone = one.payer * scale, one.all * scale
    counted = everyone if decision.out_of_pocket else payer
    mine = around.without - counted - paid.administration
    gain = mine - around.other
    means = around.means.copy()
    means[decision.strategy] = mine.mean()
    worst = max(1, round(TAIL * gain.size))
    own, mean, mean_counted = float(one.payer.mean()), float(payer.mean()), float(counted.mean())
    inmb, owed, most = float(gain.mean()), *_owed(one)
    # all of it is linear in the price: the multiple at which the strategy is just worth it
    worth = (inmb + mean_counted) * scale / mean_counted * paid.price if mean_counted > 0 else None
    limits = [float(edge) for edge in np.quantile(payer, [0.025, 0.975])] if payer.size > 1 else [None, None]
    years = _by_year(one)
    return AgreementRow(
        agreement=flow.name, label=paid.label or flow.name, price=paid.price * scale, paid=mean,
        low=limits[0], high=limits[1], patient=float(everyone.mean()) - mean,
        equivalent=1.0 - mean / around.mean_listed, vbp=worth, own=own, hidden=1.0 - own / around.mean_listed,
        neutral=paid.price * around.mean_listed / own if own > 0 else None,
        plain=len(flow.conditions) == 1 and not flow.conditions[0], inmb=inmb,
        best=decision.names[int(means.argmax())], p_best=float((mine >= around.others).mean()),
        p_loss=float((gain < 0).mean()), tail=float(np.partition(gain, worst - 1)[:worst].mean()),
        evpi=float(np.maximum(mine, around.others).mean() - means.max()),
        burden=float(means.max() - means[decision.strategy]), revenue_sd=float(everyone.std()),
        peak=float(years.max()) * scale, peak_year=int(years.argmax()) + 1, owed=owed * scale, owed_most=most * scale,
        administration=float(paid.administration.mean()),
    )  # fmt: skip


def _by_year(one: _Stream) -> Array:
    """The payer's mean payment in each year."""
    flow = one.paid.payments
    amounts = flow.paid * (1.0 - one.share)
    place = np.floor(flow.times + 1e-9).astype(int)
    same = bool((place == place[:, :1]).all())
    places, weights = (
        (place[:, 0], amounts.mean(axis=1)) if same else (place.ravel(), amounts.ravel() / amounts.shape[1])
    )
    return np.bincount(places, weights=weights).astype(float)


def _owed(one: _Stream) -> tuple[float, float]:
    """What payers have still to pay when the first year ends: expected, and at most."""
    flow = one.paid.payments
    later = (flow.times >= _YEAR) & (flow.most > 0)
    if not later.any():
        return 0.0, 0.0
    draws = flow.paid.shape[1]
    found = [float((amounts * (1.0 - one.share))[later].sum()) / draws for amounts in (flow.paid, flow.most)]
    return found[0], found[1]
