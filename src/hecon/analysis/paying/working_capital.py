"""How much cash a hospital carries: who pays whom, how much and when, for a patient intended; the sum over parties is zero."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.analysis.paying.hospital import HOSPITAL, MANUFACTURER, PAYER, Cases, NotTreated, Terms, estimate, factors
from hecon.arrays import Array
from hecon.shown import Shown

PATIENT, SUPPLIERS = "patient", "staff and suppliers"
PARTIES = (PAYER, PATIENT, HOSPITAL, MANUFACTURER, SUPPLIERS)
_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Flow:
    """Money from `giver` to `taker`: `amount` at `when` years after treatment, both (draw,) or (patient, draw); undiscounted, per
    patient intended, and summed over patients.
    """

    giver: str
    taker: str
    amount: Array
    when: Array


@dataclass(frozen=True, eq=False)
class PassedOn:
    """Payments of an agreement per patient intended: `paid`, the `patient`'s part of it, and `most`, (payment, draw), at `when`
    (payment, draw) years after treatment, and who carries them until they come: the hospital or the payer.
    """

    name: str
    when: Array
    paid: Array
    most: Array
    patient: Array
    carried_by: str


@dataclass(frozen=True, repr=False, eq=False)
class WorkingCapital(Shown):
    """The hospital's cash after each of `months` (month,) per patient intended: `cash` is an Estimate a month, below 0 what it
    carries; at month 0 everything that is paid at once is paid.

    `owed` is the money that the hospital waits for, on average over the year, for each case a year; `parties` (party, month,
    draw) what each of `names` receives, below 0 pays, in the month that ends there.
    """

    months: tuple[int, ...]
    cash: tuple[Estimate, ...]
    owed: Estimate
    names: tuple[str, ...]
    parties: Array
    carried_by: str
    money: str


def flows(
    terms: Terms, found: Cases, infused: Array, others: Sequence[NotTreated], passed: PassedOn | None, seed: int
) -> list[Flow]:  # fmt: skip
    """Every payment between the parties for a patient intended.

    The product and the stay are paid at treatment, the payer pays `days` later. An agreement's payments are between payer and
    manufacturer. If the hospital carries them, it pays at treatment the most that may be asked, gets each payment after the
    payer's days and, where a condition is lost, the rest back from the manufacturer: it carries the wait, not the risk.

    >>> one = Terms(np.array([100.0]), np.array([70.0]), np.array([73.05]))
    >>> made = Cases({"": np.array([[20.0]])}, {}, np.zeros((1, 1)), np.array([[10.0]]))
    >>> [(f.giver, f.taker, f.amount.tolist(), f.when.round(6).tolist()) for f in flows(one, made, np.ones(1), [], None, 1)][2]
    ('payer', 'hospital', [[100.0]], [[0.2]])
    """
    patients = found.margin.shape[0]
    at_once = np.zeros_like(infused)
    later = terms.days / _YEAR * factors("days to payment", terms.days_spread, found.margin.shape, seed)
    received = terms.tariff + (0.0 if terms.add_on is None else terms.add_on) + found.outlier
    stay = np.sum([part.mean(axis=0) for part in found.stay.values()], axis=0)
    made = [
        Flow(HOSPITAL, MANUFACTURER, infused * terms.acquisition, at_once),
        Flow(HOSPITAL, SUPPLIERS, infused * stay, at_once),
        Flow(PAYER, HOSPITAL, infused / patients * received, later),
    ]
    for other in others:
        invoice = other.share * other.invoice
        if other.carried_by != MANUFACTURER:
            made.append(Flow(HOSPITAL, MANUFACTURER, invoice, at_once))
        if other.carried_by == PAYER:
            made.append(Flow(PAYER, HOSPITAL, np.broadcast_to(invoice / patients, later.shape), later))
    return made + (_of_agreement(passed, terms) if passed else [])


def _of_agreement(passed: PassedOn, terms: Terms) -> list[Flow]:
    found = []
    rows = zip(passed.paid, passed.patient, passed.most, passed.when, strict=True)
    for paid, own, most, when in rows:
        taker, later = (MANUFACTURER, when) if passed.carried_by == PAYER else (HOSPITAL, when + terms.days / _YEAR)
        found += [Flow(PAYER, taker, paid - own, later), Flow(PATIENT, taker, own, later)]
        if passed.carried_by == HOSPITAL:
            found += [
                Flow(HOSPITAL, MANUFACTURER, most, np.zeros_like(when)),
                Flow(MANUFACTURER, HOSPITAL, most - paid, when),
            ]
    return found


def working_capital(given: Sequence[Flow], draws: int, carried_by: str, money: str) -> WorkingCapital:
    """The parties' money by month, up to the last payment, and what the hospital carries of it.

    >>> zero, late = np.zeros(1), np.array([0.25])
    >>> paid = [Flow("hospital", "manufacturer", np.array([90.0]), zero), Flow("payer", "hospital", np.array([100.0]), late)]
    >>> found = working_capital(paid, 1, "", "EUR")
    >>> [one.mean for one in found.cash], found.owed.mean  # 100 waited for over a quarter of a year
    ([-90.0, -90.0, -90.0, 10.0], 25.0)
    """
    months = int(max(np.ceil(one.when.max() * 12 - 1e-9) for one in given))
    parties = np.zeros((len(PARTIES), months + 1, draws))
    owed = np.zeros(draws)
    for one in given:
        by_month = _by_month(one, months, draws)
        parties[PARTIES.index(one.taker)] += by_month
        parties[PARTIES.index(one.giver)] -= by_month
        if one.taker == HOSPITAL:
            waited = one.amount * one.when
            owed += waited.sum(axis=0) if waited.ndim == 2 else waited
    cash = np.cumsum(parties[PARTIES.index(HOSPITAL)], axis=0)
    return WorkingCapital(
        tuple(range(months + 1)), tuple(estimate(one) for one in cash), estimate(owed), PARTIES, parties, carried_by, money
    )  # fmt: skip


def _by_month(one: Flow, months: int, draws: int) -> Array:
    """(month, draw) of a flow; what falls within a month stands at its end."""
    amount, when = np.broadcast_arrays(one.amount, one.when)
    month = np.ceil(when * 12 - 1e-9).astype(int)
    place = month * draws + np.arange(draws)
    found = np.bincount(place.ravel(), amount.ravel().astype(float), (months + 1) * draws)
    return np.asarray(found.reshape(months + 1, draws))
