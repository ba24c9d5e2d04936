"""Everything that the page of a case reports, computed once: breakdown, one-way, value of information, prices, scenarios.

An analysis that cannot be done leaves a remark that says why; nothing is left out in silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hecon.analysis.cost_effectiveness.breakdown import Breakdown, cost_breakdown, effect_breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime, over_time
from hecon.analysis.sensitivity.contribution import Contributions, contributions
from hecon.analysis.sensitivity.one_way import OneWay, one_way
from hecon.analysis.sensitivity.price import PriceTable, quantities, value_based_price
from hecon.analysis.voi.evppi import evppi_ranking
from hecon.analysis.voi.evppi_result import Evppi
from hecon.errors import HeconError
from hecon.grid import Grid
from hecon.results.analysis import Analysis
from hecon.results.product_price import PROBABILITIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from hecon.analysis.sensitivity.scenarios import ScenarioTable
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

DOUBTED = ("unverified", "assumption")  # provenances that make a draft
_T = TypeVar("_T")


@dataclass(frozen=True)
class Difference:
    """Where the difference between one strategy and the reference comes from; `inputs` is None without a PSA."""

    strategy: str
    label: str
    cost: Breakdown
    effect: Breakdown
    years: OverTime | None
    inputs: Contributions | None


@dataclass(frozen=True)
class Findings:
    """What the page shows of a study, beside the study itself.

    `prices` holds, per price parameter, the tables of base case and PSA; `used` the inputs that the model uses; `methods` choices
    of structure in words; `remarks` why something is missing, by the section it belongs to. `voi_texts`, `voi_grids`
    and `voi_figures` are those of a study of which the value was asked.
    """

    study: Analysis
    differences: tuple[Difference, ...]
    swings: OneWay | None
    ranking: tuple[Evppi, ...]
    prices: tuple[tuple[PriceTable, ...], ...]
    scenarios: "ScenarioTable | None"
    used: tuple[str, ...]
    methods: tuple[tuple[str, str], ...]
    remarks: Mapping[str, tuple[str, ...]]
    voi_texts: tuple[str, ...] = ()
    voi_grids: tuple[Grid, ...] = ()
    voi_figures: "Mapping[str, Figure]" = field(default_factory=dict)

    @property
    def product_prices(self) -> tuple[PriceTable, ...]:
        """The tables of the price that the case declares to be the product's; empty where it declares none."""
        stated = self.study.book is not None and self.study.book.settings.get("product_price", "")
        declared = self.study.product_price() if stated else ""
        return next((tables for tables in self.prices if tables[0].price_parameter == declared), ())

    @property
    def compared(self) -> tuple[str, ...]:
        """The strategies compared with the reference."""
        return tuple(one.strategy for one in self.differences)

    @property
    def doubted(self) -> tuple[str, ...]:
        """Unverified and assumed inputs that move the net benefit, or that have no range to tell, widest first."""
        book, width = self.study.book, self.widths
        if book is None:
            return ()
        least = 1e-9 * max([1.0, *width.values()])
        names = [name for name in self.used if book.parameters[name].provenance in DOUBTED]
        kept = [name for name in names if width.get(name, np.inf) > least]
        return tuple(sorted(kept, key=lambda name: -width.get(name, 0.0)))

    def label(self, name: str) -> str:
        """An input's label, or its name where it has none."""
        known = self.study.book.parameters if self.study.book else {}
        return (known[name].label or name) if name in known else name

    @property
    def widths(self) -> dict[str, float]:
        """The widest swing of each input with a range, in net benefit, over the strategies compared."""
        found: dict[str, float] = {}
        for row in self.swings.rows if self.swings else ():
            found[row.name] = max(found.get(row.name, 0.0), row.width)
        return found

    @property
    def deciding(self) -> tuple[str, ...]:
        """Inputs that change the decision within their range, each by itself."""
        return tuple(dict.fromkeys(row.name for row in self.swings.rows if row.changes_decision) if self.swings else ())


