"""What payment by volume comes to for N patients a year: volume.csv, and the payment, rebate and ICER that follow from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.icer import Icer, icer
from hecon.analysis.paying.volume import RULES, Cliff, Tiers, capped
from hecon.digits import money_text
from hecon.errors import Fault, HeconError, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import column_letters, number
from hecon.shown import Shown

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.book import Book
    from hecon.results.analysis import Analysis

VOLUME = "volume"
KINDS = {
    "tier marginal": "value: share of the list price from that many units a year on, for the units of the tier",
    "tier all-unit": "value: share of the list price from that many units a year on, for every unit",
    "cap": "value: money a year",
    "clawback": "value: share of what exceeds the cap that comes back",
    "subscription": "value: money a year, for any number of patients",
}
COLUMNS, OPTIONAL = ("kind", "from", "value"), ("source", "note")
PATIENTS = (1, 5, 10, 20, 50, 100, 200)
LIST = "list price"


@dataclass(frozen=True)
class VolumeTerms:
    """Terms of volume.csv: `tiers` (prices as shares of the list price), `cap` and `fee` in money a year, `clawback` a share."""

    tiers: Tiers | None = None
    cap: float | None = None
    clawback: float | None = None
    fee: float | None = None


@dataclass(frozen=True)
class VolumeRow:
    """A way of paying for `patients` intended a year: `treated` on average, `paid` a year undiscounted, `each` per patient
    intended, the `rebate` on the list price that would cost the same, and with it the ICER, the mean INMB and P(INMB < 0).
    """

    terms: str
    patients: float
    treated: float
    paid: float
    each: float
    rebate: float
    icer: Icer
    inmb: float
    p_loss: float


@dataclass(frozen=True, repr=False)
class VolumeTable(Shown):
    """Each way of paying for each number of patients; `cliffs` in units a year and shares of the list price, `worth_from` the
    number of patients intended from which on a subscription is cheaper than the list price (None without one).
    """

    rows: tuple[VolumeRow, ...]
    cliffs: tuple[Cliff, ...]
    worth_from: float | None
    strategy: str
    reference: str
    money: str
    draws: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the table says, a sentence each."""
        told = [
            f"At {one.volume:g} treated a year the payment falls: one more patient makes all of them cheaper, by"
            f" {1 - one.after / one.before:.0%}; {one.level:g} cost as much as {one.volume:g}."
            for one in self.cliffs
        ]
        if self.worth_from is not None:
            told.append(
                f"The subscription is a fixed sum, so its cost per patient and its ICER depend on how many patients there are; it"
                f" is cheaper than the list price from {self.worth_from:,.1f} patients a year on."
            )
        return tuple(told)


