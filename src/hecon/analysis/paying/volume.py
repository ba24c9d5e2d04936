"""What a payer pays by volume: tiers, a cap with clawback, a fee for any number; uptake by what the patient pays; learning.

Pure functions; arrays have (draw,) last. Amounts are in currency, volumes in units bought in the period of the agreement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hecon.arrays import Array
from hecon.errors import Fault, HeconError, nearest, raise_faults

RULES = ("marginal", "all-unit")
FORMS = ("linear", "exponential")
_TIGHT = 1e-9


@dataclass(frozen=True)
class Tiers:
    """Prices by volume: from `starts` (tier,) units on, increasing from 0, a unit costs `prices` (tier,).

    By the rule "marginal" each unit costs the price of its own tier. By "all-unit" every unit costs the price of the tier that
    the whole volume reaches, so that one more unit can cost less than nothing: see `cliffs`. A volume of exactly a start is
    still in the tier below.

    Raises:
        HeconError: all at once: starts that do not increase from 0, starts and prices that differ in number, negative prices, an
            unknown rule.
    """

    starts: tuple[float, ...]
    prices: tuple[float, ...]
    rule: str

    def __post_init__(self) -> None:
        faults = []
        if not self.starts or self.starts[0] != 0 or (np.diff(self.starts) <= 0).any():
            faults.append(Fault("starts", f"must increase from 0; got {', '.join(f'{one:g}' for one in self.starts)}"))
        if len(self.starts) != len(self.prices):
            faults.append(Fault("prices", f"{len(self.prices)} prices for {len(self.starts)} starts"))
        faults += [Fault("prices", f"must be from 0 up; got {one:g}") for one in self.prices if not one >= 0]
        if self.rule not in RULES:
            faults.append(Fault("rule", f"'{self.rule}' is neither {' nor '.join(RULES)}{nearest(self.rule, RULES)}"))
        raise_faults(faults, HeconError, "tiers")

    def spend(self, volume: ArrayLike) -> Array:
        """What a volume costs, in the shape of `volume`.

        >>> [float(Tiers((0, 1000, 3000), (100, 80, 60), rule).spend(3500)) for rule in RULES]
        [290000.0, 210000.0]
        """
        bought = np.asarray(volume, dtype=np.float64)
        starts, prices = np.asarray(self.starts), np.asarray(self.prices)
        if self.rule == "all-unit":
            reached = np.maximum(np.searchsorted(starts, bought, side="left") - 1, 0)
            return np.asarray(prices[reached] * bought)
        room = np.append(np.diff(starts), np.inf)
        inside = np.clip(bought[..., None] - starts, 0.0, room)
        return np.asarray((inside * prices).sum(axis=-1))

    @property
    def cliffs(self) -> "tuple[Cliff, ...]":
        """Where one more unit makes the whole volume cheaper; none by the marginal rule.

        >>> Tiers((0, 1000, 3000), (100, 80, 60), "all-unit").cliffs[0]
        Cliff(volume=1000, before=100000, after=80000, level=1250.0)
        """
        if self.rule != "all-unit":
            return ()
        steps = zip(self.starts[1:], self.prices, self.prices[1:], strict=False)
        return tuple(
            Cliff(start, start * above, start * below, start * above / below if below else np.inf)
            for start, above, below in steps
            if below < above
        )


@dataclass(frozen=True)
class Cliff:
    """At `volume` units the payment falls from `before` to `after`; only at `level` units is it `before` again."""

    volume: float
    before: float
    after: float
    level: float


def capped(spend: ArrayLike, cap: ArrayLike, clawback: ArrayLike) -> Array:
    """What is left to pay of `spend` when the share `clawback` of what exceeds `cap` comes back; arrays broadcast.

    Raises:
        HeconError: a share outside 0 to 1, a cap below 0.

    >>> float(capped(290_000, 200_000, 0.8))  # 90,000 above the cap, 72,000 of it comes back
    218000.0
    """
    share, limit, paid = (np.asarray(one, dtype=np.float64) for one in (clawback, cap, spend))
    faults = [Fault("clawback", "must be a share from 0 to 1")] if ((share < 0) | (share > 1)).any() else []
    faults += [Fault("cap", "must be from 0 up")] if (limit < 0).any() else []
    raise_faults(faults, HeconError, "budget cap")
    return np.asarray(paid - share * np.maximum(paid - limit, 0.0))


def subscription(fee: ArrayLike, patients: ArrayLike, list_price: ArrayLike) -> "Subscribed":
    """A fee that buys any number of patients: what it comes to per patient, so that ICER and rebate depend on their number.

    Raises:
        HeconError: patients or a list price that are not above 0, a fee below 0.

    >>> one = subscription(1_000_000, [2, 5, 10], 250_000)
    >>> one.per_patient.tolist(), one.rebate.round(6).tolist(), float(one.worth_from)
    ([500000.0, 200000.0, 100000.0], [-1.0, 0.2, 0.6], 4.0)
    """
    paid, count, price = (np.asarray(one, dtype=np.float64) for one in (fee, patients, list_price))
    faults = [Fault("patients", "must be above 0")] if not (count > 0).all() else []
    faults += [Fault("list price", "must be above 0")] if not (price > 0).all() else []
    faults += [Fault("fee", "must be from 0 up")] if not (paid >= 0).all() else []
    raise_faults(faults, HeconError, "subscription")
    each = np.asarray(paid / count)
    return Subscribed(each, np.asarray(1 - each / price), np.asarray(paid / price))


@dataclass(frozen=True, eq=False)
class Subscribed:
    """A subscription per patient: `per_patient` in currency, `rebate` the rebate on the list price that would cost the same
    (below 0 where the fee is dearer), `worth_from` the number of patients from which on the fee is cheaper than the list price.
    """

    per_patient: Array
    rebate: Array
    worth_from: Array


def uptake(base: ArrayLike, elasticity: ArrayLike, price_change: ArrayLike, form: str) -> Array:
    """The share of the eligible who are treated after the patient's price changed by `price_change` (0.1: a tenth dearer).

    By "linear" it is base x (1 + elasticity x change), by "exponential" base x exp(elasticity x change).

    Raises:
        HeconError: an unknown form; an uptake outside 0 to 1, which is never cut off.

    >>> float(uptake(1.0, -0.2, 0.1, "linear")), round(float(uptake(1.0, -0.2, 0.1, "exponential")), 6)
    (0.98, 0.980199)
    """
    if form not in FORMS:
        raise HeconError(f"uptake is {' or '.join(FORMS)}; got '{form}'{nearest(form, FORMS)}")
    moved = np.asarray(elasticity, dtype=np.float64) * np.asarray(price_change, dtype=np.float64)
    found = np.asarray(base, dtype=np.float64) * (1.0 + moved if form == "linear" else np.exp(moved))
    if ((found < -_TIGHT) | (found > 1 + _TIGHT)).any():
        said = f"{found.min():.3g} to {found.max():.3g}"
        raise HeconError(f"uptake must lie in 0 to 1; elasticity and change of price give {said}: correct them")
    return found


@dataclass(frozen=True, eq=False)
class Coverage:
    """Who is treated under a coverage: `treated` (group, ...) patients, `access` the share of the eligible of each group, and
    over all groups `total_access` and the `net_benefit` of the population in currency.
    """

    treated: Array
    access: Array
    total_access: Array
    net_benefit: Array


def coverage(eligible: ArrayLike, share_treated: ArrayLike, inmb: ArrayLike) -> Coverage:
    """Access and net benefit of a population: `eligible` patients and the share of them who are treated, both (group,) or numbers,
    and the incremental net benefit per patient treated, at the share of the price that the payer covers.

    Raises:
        HeconError: shares outside 0 to 1.

    >>> one = coverage([600, 400], [0.8, 0.55], 2000)
    >>> float(one.net_benefit), one.access.tolist(), round(float(one.total_access), 6)
    (1400000.0, [0.8, 0.55], 0.7)
    """
    groups = np.atleast_1d(np.asarray(eligible, dtype=np.float64))
    share = np.broadcast_to(np.atleast_1d(np.asarray(share_treated, dtype=np.float64)), groups.shape)
    if ((share < 0) | (share > 1)).any():
        raise HeconError("coverage: the share treated must lie in 0 to 1")
    treated = groups * share
    worth = np.asarray(inmb, dtype=np.float64) * treated.sum(axis=0)
    return Coverage(treated, share, np.asarray(treated.sum(axis=0) / groups.sum(axis=0)), np.asarray(worth))


def learnt(first: float, units: Sequence[int], progress: float, variant: str, floor: float = 0.0) -> Array:
    """The cost of each unit in `units` on Wright's learning curve, never below `floor` (the material), in currency.

    `variant` is "unit" or "average", as `hecon.parts.wright` has them: whether the cost of a unit, or the average of all so far,
    falls to `progress` at twice the output.

    Raises:
        HeconError: units that are not counted from 1; what `wright` raises.

    >>> learnt(100, [1, 2, 4, 8], 0.8, "unit", floor=60).round(4).tolist()
    [100.0, 80.0, 64.0, 60.0]
    >>> round(float(learnt(100, range(1, 9), 0.8, "unit").mean()), 4)  # the mean of the first eight
    66.8239
    """
    from hecon.evaluate.formula import evaluate_formula
    from hecon.parts.manufacturing import wright

    count = np.asarray(list(units), dtype=np.float64)
    if not (count >= 1).all():
        raise HeconError("learning: units are counted from 1")
    text = wright("first", "units", "progress", variant)
    cost = evaluate_formula(text, first=float(first), units=count, progress=float(progress))
    found: Array = np.maximum(cost, floor)
    return found
