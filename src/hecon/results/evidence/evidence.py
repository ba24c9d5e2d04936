"""Each published figure beside ours: base cases are run, one per structure and scenario that the figures name.

`within` is None where a figure is no target.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.analysis.cost_effectiveness.icer import icer
from hecon.analysis.cost_effectiveness.totals import EFFECT_WORDS
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.outcomes import Outcomes
from hecon.results.evidence.published import RATIOS, REPORT, Published

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis
    from hecon.results.case import Case


@dataclass(frozen=True)
class Evidence:
    """One published figure beside ours: `ours` is None without a counterpart, or where our ICER is no number (`words`)."""

    published: Published
    ours: float | None
    words: str = ""

    @property
    def difference(self) -> float | None:
        """Ours minus the published figure; from the nearer end of a range, 0 inside it; None without two numbers.

        >>> Evidence(Published("a", "QALYs", 1.0, 1.5), 1.75).difference
        0.25
        """
        low, high = self.published.low, self.published.high
        if self.ours is None or low is None or high is None:
            return None
        return min(self.ours - low, 0.0) or max(self.ours - high, 0.0)

    @property
    def relative(self) -> float | None:
        """The difference as a share of the published figure, of a range's nearer end; None where that is 0."""
        difference, low, high = self.difference, self.published.low, self.published.high
        if difference is None or low is None or high is None:
            return None
        end = low if difference < 0 else high
        return difference / abs(end) if end else None

    @property
    def within(self) -> bool | None:
        """Whether ours is within the tolerance; None where the figure is no target.

        >>> from hecon.results.evidence.published import Tolerance
        >>> near = Published("a", "QALYs", 2.0, 2.0, tolerance=Tolerance(0.1, True))
        >>> Evidence(near, 2.1).within, Evidence(near, 2.3).within, Evidence(Published("b", "QALYs", 2.0, 2.0), 2.3).within
        (True, False, None)
        """
        tolerance = self.published.tolerance
        if tolerance is None:
            return None
        if self.published.word:
            return self.published.word == self.words
        if self.difference is None:
            return False
        if not tolerance.relative:
            return abs(self.difference) <= tolerance.size
        return self.relative is not None and abs(self.relative) <= tolerance.size


def evidence(case: "Case", published: Sequence[Published]) -> tuple[Evidence, ...]:
    """The published figures of a case, each beside ours, in their order; deterministic, per patient, in the case's money.

    Raises:
        InputError: a structure, scenario, strategy, perspective or report that the case does not have, all with their cells.
        HeconError: what running raises.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> case = open_case(*one_visit())
    >>> case.run(draws=0, perspective="payer", wtp=1.0, effect="none").base.strategies
    ('a',)
    >>> visit = Published("visit", "cost of the visit", 90.0, 90.0, strategy="a", outcome="cost", perspective="payer")
    >>> evidence(case, [visit])[0].ours
    100.0
    """
    faults: list[Fault] = []
    runs: dict[tuple[str, str], Analysis | None] = {}
    rows = []
    for one in published:
        where = (one.structure, one.scenario)
        if one.outcome and where not in runs:
            runs[where] = _run(case, one, faults)
        analysis = runs.get(where) if one.outcome else None
        rows.append(Evidence(one, None) if analysis is None else _beside(one, analysis, faults))
    raise_faults(faults, InputError, f"{case.name}, published figures")
    return tuple(rows)


def _run(case: "Case", one: Published, faults: list[Fault]) -> "Analysis | None":
    """The base case of a structure and scenario; what the case does not have is a fault."""
    structures = [name for name in case.models if name]
    if one.structure and one.structure not in structures:
        known = ", ".join(structures) or "it has one"
        faults.append(
            Fault(
                one.place("structure"),
                f"there is no structure '{one.structure}'{nearest(one.structure, structures)} (known: {known})",
            )
        )
        return None
    if one.scenario and one.scenario not in case.book.scenarios:
        text = f"there is no scenario '{one.scenario}'{nearest(one.scenario, case.book.scenarios)}"
        faults.append(Fault(one.place("scenario"), text))
        return None
    settings = case.settings
    return case.run(
        draws=0, structure=one.structure, scenario=one.scenario, keep=("totals",),
        perspective=settings.get("perspective") or "payer", wtp=None if settings.get("threshold") else 1.0,
    )  # fmt: skip


def _beside(one: Published, analysis: "Analysis", faults: list[Fault]) -> Evidence:
    outcomes = analysis.base
    wrong = [arm for arm in _arms(one) if arm not in outcomes.strategies]
    for arm in wrong:
        known = ", ".join(outcomes.strategies)
        text = f"'{arm}' is not a known strategy{nearest(arm, outcomes.strategies)} (known: {known})"
        faults.append(Fault(one.place("strategy"), text))
    perspective = one.perspective or analysis.perspective
    if perspective not in outcomes.perspectives:
        known = ", ".join(outcomes.perspectives)
        text = f"unknown perspective '{perspective}'{nearest(perspective, outcomes.perspectives)} (known: {known})"
        faults.append(Fault(one.place("perspective"), text))
        return Evidence(one, None)
    if wrong:
        return Evidence(one, None)
    if one.outcome.startswith(REPORT):
        return _report(one, outcomes, faults)
    if one.outcome in RATIOS:
        return _ratio(one, outcomes, perspective)
    first, *rest = (_total(outcomes, arm, one.outcome, perspective, analysis.wtp) for arm in _arms(one))
    return Evidence(one, first - sum(rest))


def _report(one: Published, outcomes: Outcomes, faults: list[Fault]) -> Evidence:
    name = one.outcome.removeprefix(REPORT).strip()
    reports = {(arm, what): x for (arm, what), x in outcomes.kept["reports"].items() if x.ndim == 1}
    missing = [arm for arm in _arms(one) if (arm, name) not in reports]
    if missing:
        names = dict.fromkeys(what for _, what in reports)
        text = f"{missing[0]} has no report '{name}'{nearest(name, names)} (known: {', '.join(names) or 'none'})"
        faults.append(Fault(one.place("outcome"), text))
        return Evidence(one, None)
    first, *rest = (float(reports[arm, name][0]) for arm in _arms(one))
    return Evidence(one, first - sum(rest))


def _arms(one: Published) -> list[str]:
    return [arm for arm in (one.strategy, one.against) if arm]


def _ratio(one: Published, outcomes: Outcomes, perspective: str) -> Evidence:
    kind = RATIOS[one.outcome]
    more, gain = (
        _total(outcomes, one.strategy, what, perspective) - _total(outcomes, one.against, what, perspective)
        for what in ("cost", kind)
    )
    found = icer(more, gain, EFFECT_WORDS[kind], abs(_total(outcomes, one.strategy, kind, perspective)))
    ours = found.value if found.status == "NE" else None
    return Evidence(one, ours, "" if ours is not None else found.text)


def _total(outcomes: Outcomes, strategy: str, kind: str, perspective: str, wtp: float = 0.0) -> float:
    """Cost, an effect, or net monetary benefit of a strategy."""
    row = outcomes.strategies.index(strategy)
    cost = float(outcomes.cost(perspective)[row, 0])
    if kind == "cost":
        return cost
    if kind == "nmb":
        return wtp * float(outcomes.effect("qaly")[row, 0]) - cost
    return float(outcomes.effect(kind)[row, 0])