def volume_terms(book: "Book") -> VolumeTerms:
    """The terms that a book's table `volume` declares.

    Raises:
        InputError: no table, with its columns and kinds; whatever is wrong in it, all at once with its cell.

    >>> from hecon.inputs.book import make_book
    >>> rows = ({"kind": "cap", "from": "", "value": "200000"}, {"kind": "clawback", "from": "", "value": "0.8"})
    >>> volume_terms(make_book("demo", [], records={"volume": rows})).cap
    200000.0
    """
    rows = book.records.get(VOLUME, ())
    if not rows:
        kinds = "; ".join(f"{kind} ({told})" for kind, told in KINDS.items())
        raise InputError(
            f"{book.case} declares no payment by volume: write inputs/{book.case}/volume.csv with the columns"
            f" {', '.join((*COLUMNS, *OPTIONAL))}. The kinds are {kinds}"
        )
    letters = column_letters(list(dict.fromkeys(column for row in rows for column in row)))
    faults = [Fault(VOLUME, f"has no column '{one}'") for one in COLUMNS if one not in letters]
    known = (*COLUMNS, *OPTIONAL)
    faults += [
        Fault(VOLUME, f"has an unknown column '{one}'{nearest(one, known)} (known: {', '.join(known)})")
        for one in letters
        if one not in known
    ]
    found: dict[str, list[tuple[float, float]]] = {}
    for line, row in enumerate(rows, start=2):
        kind = row.get("kind", "").strip()
        if kind not in KINDS:
            told = f"'{kind}' is not a kind of payment by volume{nearest(kind, KINDS)} (known: {', '.join(KINDS)})"
            faults.append(Fault(f"{VOLUME}!{letters.get('kind', 'A')}{line}", told))
            continue
        numbers = []
        for column in ("from", "value") if kind.startswith("tier") else ("value",):
            text = row.get(column, "").strip()
            value = number(text) if text else None
            if value is None or not 0 <= value < float("inf"):
                place = f"{VOLUME}!{letters.get(column, 'A')}{line} ({kind})"
                faults.append(Fault(place, f"{column} must be a number from 0 up; got '{text}'"))
            numbers.append(value or 0.0)
        found.setdefault(kind, []).append((numbers[0], numbers[-1]))
    faults += _whole_faults(found)
    raise_faults(faults, InputError, book.case)
    rule = next((rule for rule in RULES if f"tier {rule}" in found), "")
    tiers = None
    if rule:
        starts, prices = zip(*found[f"tier {rule}"], strict=True)
        tiers = Tiers(tuple(starts), tuple(prices), rule)
    single = {kind: found[kind][0][1] for kind in ("cap", "clawback", "subscription") if kind in found}
    return VolumeTerms(tiers, single.get("cap"), single.get("clawback"), single.get("subscription"))


def _whole_faults(found: Mapping[str, Sequence[tuple[float, float]]]) -> list[Fault]:
    faults = [
        Fault(VOLUME, f"there is one row of kind '{kind}'; found {len(found[kind])}")
        for kind in ("cap", "clawback", "subscription")
        if len(found.get(kind, ())) > 1
    ]
    if "tier marginal" in found and "tier all-unit" in found:
        faults.append(Fault(VOLUME, "tiers are either marginal or all-unit; found both"))
    if ("cap" in found) != ("clawback" in found):
        faults.append(
            Fault(VOLUME, "a cap needs a clawback, the share of what exceeds it that comes back, and a clawback a cap")
        )
    if any(value > 1 for _, value in found.get("clawback", ())):
        faults.append(Fault(VOLUME, "a clawback is a share from 0 to 1"))
    for kind in ("tier marginal", "tier all-unit"):
        starts = [start for start, _ in found.get(kind, ())]
        if starts and (starts[0] != 0 or sorted(set(starts)) != starts):
            faults.append(
                Fault(
                    VOLUME, f"'from' of {kind} must begin at 0 and increase; got {', '.join(f'{x:g}' for x in starts)}"
                )
            )
    return faults


