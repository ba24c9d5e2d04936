"""Does the hospital lose on a case: what it is paid, less what the product and the stay cost it, patient by patient.

First-order uncertainty (patients differ) inside each draw of the parameters: arrays are (draw,) or (patient, draw).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.inputs.distributions.streams import stream
from hecon.inputs.stay import Spread
from hecon.memory import NUMBER, refuse_what_cannot_fit
from hecon.shown import Shown

INFUSED, INTENDED = "all infused", "all intended"
PAYER, HOSPITAL, MANUFACTURER = "payer", "hospital", "manufacturer"
Has = NDArray[np.bool_]
_CENT = 0.005  # a smaller loss is rounding


@dataclass(frozen=True, eq=False)
class StayCost:
    """One cost of a stay: its `mean` (draw,) over the patients who have it, `event` the complication it is of ("" everyone), and
    how it differs between patients.
    """

    name: str
    mean: Array
    event: str = ""
    spread: Spread | None = None


@dataclass(frozen=True, eq=False)
class Terms:
    """What is paid for a case, and when: `tariff`, `add_on`, `threshold` and `outlier_share` of the outlier payment, the
    `acquisition` of the product, and the `days` until the payer pays, all (draw,); None where there is no such payment.
    """

    tariff: Array
    acquisition: Array
    days: Array
    add_on: Array | None = None
    threshold: Array | None = None
    outlier_share: Array | None = None
    days_spread: Spread | None = None


@dataclass(frozen=True, eq=False)
class NotTreated:
    """Patients for whom the product was ordered and who do not get it: their `share` of those intended, the `invoice` for each
    of them, both (draw,), and who carries it: payer, hospital or manufacturer.
    """

    label: str
    share: Array
    invoice: Array
    carried_by: str


@dataclass(frozen=True, eq=False)
class Cases:
    """Patients infused, (patient, draw): `stay` cost by part, `events` who has a complication, `outlier` payment, `margin`."""

    stay: Mapping[str, Array]
    events: Mapping[str, Has]
    outlier: Array
    margin: Array


@dataclass(frozen=True)
class CaseRow:
    """Cases of one kind: their `share` of those intended, the mean margin with its interval over draws, the chance of a loss,
    and the 5th, 50th and 95th percentile over patients and draws together. In currency per case.
    """

    group: str
    share: float
    margin: Estimate
    p_loss: float
    p_5: float
    p_50: float
    p_95: float


@dataclass(frozen=True, repr=False)
class CaseAccount(Shown):
    """What comes in and goes out on an infused case, on average: `lines` are (what, Estimate), money received above 0."""

    lines: tuple[tuple[str, Estimate], ...]
    money: str


def cases(
    terms: Terms, costs: Sequence[StayCost], events: Mapping[str, Array], patients: int, seed: int
) -> Cases:  # fmt: skip
    """Draw `patients` infused patients in each draw of the parameters; `events` are the probabilities (draw,) of complications.

    Each row differs between patients on its own, and complications are independent of each other. A row's coefficient of
    variation is the same in every draw. The outlier payment is `outlier_share` of what all costs of the case, the acquisition
    included, exceed tariff, add-on and threshold by (in the manner of 42 CFR 412.80 and 412.84).

    Raises:
        HeconError: fewer than 1 patient.

    >>> one = Terms(np.array([100.0]), np.array([0.0]), np.array([30.0]), threshold=np.array([20.0]), outlier_share=np.array([0.8]))
    >>> found = cases(one, [StayCost("ward", np.array([150.0]))], {}, 1, seed=1)
    >>> found.outlier.tolist(), found.margin.round(9).tolist()  # 150 - 100 - 20 = 30, of which 80% are paid
    ([[24.0]], [[-26.0]])
    """
    if patients < 1:
        raise HeconError(f"a hospital has at least 1 patient a draw; got {patients}")
    shape = (patients, terms.tariff.size)
    held = NUMBER * patients * terms.tariff.size * (len(costs) + len(events) + 6)
    refuse_what_cannot_fit(f"{patients:,} patients in each of {shape[1]:,} draws", held, "ask for fewer of them")
    has = {name: stream(seed, f"patients: {name}").random(shape) < share for name, share in events.items()}
    stay: dict[str, Array] = {}
    for one in costs:
        amount = one.mean * factors(one.name, one.spread, shape, seed)
        stay[one.event] = stay.get(one.event, 0.0) + (amount * has[one.event] if one.event else amount)
    spent = terms.acquisition + sum(stay.values())
    received = terms.tariff + (0.0 if terms.add_on is None else terms.add_on)
    outlier = np.zeros(shape)
    if terms.threshold is not None and terms.outlier_share is not None:
        outlier = terms.outlier_share * np.maximum(spent - received - terms.threshold, 0.0)
    return Cases(stay, has, outlier, np.broadcast_to(received + outlier - spent, shape))


def factors(name: str, spread: Spread | None, shape: tuple[int, int], seed: int) -> Array:
    """What each patient's value is of the mean of its draw, (patient, draw), 1 on average; the same for a name and a seed.

    >>> found = factors("ward", Spread(0.5, "gamma"), (20_000, 1), seed=1)
    >>> round(float(found.mean()), 1), round(float(found.std()), 1)
    (1.0, 0.5)
    """
    if spread is None:
        return np.ones(shape)
    draw = stream(seed, f"patients: {name}")
    if spread.between == "gamma":
        return np.asarray(draw.standard_gamma(spread.cv**-2, shape) * spread.cv**2)
    sigma = np.sqrt(np.log1p(spread.cv**2))
    return np.asarray(np.exp(sigma * draw.standard_normal(shape) - sigma**2 / 2))


def case_rows(found: Cases, infused: Array, others: Sequence[NotTreated]) -> tuple[CaseRow, ...]:
    """The rows of all infused, of those with and without each complication, of those not treated, and of all intended.

    >>> one = Terms(np.array([100.0]), np.array([0.0]), np.array([30.0]))
    >>> made = cases(one, [StayCost("ward", np.array([150.0]))], {}, 1, seed=1)
    >>> lost = NotTreated("failed", np.array([0.5]), np.array([90.0]), "payer")
    >>> [(row.group, row.margin.mean, row.p_loss) for row in case_rows(made, np.array([0.5]), [lost])]
    [('all infused', -50.0, 1.0), ('failed', 0.0, 0.0), ('all intended', -25.0, 0.5)]
    """
    patients = found.margin.shape[0]
    weight = np.broadcast_to(infused / patients, found.margin.shape)
    rows = [_row(INFUSED, found.margin, weight, found.margin.mean(axis=0))]
    for name, has in found.events.items():
        for group, inside in ((f"with {name}", has), (f"without {name}", ~has)):
            if inside.any():
                rows.append(_row(group, found.margin[inside], weight[inside]))
    margins, weights, by_draw = [found.margin.ravel()], [weight.ravel()], infused * found.margin.mean(axis=0)
    for other in others:
        lost = -other.invoice if other.carried_by == HOSPITAL else np.zeros_like(infused)
        if other.share.any():
            rows.append(_row(other.label, lost, other.share, lost))
        margins.append(lost)
        weights.append(other.share)
        by_draw = by_draw + other.share * lost
    if others:
        rows.append(_row(INTENDED, np.concatenate(margins), np.concatenate(weights), by_draw))
    return tuple(replace(row, share=row.share / infused.size) for row in rows)


def account(found: Cases, terms: Terms, infused: Array, money: str) -> CaseAccount:
    """What an infused case brings in and costs on average, line by line; the last is the margin.

    Draws count by their share infused.

    >>> one = Terms(np.array([100.0]), np.array([30.0]), np.array([30.0]), add_on=np.array([20.0]))
    >>> lines = account(cases(one, [StayCost("ward", np.array([50.0]))], {}, 1, seed=1), one, np.ones(1), "EUR 2023").lines
    >>> [(what, value.mean) for what, value in lines]
    [('tariff', 100.0), ('add-on', 20.0), ('acquisition', -30.0), ('stay', -50.0), ('margin', 40.0)]
    """
    lines = [("tariff", terms.tariff)]
    lines += [("add-on", terms.add_on)] if terms.add_on is not None else []
    lines += [("outlier payment", found.outlier.mean(axis=0))] if terms.threshold is not None else []
    lines.append(("acquisition", -terms.acquisition))
    lines += [(name or "stay", -part.mean(axis=0)) for name, part in found.stay.items()]
    lines.append(("margin", found.margin.mean(axis=0)))
    told = ((what, estimate(values), float(np.average(values, weights=infused))) for what, values in lines)
    return CaseAccount(tuple((what, replace(one, mean=mean)) for what, one, mean in told), money)


def estimate(values: Array) -> Estimate:
    """A mean over draws with its 95% interval; without one where there is one draw.

    >>> estimate(np.array([3.0])).mean, estimate(np.array([3.0])).low
    (3.0, None)
    """
    mean = float(values.mean())
    if values.size < 2:
        return Estimate(mean)
    low, high = np.quantile(values, (0.025, 0.975)).tolist()
    return Estimate(mean, low, high, float(values.std(ddof=1) / np.sqrt(values.size)))


def _row(group: str, margin: Array, weight: Array, by_draw: Array | None = None) -> CaseRow:
    """A row of weighted cases; its share is the sum of weights over all draws."""
    values, weights = margin.ravel(), np.broadcast_to(weight, margin.shape).ravel()
    total = float(weights.sum())
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order]) / total
    places = np.minimum(np.searchsorted(cumulated, (0.05 - 1e-12, 0.5 - 1e-12, 0.95 - 1e-12)), values.size - 1)
    low, middle, high = values[order][places].tolist()
    mean = float((values * weights).sum() / total)
    told = Estimate(mean) if by_draw is None else replace(estimate(by_draw), mean=mean)
    loss = float(weights[values < -_CENT].sum() / total)
    return CaseRow(group, total, told, loss, low, middle, high)
