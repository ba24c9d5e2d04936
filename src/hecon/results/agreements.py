"""The agreements of a case's inputs on the draws of its run: compared, their cash and what is collected of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.paying.administration import administration
from hecon.analysis.paying.agreement_table import AgreementRow, AgreementTable
from hecon.analysis.paying.capture import CaptureTable, Collection, capture_row
from hecon.analysis.paying.cash_flow import CashFlow, CashRow, cash_rows, flows_of
from hecon.analysis.paying.comparison import Decision, Paid, compare
from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import Payments, number, one_number, payments, timing_of
from hecon.errors import HeconError, nearest
from hecon.results.paying import milestones_of, values_of_rate
from hecon.structure.agreements.terms import Agreement, Refund

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.arrays import Array
    from hecon.results.analysis import Analysis

_SHOWN = 5.0  # years that cash reaches at least
_BEFORE = Agreement("", "", ())  # the model's own way of paying


@dataclass(frozen=True, eq=False)
class Priced:
    """Agreements with their payments at their own prices on the draws of a run, and what comparing them needs."""

    agreements: tuple[Agreement, ...]
    milestones: Milestones
    strategy: str
    values: "Mapping[str, Array | float]"
    rate: "float | Array"
    base: Payments
    paid: tuple[Payments, ...]
    running: tuple[Payments, ...]
    left_out: tuple[tuple[str, str], ...]


def priced(analysis: "Analysis", names: Sequence[str] = ()) -> Priced:
    """The agreements of the inputs, all or those named, priced from one run with counts; the run is kept for what asks next.

    Agreements that milestones cannot price are left out, with the reason; a named one is refused.

    Raises:
        HeconError: a run under an agreement already, no agreements, unknown ones, several products at once, none that can be
            priced, what `payments` and `milestones_of` raise.

    >>> from hecon.results.example import one_product
    >>> run = one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')", "administration": "5"},))

    >>> float(priced(run).paid[0].paid.sum())
    80.0
    """
    model, book = analysis.at_hand()
    if analysis.about.get("agreement"):
        raise HeconError("agreements are compared on a run that pays as the model stands: leave out --scheme")
    chosen = _chosen(analysis, names)
    about = {(one.strategy, one.item) for one in chosen}
    if len(about) > 1:
        told = "; ".join(f"{one.name}: {one.strategy or 'the product'} {one.item}".rstrip() for one in chosen)
        raise HeconError(
            f"agreements about different products are not compared ({told}); name those of one with --only"
        )
    ((strategy, item),) = about
    draws = analysis.draws or book.base()
    until = max(_last(one) for one in chosen)
    held, strategy = analysis._once(
        f"milestones {strategy} {item} {until}",
        lambda: milestones_of(model, draws, until, strategy=strategy, item=item),
    )
    values = {name: draws[name] for name in book.parameters}
    kept, paid, left_out = [], [], []
    for one in chosen:
        try:
            paid.append(payments(one, held, values))
            kept.append(one)
        except HeconError as error:
            if names:
                raise
            left_out.append((one.name, str(error)))
    if not kept:
        raise HeconError("\n".join(["no agreement of the inputs can be compared:", *(why for _, why in left_out)]))
    running = tuple(administration(one, held, values, flow) for one, flow in zip(kept, paid, strict=True))
    rate = one_number(values_of_rate(model, values))
    base = payments(_BEFORE, held, values)
    return Priced(tuple(kept), held, strategy, values, rate, base, tuple(paid), running, tuple(left_out))


def agreement_table(
    analysis: "Analysis", names: Sequence[str] = (), at: str = "equal", payment: float | None = None
) -> AgreementTable:
    """The agreements of the inputs compared on the draws of a run (on its base case, where it has none).

    `at` is "equal" (each price scaled so that all are expected to pay `payment`, the first agreement's payment if left out) or
    "own". Payments are discounted at the model's rate of costs.

    Raises:
        HeconError: what `priced` and `compare` raise; a reference that is the strategy itself.

    >>> from hecon.results.example import one_product
    >>> run = one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')", "administration": "5"},))

    >>> row = agreement_table(run, at="own").row("cheap")
    >>> row.paid, row.inmb  # 150 - 80 - 5
    (80.0, 65.0)
    """
    from hecon.analysis.cost_effectiveness.net_benefit import nmb

    known = priced(analysis, names)
    if known.strategy == analysis.reference:
        raise HeconError(
            f"the agreements pay for {known.strategy}, which is the reference; give another one with --reference"
        )
    outcomes = analysis.base if analysis.psa is None else analysis.psa
    net = nmb(outcomes, analysis.wtp, analysis.perspective, analysis.effect)
    if known.strategy not in outcomes.strategies:
        raise HeconError(
            f"the agreements pay for {known.strategy}, which is not in this run (it has: {', '.join(outcomes.strategies)})"
        )
    places = [outcomes.strategies.index(one) for one in (known.strategy, analysis.reference)]
    pocket = "out-of-pocket" in outcomes.sectors(analysis.perspective)
    decision = Decision(net, places[0], places[1], known.rate, pocket, outcomes.strategies)
    paid = [
        Paid(flow, _own_price(known, one), run.present_value(known.rate), one.label)
        for one, flow, run in zip(known.agreements, known.paid, known.running, strict=True)
    ]
    rows, wanted = compare(paid, known.base, decision, at, payment)
    return AgreementTable(
        rows, at, wanted, float(known.base.present_value(known.rate).mean()), known.strategy, analysis.reference,
        analysis.perspective, analysis.wtp, analysis.money, int(known.milestones.draws), known.left_out,
    )  # fmt: skip


def cash_table(
    analysis: "Analysis", names: Sequence[str] = (), at: str = "equal", payment: float | None = None,
    years: float | None = None, by: str = "year", enrolment: float | None = None,
) -> CashFlow:  # fmt: skip
    """Cash by period of each agreement at the prices of `agreement_table`, over `years` (five, or as long as they pay).

    >>> from hecon.results.example import one_product
    >>> run = one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')", "administration": "5"},))

    >>> cash_table(run, at="own").row("cheap", 1).manufacturer.mean
    80.0
    """
    table, known = agreement_table(analysis, names, at, payment), priced(analysis, names)
    every = (known.base, *known.paid)
    running = (known.running[0].times_price(0.0), *known.running)
    last = max(float(np.floor(one.times.max() + 1e-9)) + 1 for one in every)
    shown = max(_SHOWN, last) if years is None else years
    rows: list[CashRow] = []
    for row, flow, run in zip(table.rows, every, running, strict=True):
        rows += cash_rows(row.agreement, flows_of(flow.times_price(_scale(known, row)), run, shown, by, enrolment))
    return CashFlow(tuple(rows), by, enrolment, known.strategy, analysis.money, known.milestones.draws)


def capture_table(
    analysis: "Analysis", collection: Collection, names: Sequence[str] = (), at: str = "equal",
    payment: float | None = None, rebate: float | None = None,
) -> CaptureTable:  # fmt: skip
    """What is collected of each agreement's saving, at the prices of `agreement_table`, against a plain discount.

    The plain discount pays what the agreement is expected to pay with every loss recorded, or the list price less `rebate`.

    Raises:
        HeconError: a rebate that does not lie between 0 and 1; what `agreement_table` raises.

    >>> from hecon.results.example import one_product
    >>> run = one_product(schemes=({"name": "cheap", "terms": "Discount('0.2')", "administration": "5"},))

    >>> capture_table(run, Collection(1.0), at="own").sentence("cheap")
    'cheap hangs on no condition: nothing needs to be recorded.'
    """
    if rebate is not None and not 0 <= rebate <= 1:
        raise HeconError(f"the plain rebate must lie between 0 and 1; got {rebate:g}")
    table, known = agreement_table(analysis, names, at, payment), priced(analysis, names)
    against = None if rebate is None else table.list_price * (1.0 - rebate)
    rows = tuple(
        capture_row(
            row.label, flow.times_price(_scale(known, row)), known.milestones.wait, run.present_value(known.rate),
            table.list_price, collection, known.rate, against,
        )
        for row, flow, run in zip(table.rows[1:], known.paid, known.running, strict=True)
    )  # fmt: skip
    return CaptureTable(rows, collection, known.strategy, analysis.money, known.milestones.draws)


def _chosen(analysis: "Analysis", names: Sequence[str]) -> list[Agreement]:
    from hecon.structure.agreements.reading import agreements_of

    _, book = analysis.at_hand()
    declared = {one.name: one for one in agreements_of(book)}
    for name in names:
        if name not in declared:
            raise HeconError(f"there is no agreement '{name}'{nearest(name, declared)} (known: {', '.join(declared)})")
    return [declared[name] for name in dict.fromkeys(names or declared)]


def _own_price(known: Priced, one: Agreement) -> float:
    return float(np.mean(number(one.price, known.values, f"agreement {one.name}")))


def _scale(known: Priced, row: AgreementRow) -> float:
    """What a row's price is of the price that the agreement itself names."""
    own = next((_own_price(known, one) for one in known.agreements if one.name == row.agreement), 1.0)
    return row.price / own


def _last(one: Agreement) -> float:
    """The last time that an agreement looks at, in years."""
    from hecon.structure.agreements.dates import payments_due
    from hecon.structure.clock import years

    times = [float(due.time) for due in payments_due(timing_of(one))]
    return max([*times, *(float(years(term.before)) for term in one.terms if isinstance(term, Refund))])
