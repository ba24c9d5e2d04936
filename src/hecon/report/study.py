"""A study: one run with the settings under which it is read, from which every table, figure and file is made.

Analyses are computed when first asked for and kept, so that all reports print the same numbers.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hecon.analysis.acceptability import Acceptability, acceptability, thresholds_around
from hecon.analysis.agreement import Gap, agreement
from hecon.analysis.incremental import IncrementalTable, incremental
from hecon.analysis.pairwise import PairwiseTable, pairwise
from hecon.analysis.totals import NONE, effect_word
from hecon.digits import money_text
from hecon.errors import Fault, HeconError, raise_faults
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws


CERTAIN = "no input is uncertain, so there is no probabilistic analysis"


@dataclass(frozen=True)
class Study:
    """The base case (1 draw), the PSA (or None) and how to read them.

    `wtp` is in currency per unit of `effect`; `reference` the strategy of the pairwise comparison. `book` and `draws`
    are the inputs and the PSA's sampled parameters, None for results that come from elsewhere; `settings` are further
    words for run.json (structure, scenario). `model` is what was run, `structures` all models of its case by their names.

    Raises:
        HeconError: a base case of several draws, a PSA of one, strategies that differ, an unknown perspective or
            reference, a threshold that is not above 0.

    >>> from hecon.analysis.totals import from_totals
    >>> study = Study("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> study.pairwise.row("b").icer.value
    2.0
    """

    case: str
    base: Outcomes
    psa: Outcomes | None
    perspective: str
    wtp: float
    reference: str
    effect: str = "qaly"
    book: "Book | None" = None
    draws: "Draws | None" = None
    settings: "Mapping[str, str]" = field(default_factory=dict)
    model: Any = None
    structures: "Mapping[str, Any]" = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base.sectors(self.perspective)
        faults = []
        if self.base.draw.size != 1:
            faults.append(Fault("base", f"the base case is one draw; got {self.base.draw.size}"))
        if self.psa is not None and self.psa.draw.size < 2:
            faults.append(Fault("psa", "a probabilistic analysis needs at least 2 draws"))
        if self.psa is not None and self.psa.strategies != self.base.strategies:
            faults.append(
                Fault("psa", f"strategies {self.psa.strategies} are not the base case's {self.base.strategies}")
            )
        if self.reference not in self.base.strategies:
            known = ", ".join(self.base.strategies)
            faults.append(Fault("reference", f"'{self.reference}' is not a strategy (known: {known})"))
        if not 0 < self.wtp < float("inf"):
            faults.append(Fault("wtp", f"must be above 0; got {self.wtp}"))
        raise_faults(faults, HeconError, f"study {self.case}")

    @cached_property
    def incremental(self) -> IncrementalTable:
        """Deterministic incremental table."""
        return incremental(self.base, self.perspective, self.effect)

    @cached_property
    def incremental_probabilistic(self) -> IncrementalTable | None:
        """Incremental table on the means of the PSA, or None without one."""
        return None if self.psa is None else incremental(self.psa, self.perspective, self.effect)

    @cached_property
    def pairwise(self) -> PairwiseTable:
        """Deterministic comparisons with the reference."""
        return pairwise(self.base, self.reference, self.perspective, self.effect)

    @cached_property
    def pairwise_probabilistic(self) -> PairwiseTable | None:
        """Comparisons with the reference on the means of the PSA, or None without one."""
        return None if self.psa is None else pairwise(self.psa, self.reference, self.perspective, self.effect)

    @cached_property
    def curves(self) -> Acceptability | None:
        """Acceptability, expected loss and EVPI at 201 thresholds up to 2.5 times `wtp`, or None without a PSA."""
        if self.psa is None:
            return None
        return acceptability(self.psa, thresholds_around(self.wtp), self.perspective, self.effect)

    @cached_property
    def at_wtp(self) -> Acceptability | None:
        """The same at `wtp` alone."""
        return None if self.psa is None else acceptability(self.psa, self.wtp, self.perspective, self.effect)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Costs and effects whose probabilistic mean is over 3 standard errors from the deterministic value."""
        if self.psa is None:
            return ()
        return tuple(gap for gap in agreement(self.base, self.psa, self.perspective, self.effect) if gap.flagged)

    @cached_property
    def program_fingerprint(self) -> str | None:
        """The fingerprint of the Program that was run; None for results that come from elsewhere."""
        from hecon.formula.program_text import program_fingerprint
        from hecon.structure.lowering import lower

        if self.model is None:
            return None
        return program_fingerprint(lower(self.model, self.book.settings if self.book else None))

    @property
    def without_draws(self) -> str:
        """Why there is no probabilistic analysis; "" where there is one."""
        if self.psa is not None:
            return ""
        certain = self.book is not None and not self.book.margins.varying
        return CERTAIN if certain else "it was run without draws, so nothing here is probabilistic"

    @property
    def money(self) -> str:
        """Currency and price year as printed, such as "USD 2017"; "currency units" when the run names none."""
        return f"{self.base.currency} {self.base.price_year}".strip() or "currency units"

    @property
    def threshold(self) -> str:
        """The threshold in words, such as "30,000 EUR 2020 per QALY"; where no effect counts there is none."""
        if self.effect == NONE:
            return "cost alone"
        return f"{money_text(self.wtp)} {self.money} per {self.effect_word}"

    @property
    def effect_word(self) -> str:
        """The word for a unit of effect, such as QALY."""
        return effect_word(self.effect)


def ran_with(study: Study, draws: bool = True) -> str:
    """What results were computed with, in a line: perspective, threshold, reference, draws, inputs and version.

    >>> from hecon.analysis.totals import from_totals
    >>> study = Study("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> ran_with(study).rpartition(";")[0]
    'payer perspective, 10 currency units per QALY, against a; base case only'
    """
    from hecon.report.folder import versions

    parts = [f"{study.perspective} perspective, {study.threshold}, against {study.reference}"]
    sampled = study.draws if draws else None
    if sampled is None:
        parts.append("base case only")
    else:
        seed = "" if sampled.seed is None else f", seed {sampled.seed}"
        parts.append(f"{sampled.n:,} draws, {sampled.method}{seed}")
    inputs = "" if study.book is None else f", inputs {study.book.fingerprint()[:12]}"
    model = "" if study.program_fingerprint is None else f", model {study.program_fingerprint[:12]}"
    return "; ".join([*parts, f"hecon {versions()['hecon']}{inputs}{model}"])