def volume_table(analysis: "Analysis", patients: Sequence[float] = PATIENTS, strategy: str = "") -> VolumeTable:
    """Each way of paying of volume.csv, and the list price, for each number of patients intended a year.

    `strategy` is the one whose product it is; it may be left out where only one has a product.

    The volume is the expected number treated in each draw; patients' own chance is not in it. A cap counts what tiers ask, where
    there are any. Payments are discounted as the product's price is.

    Raises:
        HeconError: no volume.csv or faults in it; a number of patients not above 0; a run under an agreement; amounts that were
            converted; what `milestones_of` raises.

    >>> from hecon.results.example import one_product
    >>> rows = ({"kind": "cap", "from": "", "value": "600"}, {"kind": "clawback", "from": "", "value": "0.5"})
    >>> {row.terms: row.paid for row in volume_table(one_product(volume=rows), [10]).rows}
    {'list price': 1000.0, 'cap': 800.0}
    """
    from hecon.analysis.cost_effectiveness.net_benefit import inmb
    from hecon.analysis.paying.payments import payments
    from hecon.results.paying import milestones_of, values_of_rate
    from hecon.structure.agreements.terms import Agreement

    model, book = analysis.at_hand()
    terms = volume_terms(book)
    if analysis.about.get("agreement"):
        raise HeconError("payment by volume starts from the list price: leave out --scheme")
    if analysis.converted:
        raise HeconError(
            f"{analysis.case}: volume.csv is in the case's own money; leave out --currency and --price-year"
        )
    if not all(one > 0 for one in patients):
        raise HeconError(f"numbers of patients must be above 0; got {', '.join(f'{one:g}' for one in patients)}")
    draws = analysis.draws or book.base()
    outcomes = analysis.base if analysis.psa is None else analysis.psa
    held, strategy = milestones_of(model, draws, 0.0, strategy=strategy)
    base = payments(Agreement("", "", ()), held)
    factor = base.present_value(values_of_rate(model, {name: draws[name] for name in book.parameters})) / held.treated
    gain = inmb(outcomes, analysis.reference, analysis.wtp, analysis.perspective, analysis.effect)
    me, other = (outcomes.strategies.index(one) for one in (strategy, analysis.reference))
    extra = outcomes.cost(analysis.perspective)[me] - outcomes.cost(analysis.perspective)[other]
    effect = float((gain[me] + extra).mean()) / analysis.wtp
    rows = []
    for name, pay in _ways(terms).items():
        for count in patients:
            volume = count * held.share_treated
            paid = np.broadcast_to(pay(volume, held.treated / held.share_treated), volume.shape)
            each = paid / count
            more = (each - held.treated) * factor
            mean = float(paid.mean())
            rebate = 1 - mean / float((count * held.treated).mean())
            worth = gain[me] - more
            ratio = icer(float((extra + more).mean()), effect)
            rows.append(
                VolumeRow(
                    name, count, float(volume.mean()), mean, mean / count, rebate, ratio, float(worth.mean()),
                    float((worth < 0).mean()),
                )
            )  # fmt: skip
    worth_from = None if terms.fee is None else terms.fee / float(held.treated.mean())
    cliffs = () if terms.tiers is None else terms.tiers.cliffs
    return VolumeTable(tuple(rows), cliffs, worth_from, strategy, analysis.reference, analysis.money, draws.n)


Pay = Callable[["Array", "Array"], "Array"]


def _ways(terms: VolumeTerms) -> dict[str, Pay]:
    """What is paid a year for a volume at a list price, both (draw,), by the name of the way of paying."""
    ways: dict[str, Pay] = {LIST: np.multiply}
    last = LIST
    if terms.tiers is not None:
        last = f"{terms.tiers.rule} tiers"
        ways[last] = partial(_tiered, terms.tiers)
    if terms.cap is not None and terms.clawback is not None:
        name = "cap" if last == LIST else f"cap on {last}"
        ways[name] = partial(_capped, ways[last], terms.cap, terms.clawback)
    if terms.fee is not None:
        ways["subscription"] = partial(_fee, terms.fee)
    return ways


def _tiered(tiers: Tiers, volume: "Array", price: "Array") -> "Array":
    return tiers.spend(volume) * price


def _capped(asked: Pay, cap: float, clawback: float, volume: "Array", price: "Array") -> "Array":
    return capped(asked(volume, price), cap, clawback)


def _fee(fee: float, volume: "Array", price: "Array") -> "Array":
    return np.full_like(volume, fee)


def told_cliffs(table: VolumeTable) -> str:
    """The cliffs of a table in a line; "" where there are none.

    >>> told_cliffs(VolumeTable((), (Cliff(10, 10, 8, 12.5),), None, "drug", "care", "EUR", 1))
    'cliffs: at 10 treated a year the payment falls by 20%'
    """
    falls = [
        f"at {money_text(one.volume)} treated a year the payment falls by {1 - one.after / one.before:.0%}"
        for one in table.cliffs
    ]
    return f"cliffs: {'; '.join(falls)}" if falls else ""
