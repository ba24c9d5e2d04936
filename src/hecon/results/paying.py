"""From a run to what paying needs of it: the milestones of a product, from one run with counts; its agreements compared."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.paying.comparison import AgreementTable, Decision, Paid, compare
from hecon.analysis.paying.milestones import Milestones
from hecon.analysis.paying.payments import number, payments
from hecon.errors import HeconError
from hecon.structure.agreements.terms import Agreement

if TYPE_CHECKING:
    from hecon.arrays import Array
    from hecon.inputs.draws import Draws
    from hecon.results.analysis import Analysis


def milestones_of(
    model: Any, draws: "Draws", until: float = 5.0, a_year: int = 12, strategy: str = "", item: str = ""
) -> tuple[Milestones, str]:
    """The milestones of a product up to `until` years after treatment, `a_year` times a year, and the strategy it is of.

    Raises:
        HeconError: no product, several of which none is named, a product that nobody gets.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.structure import Cost, DecisionTree, Leaf, Strategy
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> found, strategy = milestones_of(tree, make_book("demo", [Parameter(name="price", value=100.0)]).base())
    >>> found.treated.tolist(), found.states, strategy
    ([100.0], (), 'drug')
    """
    from hecon.evaluate.run import run
    from hecon.structure.agreements.conditions import dead_states
    from hecon.structure.agreements.probes import SHARE, TREATED, WAIT, probe, with_probes
    from hecon.structure.lowering import as_tree
    from hecon.structure.tree import paths_of

    times = np.arange(round(until * a_year) + 1) / a_year
    probed, name, states = with_probes(model, draws.book, times.tolist(), strategy, item)
    outcomes = run(probed, draws)
    place = outcomes.strategies.index(name)
    counts = {one.name: k for k, one in enumerate(outcomes.items) if one.kind == "count"}

    def values(of: str) -> Any:
        return outcomes.values[place, counts[of]]

    treated = values(TREATED)
    if not (treated > 0).all():
        raise HeconError(f"the product of {name} is not given, or free, in {int((treated <= 0).sum()):,} draws")
    dead: Sequence[str] = ()
    for one in as_tree(model, []).strategies:
        if one.name == name:
            structures = [path.leaf.to for path in paths_of(one.to) if path.leaf.to is not None]
            dead = tuple(dict.fromkeys(state for to in structures for state in dead_states(to)))
    held = np.array([[values(probe(state, k)) for k in range(len(times))] for state in states])
    held = held.reshape(len(states), len(times), treated.size)
    known = tuple(one for one in dead if one in states)
    return Milestones(treated, states, known, times, held, values(WAIT) / treated, values(SHARE)), name


def agreement_table(
    analysis: "Analysis", names: Sequence[str] = (), at: str = "equal", target: float | None = None
) -> AgreementTable:
    """The agreements of the inputs compared on the draws of a run (on its base case, where it has none).

    `at` is "equal" (each price scaled so that all are expected to pay `target`, the first agreement's payment if left out) or
    "own". Payments are discounted at the model's rate of costs.

    Raises:
        HeconError: a run under an agreement already, no agreements, unknown ones, what `payments` and `milestones_of` raise.
    """
    from hecon.analysis.cost_effectiveness.net_benefit import nmb
    from hecon.errors import nearest
    from hecon.structure.agreements.reading import agreements_of

    model, book = analysis.at_hand()
    if analysis.about.get("agreement"):
        raise HeconError("agreements are compared on a run that pays as the model stands: leave out --scheme")
    declared = {one.name: one for one in agreements_of(book)}
    for name in names:
        if name not in declared:
            raise HeconError(f"there is no agreement '{name}'{nearest(name, declared)} (known: {', '.join(declared)})")
    chosen = [declared[name] for name in names or declared]
    draws = analysis.draws or book.base()
    outcomes = analysis.base if analysis.psa is None else analysis.psa
    until = max([5.0, *(_last(one) for one in chosen)])
    held, strategy = milestones_of(model, draws, until, strategy=chosen[0].strategy, item=chosen[0].item)
    values = {name: draws[name] for name in book.parameters}
    net = nmb(outcomes, analysis.wtp, analysis.perspective, analysis.effect)
    places = [outcomes.strategies.index(one) for one in (strategy, analysis.reference)]
    rate = values_of_rate(model, values)
    decision = Decision(net, places[0], places[1], rate)
    base = payments(Agreement("", "", ()), held, values)
    paid = [_paid(one, held, values, rate) for one in chosen]
    rows, wanted = compare(paid, base, decision, at, target)
    return AgreementTable(
        rows, at, wanted, float(base.present_value(rate).mean()), strategy, analysis.reference, analysis.perspective,
        analysis.wtp, analysis.money, draws.n,
    )  # fmt: skip


def values_of_rate(model: Any, values: "Mapping[str, Array | float]") -> "float | Array":
    """The model's rate of discount of costs, a number or one per draw.

    Raises:
        HeconError: a schedule of rates.

    >>> from hecon.structure import DecisionTree
    >>> values_of_rate(DecisionTree("Demo", [], {"cost": "dr", "effect": "0"}, "continuous"), {"dr": 0.04})
    0.04
    """
    text = model.discount["cost"]
    if not isinstance(text, str):
        raise HeconError("payments need one rate of discount of costs; the model has a schedule of rates")
    return number(text, values, "discount")


def _last(one: Agreement) -> float:
    """The last year that an agreement looks at."""
    from hecon.structure.agreements.dates import payments_due
    from hecon.structure.agreements.terms import Annuity, Instalments, PayForResponse, Refund
    from hecon.structure.clock import years

    timing = next((term for term in one.terms if isinstance(term, Instalments | Annuity | PayForResponse)), None)
    times = [float(due.time) for due in payments_due(timing)]
    return float(np.ceil(max([*times, *(float(years(term.before)) for term in one.terms if isinstance(term, Refund))])))


def _paid(one: Agreement, held: Milestones, values: "Mapping[str, Array | float]", rate: "float | Array") -> Paid:
    """An agreement's payments and what it costs to run: per patient treated, and at each assessment of those alive."""
    from hecon.structure.agreements.dates import payments_due
    from hecon.structure.agreements.terms import Annuity, Instalments, PayForResponse

    found = payments(one, held, values)
    place = f"agreement {one.name}"
    timing = next((term for term in one.terms if isinstance(term, Instalments | Annuity | PayForResponse)), None)
    treated = held.share_treated
    cost = number(one.administration, values, place) * treated
    each = number(one.per_assessment, values, place)
    for due, when in zip(payments_due(timing), found.times, strict=False):
        if due.while_in:
            cost = cost + each * held.at("alive", when - held.wait) / held.treated * treated * (1.0 + rate) ** -when
    return Paid(
        found, float(np.mean(number(one.price, values, place))), np.asarray(cost) * np.ones(held.draws), one.label
    )
