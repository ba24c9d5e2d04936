"""An analysis: base case and PSA of one model with all they were made of, from which every table, figure and file is made.

Its methods only look: each calls one function of hecon.analysis with the reading of the run, unless told otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hecon.analysis.cost_effectiveness.acceptability import Acceptability, acceptability, thresholds_around
from hecon.analysis.cost_effectiveness.incremental import IncrementalTable, incremental
from hecon.analysis.cost_effectiveness.net_benefit import NetBenefitTable, net_benefit
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable, pairwise
from hecon.errors import HeconError
from hecon.results.paying_methods import Paying
from hecon.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from hecon.analysis.cost_effectiveness.breakdown import Breakdown
    from hecon.analysis.cost_effectiveness.lost_work import LostWorkTable
    from hecon.analysis.cost_effectiveness.over_time import OverTime
    from hecon.analysis.sensitivity.contribution import Contributions
    from hecon.analysis.sensitivity.global_sensitivity import GlobalSensitivity
    from hecon.analysis.sensitivity.horizons import HorizonTable
    from hecon.analysis.sensitivity.one_way import OneWay
    from hecon.analysis.sensitivity.price import PriceTable
    from hecon.analysis.sensitivity.scenarios import ScenarioTable
    from hecon.analysis.sensitivity.subgroups import SubgroupTable
    from hecon.analysis.sensitivity.threshold import ThresholdTable
    from hecon.analysis.sensitivity.two_way import TwoWay
    from hecon.analysis.voi.convergence import Convergence
    from hecon.analysis.voi.evppi_result import Evppi
    from hecon.analysis.voi.evsi import EvsiCurve
    from hecon.evaluate.explaining.explain import Explanation
    from hecon.results.value import ValueOfInformation


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(Paying):
    """One run: `base` (1 draw), `psa` (n draws) or None, and the `model`, `book` and `draws` they were made of.

    `case` is the case's name and `settings` how the run is read; methods take it for what they are not told. `models` are
    the structures of the case, which scenarios may choose from. `model`, `book` and `draws` are None for results that come
    from elsewhere. `stored` holds title and fingerprint of a model that is not at hand (`load_analysis`); `texts` are the
    author's, by the key of their heading (`read_texts`). `folder` is where the model's file stands, if it has one.

    Raises:
        HeconError: a base case of several draws, a PSA of one, strategies that differ, an unknown perspective or
            reference, a threshold that is not above 0; all at once.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> one = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> one.pairwise().row("b").icer.value
    2.0
    """

    # The decision

    def incremental(self, basis: str = "deterministic", **reading: Any) -> IncrementalTable:
        """The incremental table, on the base case or on the means of the PSA (`basis="probabilistic"`)."""
        read = self.read(**reading)
        return read._once(f"incremental {basis}", lambda: incremental(self._on(basis), read.perspective, read.effect))

    def pairwise(self, basis: str = "deterministic", **reading: Any) -> PairwiseTable:
        """Every strategy against the reference, on the base case or on the means of the PSA."""
        read = self.read(**reading)
        return read._once(
            f"pairwise {basis}", lambda: pairwise(self._on(basis), read.reference, read.perspective, read.effect)
        )

    def net_benefit(self, basis: str = "deterministic", **reading: Any) -> NetBenefitTable:
        """Net monetary and health benefit of each strategy at the threshold."""
        read = self.read(**reading)
        return net_benefit(self._on(basis), read.wtp, read.perspective, read.effect)

    def acceptability(self, at: "ArrayLike | None" = None, **reading: Any) -> Acceptability:
        """Acceptability, expected loss and EVPI at the thresholds `at`; at 201 from 0 to 2.5 times `wtp` if left out."""
        read, psa = self.read(**reading), self._on("probabilistic")
        if at is not None:
            return acceptability(psa, at, read.perspective, read.effect)
        grid = thresholds_around(read.wtp)
        return read._once("acceptability", lambda: acceptability(psa, grid, read.perspective, read.effect))

    def at_threshold(self, **reading: Any) -> Acceptability:
        """The same at the threshold alone."""
        read, psa = self.read(**reading), self._on("probabilistic")
        return read._once("at threshold", lambda: acceptability(psa, read.wtp, read.perspective, read.effect))

    def convergence(self, within: float | None = None, **reading: Any) -> "Convergence":
        """Monte Carlo errors and running means; `within` is a 95% half-width wanted, in currency."""
        from hecon.analysis.voi.convergence import convergence

        read, psa = self.read(**reading), self._on("probabilistic")
        return convergence(psa, read.wtp, read.perspective, read.reference, read.effect, within=within)

    # Where the difference comes from

    def breakdown(self, by: str = "category", strategy: str = "", of: str = "cost", **reading: Any) -> "Breakdown":
        """The difference of `strategy` to the reference by part: `of` "cost" (by category, of, sector, method, payer, name or
        state) or "effect" (by category, of, name or state); of the base case.
        """
        from hecon.analysis.cost_effectiveness.breakdown import cost_breakdown, effect_breakdown

        read = self.read(**reading)
        one = read.compare(strategy)
        if of == "cost":
            return cost_breakdown(self.base, one, reference=read.reference, perspective=read.perspective, by=by)
        if of != "effect":
            raise HeconError(f"a breakdown is of cost or of effect; got '{of}'")
        return effect_breakdown(self.base, one, reference=read.reference, effect=read.effect, by=by)

    def lost_work(self, basis: str = "deterministic") -> "LostWorkTable":
        """Lost work and societal cost by each method of lost work, with and without consumption, of a model that has them."""
        from hecon.analysis.cost_effectiveness.lost_work import lost_work

        return lost_work(self._on(basis), self.reference)

    def over_time(self, strategy: str = "", **reading: Any) -> "OverTime":
        """Incremental cost, effect and net benefit year by year, of the base case."""
        from hecon.analysis.cost_effectiveness.over_time import over_time

        read = self.read(**reading)
        return over_time(self.base, read.compare(strategy), **read.reading)

    def contributions(self, strategy: str = "", **reading: Any) -> "Contributions":
        """Which inputs make the incremental net benefit vary over the draws."""
        from hecon.analysis.sensitivity.contribution import contributions

        read = self.read(**reading)
        return contributions(self._on("probabilistic"), self._draws(), read.compare(strategy), **read.reading)

    def explain(self, name: str, strategy: str = "", **where: Any) -> "Explanation":
        """A number of the model down to inputs and sources; `where` is cycle=, block=, tunnel= (see `hecon.explain`)."""
        from hecon.evaluate.explaining.explain import explain

        model, book = self.at_hand()
        return explain(model, book.base(), name, strategy=strategy or self.base.strategies[0], **where)

    # Sensitivity

    def one_way(self, names: Sequence[str] = (), **choices: Any) -> "OneWay":
        """The tornado: each input over its range; `choices` are limits=, points= and the reading."""
        from hecon.analysis.sensitivity.one_way import one_way

        (read, choices), (model, book) = self._split(choices), self.at_hand()
        return one_way(model, book, **read.reading, names=names, **choices)

    def two_way(self, x: str = "", y: str = "", **choices: Any) -> "TwoWay":
        """Which strategy is best over a grid of two inputs; `choices` are points=, x_values=, y_values= and the reading.

        An input that is not named is the next of those with the widest swings of net benefit.
        """
        from hecon.analysis.sensitivity.two_way import two_way

        (read, choices), (model, book) = self._split(choices), self.at_hand()
        if not (x and y):
            swings = sorted(read.one_way(points=2).rows, key=lambda row: (-row.width, row.name))
            rest = [name for name in dict.fromkeys(row.name for row in swings) if name not in (x, y)]
            if len(rest) < (not x) + (not y):
                raise HeconError(f"{self.case}: a two-way analysis needs two inputs with a low and a high; name them")
            x, y = x or rest[0], y or rest[0 if x else 1]
        return two_way(model, book, x, y, perspective=read.perspective, wtp=read.wtp, effect=read.effect, **choices)

    def thresholds(self, names: Sequence[str] = (), strategy: str = "", **choices: Any) -> "ThresholdTable":
        """Where each input would change the decision; `choices` are ranges=, points= and the reading."""
        from hecon.analysis.sensitivity.threshold import thresholds

        (read, choices), (model, book) = self._split(choices), self.at_hand()
        return thresholds(model, book, read.compare(strategy), **read.reading, names=names, **choices)

    def global_sensitivity(
        self, method: str = "sobol", strategy: str = "", n: int | None = None, seed: int | None = None, **reading: Any
    ) -> "GlobalSensitivity":
        """All uncertain inputs at once: Sobol indices, or morris, delta, pawn; `n` as the method takes it."""
        from hecon.analysis.sensitivity.global_sensitivity import SIZES, global_sensitivity

        read, (model, book) = self.read(**reading), self.at_hand()
        size = SIZES.get(method, 0) if n is None else n
        return global_sensitivity(
            model, book, read.compare(strategy), **read.reading, method=method, n=size, seed=self._seed(seed)
        )

    def scenarios(
        self, names: Sequence[str] = (), draws: int | None = None, seed: int | None = None, **choices: Any
    ) -> "ScenarioTable":
        """The base case and every scenario, deterministic and with as many draws as the run; `draws=0`: deterministic.

        They are sampled as the run was or, where it had no draws or draws made elsewhere, as the settings say.
        """
        from hecon.analysis.sensitivity.scenarios import scenarios

        (read, choices), (model, book) = self._split(choices), self.at_hand()
        n = draws if draws is not None else 0 if self.psa is None else int(self.psa.draw.size)
        several = model if len(self.models) < 2 else self.models
        choices = {"method": self._method(), **choices}
        return scenarios(several, book, **read.reading, draws=n, seed=self._seed(seed), names=names, **choices)

    def horizons(self, horizons: Sequence[str], **reading: Any) -> "HorizonTable":
        """The increments at other horizons in years, such as ["5", "10", "lifetime"], deterministic."""
        from hecon.analysis.sensitivity.horizons import horizons as at

        read, (model, book) = self.read(**reading), self.at_hand()
        return at(model, book, horizons, **read.reading)

    def subgroups(self, **reading: Any) -> "SubgroupTable":
        """Each subgroup that the inputs declare and all together, with the draws of the run."""
        from hecon.analysis.sensitivity.subgroups import subgroups
        from hecon.inputs.subgroups import subgroups_of

        read, (model, book) = self.read(**reading), self.at_hand()
        return subgroups(model, book, subgroups_of(book), **read.reading, draws=self.draws)

    # Value of information, price

    def voi(self, **reading: Any) -> "ValueOfInformation":
        """EVPI, and the EVPPI of every uncertain input, the highest first."""
        from hecon.results.value import value_of_information

        return value_of_information(self.read(**reading))

    def evppi(self, names: str | Sequence[str], **choices: Any) -> "Evppi":
        """The EVPPI of some inputs together; `choices` are method= and the reading."""
        from hecon.analysis.voi.evppi import evppi

        read, choices = self._split(choices)
        psa = self._on("probabilistic")
        return evppi(psa, self._draws(), names, read.wtp, read.perspective, read.effect, **choices)

    def evsi(self, study: str = "", sizes: Sequence[int] = (), **choices: Any) -> "EvsiCurve":
        """What a study would be worth by its size; the study and its largest size of the settings if left out."""
        from hecon.analysis.voi.evsi import evsi, sample_sizes

        read, choices = self._split(choices)
        settings = self.book.settings if self.book else {}
        text = study or settings.get("study", "")
        if not text:
            raise HeconError(
                "no study is declared; name one, such as study='binomial(p_response)', or set it in the settings"
            )
        largest = int(float(settings.get("study_largest", "") or 500))
        psa, draws = self._on("probabilistic"), self._draws()
        choices = {"seed": draws.seed or 0, **choices}
        return evsi(
            psa, draws, text, sizes or sample_sizes(largest), read.wtp, read.perspective, read.effect, **choices
        )

    def price(
        self, name: str = "", strategy: str = "", basis: str = "deterministic", wtp: "ArrayLike | None" = None,
        probabilities: Sequence[float] = (), **reading: Any,
    ) -> "PriceTable":  # fmt: skip
        """The price at which a strategy is just worth what it costs, in closed form; the product's price of the settings.

        `wtp` are thresholds, that of the run if left out. `strategy` is the one that uses most of it over the reference.
        """
        from hecon.analysis.sensitivity.price import value_based_price

        read = self.read(**reading)
        price_parameter = name or read.product_price()
        one = strategy or read.main_user(price_parameter)
        at = read.wtp if wtp is None else wtp
        return value_based_price(
            self._on(basis), price_parameter, one, wtp=at, perspective=read.perspective, effect=read.effect,
            probabilities=probabilities,
        )  # fmt: skip

    def product_price(self, strategy: str = "") -> str:
        """The price that the case declares to be the product's; of several, the first that a strategy of this run pays.

        `strategy` is the one that pays it; any but the reference, if left out.
        """
        settings = self.book.settings if self.book else {}
        declared = settings.get("product_price", "").split()
        if not declared:
            known = ", ".join(settings.get("price_parameters", "").split()) or "none"
            raise HeconError(
                f"{self.case} declares no product price: give the name of a price, or name it under product_price in the "
                f"settings (under price_parameters: {known})"
            )
        payers = [self.base.strategies.index(name) for name in ([strategy] if strategy else self.comparisons())]
        paid = {one.name for one in self.base.price_parameters if one.quantity[payers].any()}
        return next((name for name in declared if name in paid), declared[0])

    def main_user(self, price: str) -> str:
        """The strategy that pays a price most often over the reference, in the base case."""
        from hecon.analysis.sensitivity.price import quantities

        quantity, _ = quantities(self.base, price, self.perspective)
        return max(self.comparisons(), key=lambda name: quantity[self.base.strategies.index(name), 0])

    def _method(self) -> str:
        """How draws are sampled: as those of the run or, where it has none of its own, as the settings say."""
        from hecon.inputs.sampling import METHODS
        from hecon.results.options import method_of

        if self.draws is not None and self.draws.method in METHODS:
            return self.draws.method
        return method_of(self.book.settings if self.book else {})


def ran_with(analysis: Analysis, draws: bool = True) -> str:
    """What results were computed with, in a line: perspective, threshold, reference, draws, inputs and version.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> ran_with(Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")).rpartition(";")[0]
    'payer perspective, 10 currency units per QALY, against a; base case only'
    """
    one = analysis
    parts = [f"{one.perspective} perspective, {one.threshold}, against {one.reference}"]
    sampled = one.draws if draws else None
    if sampled is None:
        parts.append("base case only")
    else:
        seed = "" if sampled.seed is None else f", seed {sampled.seed}"
        parts.append(f"{sampled.n:,} draws, {sampled.method}{seed}")
    inputs = "" if one.input_fingerprint is None else f", inputs {one.input_fingerprint[:12]}"
    model = "" if one.program_fingerprint is None else f", model {one.program_fingerprint[:12]}"
    return "; ".join([*parts, f"hecon {VERSION}{inputs}{model}"])
