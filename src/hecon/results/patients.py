"""The money of a few patients under the agreements of a run: from its draws to the two bands."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hecon.analysis.cost_effectiveness.net_benefit import nmb
from hecon.analysis.paying.individuals import one_patient
from hecon.analysis.paying.learning import Revealed, RevealedTable, revealed
from hecon.analysis.paying.patients import Settle, few_rows
from hecon.analysis.paying.patients_table import LEVELS, SIZES, FewRow, PatientsTable
from hecon.errors import HeconError, nearest
from hecon.results.paying import milestones_of
from hecon.structure.agreements.dates import payments_due
from hecon.structure.agreements.lowering import with_agreements
from hecon.structure.agreements.reading import agreements_of
from hecon.structure.agreements.terms import Agreement, Annuity, Instalments, PayForResponse, Refund
from hecon.structure.clock import years

if TYPE_CHECKING:
    from hecon.analysis.paying.milestones import Milestones
    from hecon.arrays import Array
    from hecon.inputs.book import Book
    from hecon.results.analysis import Analysis


def few_patients(
    analysis: "Analysis",
    agreements: "Sequence[str | Agreement]" = (),
    sizes: Sequence[int] = SIZES,
    until: float | None = None,
    levels: tuple[float, float, float] = LEVELS,
    reserve: float | None = None,
    refunded: float | None = None,
    settle: Settle | None = None,
) -> PatientsTable:
    """The agreements (by name as the inputs declare them, all if left out, or given as they are) for N patients.

    `reserve` and `refunded` are money per patient intended: the chances that the outlay, or the refund, exceeds it are told.
    `until` counts what falls due before so many years from the decision. `settle` is a year-end settlement (see `money_of`).

    Raises:
        HeconError: a run without draws or under an agreement, unknown agreements; what `with_agreements`, `milestones_of` and
            `one_patient` raise.

    >>> from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> from hecon.structure.agreements.terms import Discount
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> arms = [Strategy("none", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, distribution="uniform", par1=4, par2=6)])
    >>> run = open_case(tree, book).run(draws=9, seed=1, perspective="payer", wtp=8.0, reference="none", effect="none")
    >>> found = few_patients(run, [Agreement("cheap", "A fifth off", (Discount("0.2"),))], (5, 10))
    >>> round(found.row(5, "rebate").chance.high, 12)
    0.2
    """
    chosen, held, values = _held(analysis, agreements)
    limits = {name: x for name, x in (("outlay", reserve), ("refund", refunded)) if x is not None}
    rows: list[FewRow] = []
    nobody, coupled = 0.0, []
    seed = analysis._draws().seed or 0
    for one in chosen:
        single = one_patient(one, held[one.strategy, one.item][0], values)
        more, none = few_rows(single, one.label or one.name, sizes, seed, until, levels, limits, settle)
        rows += more
        nobody = max(nobody, none)
        coupled += [one.name] if len(single.conditions) > 1 else []
    strategies = " and ".join(dict.fromkeys(strategy for _, strategy in held.values()))
    return PatientsTable(
        tuple(rows), strategies, levels, until, analysis.money, analysis._draws().n, nobody, tuple(coupled)
    )


def what_is_revealed(
    analysis: "Analysis", agreements: "Sequence[str | Agreement]" = (), sizes: Sequence[int] = SIZES
) -> RevealedTable:
    """What the assessments of agreements reveal of their conditions, and of the incremental net benefit, by patients treated.

    Raises:
        HeconError: as `few_patients`; the strategy that is paid for is the reference.

    >>> from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, open_case
    >>> from hecon.structure.agreements.terms import Discount
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> arms = [Strategy("none", to=Leaf()), Strategy("drug", to=drug)]
    >>> tree = DecisionTree("Demo", arms, {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, distribution="uniform", par1=4, par2=6)])
    >>> run = open_case(tree, book).run(draws=9, seed=1, perspective="payer", wtp=8.0, reference="none", effect="none")
    >>> print(what_is_revealed(run, [Agreement("cheap", "A fifth off", (Discount("0.2"),))]).sentence)
    The agreements assess no condition: they reveal nothing.
    """
    chosen, held, _ = _held(analysis, agreements)
    rows: list[Revealed] = []
    for one in chosen:
        milestones, strategy = held[one.strategy, one.item]
        net = nmb(analysis._on("probabilistic"), analysis.wtp, analysis.perspective, analysis.effect)
        places = [analysis.base.strategies.index(name) for name in (strategy, analysis.reference)]
        if places[0] == places[1]:
            raise HeconError(f"{strategy} is the reference: its incremental net benefit is 0; choose another reference")
        timing = next((term for term in one.terms if isinstance(term, Instalments | Annuity | PayForResponse)), None)
        shift = 0.0 if one.after == "infusion" else milestones.wait
        for due in payments_due(timing):
            since = np.maximum(float(due.time) - shift, 0.0) * np.ones(milestones.draws)
            if due.while_in and since.max() > 0:
                share = milestones.at(due.while_in, since) / milestones.treated
                inmb = net[places[0]] - net[places[1]]
                rows += revealed(one.name, due.while_in, float(due.time), share, inmb, sizes)
    return RevealedTable(tuple(rows), analysis.money, milestones.draws)


def chosen_agreements(book: "Book", asked: "Sequence[str | Agreement]") -> list[Agreement]:
    """Agreements by the names that a book declares them by, or as they are given; all that it declares if none is asked for.

    Raises:
        HeconError: an unknown name; a book that declares none.

    >>> from hecon.inputs.book import make_book
    >>> row = {"name": "off", "terms": "Discount('0.2')"}
    >>> chosen_agreements(make_book("demo", [], records={"schemes": (row,)}), ["of"])
    Traceback (most recent call last):
    hecon.errors.HeconError: there is no agreement 'of'; did you mean 'off'? (known: off)
    """
    names = [one for one in asked if isinstance(one, str)]
    known = {one.name: one for one in agreements_of(book)} if names or not asked else {}
    for name in names:
        if name not in known:
            raise HeconError(f"there is no agreement '{name}'{nearest(name, known)} (known: {', '.join(known)})")
    return [known[one] if isinstance(one, str) else one for one in asked or known.values()]


def last_year(one: Agreement) -> float:
    """The last year, counted from its origin, that an agreement looks at.

    >>> last_year(Agreement("x", "", (Refund("1", "* -> dead", "18 months"),)))
    2.0
    """
    timing = next((term for term in one.terms if isinstance(term, Instalments | Annuity | PayForResponse)), None)
    times = [float(due.time) for due in payments_due(timing)]
    times += [float(years(term.before)) for term in one.terms if isinstance(term, Refund)]
    return float(np.ceil(max(times)))


_Held = dict[tuple[str, str], "tuple[Milestones, str]"]


def _held(
    analysis: "Analysis", agreements: "Sequence[str | Agreement]"
) -> "tuple[list[Agreement], _Held, dict[str, Array | float]]":
    """The agreements, the milestones of each product that they are about, and the inputs' values (draw,)."""
    model, book = analysis.at_hand()
    if analysis.about.get("agreement"):
        raise HeconError("patients are drawn on a run that pays as the model stands: leave out its scheme")
    if analysis.draws is None:
        raise HeconError("a band needs draws: run with draws=1000 or more (--draws 1000)")
    chosen = chosen_agreements(analysis.at_hand()[1], agreements)
    with_agreements(model, book, chosen)  # refuses what the model does not hold
    last = max(1.0, *(last_year(one) for one in chosen))
    held: _Held = {}
    for one in chosen:
        about = (one.strategy, one.item)
        if about not in held:
            held[about] = milestones_of(model, analysis.draws, last, strategy=one.strategy, item=one.item)
    return chosen, held, {name: analysis.draws[name] for name in book.parameters}