def find(
    study: Analysis, model: "Model", scenarios: "ScenarioTable | None" = None, remarks: Mapping[str, str] | None = None
) -> Findings:
    """Analyse a study whose base case kept "by_state", "ledger" and "trace"; `remarks` are what the caller left out.

    Raises:
        HeconError: a study without a book, or of one strategy.

    >>> from dataclasses import replace
    >>> from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book, run
    >>> book = make_book("demo", [Parameter(name="price", value=5.0, low=4.0, high=8.0, provenance="assumption")])
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="drug", sector="health care"), QALY("gain", "1")])
    >>> free = {"cost": "0", "effect": "0"}
    >>> tree = DecisionTree("Demo", [Strategy("none", to=Leaf()), Strategy("drug", to=drug)], free, "continuous")
    >>> base = run(tree, book.base(), keep=("by_state", "ledger", "trace"))
    >>> found = find(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "none", book=book), tree)
    >>> found.doubted, found.differences[0].cost.total
    (('price',), 5.0)
    """
    if study.book is None or len(study.base.strategies) < 2:
        raise HeconError(f"{study.case}: a report needs inputs and at least two strategies to compare")
    told: dict[str, list[str]] = {section: [text] for section, text in (remarks or {}).items()}
    swings = _tried(lambda: _swings(study, model), "dsa", told)
    if swings is not None and not swings.rows:
        told.setdefault("dsa", []).append("No input has a range to vary it over.")
        swings = None
    used, methods = of_model(study.book, model)
    return Findings(
        study,
        tuple(_difference(study, name, told) for name in study.base.strategies if name != study.reference),
        swings,
        _tried(lambda: _ranking(study), "voi", told) or (),
        _prices(study, told),
        scenarios,
        used,
        methods,
        {section: tuple(texts) for section, texts in told.items()},
    )


def _tried(analysis: Callable[[], _T], section: str, told: dict[str, list[str]]) -> _T | None:
    """The analysis, or None with the reason among the section's remarks."""
    try:
        return analysis()
    except HeconError as error:
        told.setdefault(section, []).append(f"Not shown: {error}")
        return None


def _swings(study: Analysis, model: "Model") -> OneWay | None:
    return None if study.book is None else one_way(model, study.book, effect=study.effect, **_reading(study))


def _reading(study: Analysis) -> dict[str, Any]:
    return {"reference": study.reference, "perspective": study.perspective, "wtp": study.wtp}


def _difference(study: Analysis, strategy: str, told: dict[str, list[str]]) -> Difference:
    pair = {"reference": study.reference, "perspective": study.perspective}
    section = "difference"
    cost = cost_breakdown(study.base, strategy, by="category", **pair)
    by_state = {"by_state", "trace"} <= set(study.base.kept)
    gain = effect_breakdown(
        study.base, strategy, reference=study.reference, effect=study.effect, by="state" if by_state else "name"
    )
    years = _tried(lambda: over_time(study.base, strategy, wtp=study.wtp, effect=study.effect, **pair), section, told)
    inputs = None
    if study.psa is not None and study.draws is not None:
        psa, draws = study.psa, study.draws
        inputs = _tried(
            lambda: contributions(psa, draws, strategy, wtp=study.wtp, effect=study.effect, **pair), section, told
        )
    label = study.base.labels[study.base.strategies.index(strategy)]
    return Difference(strategy, label, cost, gain, years if years is None or years.years.size > 1 else None, inputs)


def _ranking(study: Analysis) -> tuple[Evppi, ...]:
    if study.psa is None or study.draws is None:
        return ()
    return evppi_ranking(study.psa, study.draws, study.wtp, study.perspective, study.effect)


def _prices(study: Analysis, told: dict[str, list[str]]) -> tuple[tuple[PriceTable, ...], ...]:
    """Tables of every price parameter of which some strategy uses more than the reference, most money first."""
    grid = np.unique([*np.linspace(0, 2 * study.wtp, 21), study.wtp])
    origin = study.base.strategies.index(study.reference)
    found: list[tuple[float, tuple[PriceTable, ...]]] = []
    for price_parameter in dict.fromkeys(one.name for one in study.base.price_parameters):
        try:
            quantity, price = quantities(study.base, price_parameter, study.perspective)
        except HeconError as error:
            told.setdefault("price", []).append(f"Not shown: {error}")
            continue
        spent = ((quantity - quantity[origin]) * price)[:, 0]
        if not spent.max() > 0:
            told.setdefault("price", []).append(
                f"{_label(study, price_parameter)}: no strategy uses more of it than {study.reference}."
            )
            continue
        strategy = study.base.strategies[int(spent.argmax())]
        reading: dict[str, Any] = {"perspective": study.perspective, "effect": study.effect}
        tables = [value_based_price(study.base, price_parameter, strategy, wtp=grid, **reading)]
        if study.psa is not None:
            tables.append(
                value_based_price(
                    study.psa, price_parameter, strategy, wtp=grid, probabilities=PROBABILITIES, **reading
                )
            )
        found.append((float(spent.max()), tuple(tables)))
    told.setdefault("price", []).extend(
        f"{name}: no closed form ({why}); hecon price CASE --price {name} searches."
        for name, why in study.base.not_linear.items()
    )
    if not study.base.price_parameters and not study.base.not_linear:
        told["price"].append(
            "The settings declare no price parameters (prices that may be changed, under price parameters)."
        )
    return tuple(tables for _, tables in sorted(found, key=lambda pair: -pair[0]))


def _label(study: Analysis, name: str) -> str:
    one = study.book.parameters.get(name) if study.book else None
    return (one.label if one else "") or name


def of_model(book: "Book", model: "Model") -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The inputs that the model uses, and its choices of structure in words.

    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> of_model(book, tree)[0]
    ('c_visit',)
    """
    from hecon.evaluate.compile.check_names import unused_inputs
    from hecon.evaluate.compile.fitted_curves import with_curves
    from hecon.structure.lowering import lower

    program = lower(model, book.settings)
    idle = set(unused_inputs(with_curves(program, book), book))
    timing = book.settings.get("discount_timing", "") or str(model.discount_timing or "")
    methods = {"Discounting": f"{timing.replace('_', ' ')}; per year: {_rates(model, book)}"}
    for block in program.blocks:
        if block.clock is not None:
            way = f"cohort, by {block.states.by}" if block.states else "shares read from survival curves"
            years = block.clock.cycles / block.clock.per_year
            methods[f"Structure {block.structure}"] = f"{way}; {years:g} years in {block.clock.cycles:,} cycles"
    chosen = dict.fromkeys(str(text) for text in (book.settings.get("within_cycle"), *_within(model)) if text)
    methods["Within-cycle method"] = ", ".join(chosen)
    return tuple(name for name in book.parameters if name not in idle), tuple(methods.items())


def _rates(model: "Model", book: "Book") -> str:
    """The two discount rates as declared or as the settings say, an input with its value."""
    from hecon.structure.discounting import rates_of

    told = []
    for kind, rate in rates_of(model.discount, book.settings).items():
        one = book.parameters.get(rate) if isinstance(rate, str) else None
        told.append(f"{kind} {rate}" if one is None else f"{kind} {100 * one.value:g}% ({rate})")
    return ", ".join(told)


def _within(model: "Model") -> list[str]:
    """The within-cycle methods of the structures that the strategies lead to."""
    from hecon.structure.tree import enumerate_decisions, paths_of

    found = [getattr(model, "within_cycle", "")]
    for strategy in (one for declared in model.strategies for one in enumerate_decisions(declared)):
        found += [getattr(path.leaf.to, "within_cycle", "") for path in paths_of(strategy.to)]
    return [str(text) for text in found if text]
