"""What knowing more is worth, as one answer: EVPI, EVPPI of single inputs and of groups, and what a study is worth."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hecon.digits import money_text
from hecon.grid import plain_text
from hecon.progress import tracked
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records
from hecon.report.study_value import StudyAsked, value_study
from hecon.results.analysis import Analysis
from hecon.results.layouts.value import evppi_grid
from hecon.results.value import with_draws

if TYPE_CHECKING:
    from hecon.analysis.voi.evppi_result import Evppi

_PRINTED = 12  # parameters in the terminal; all are in the file


def information_value(
    analysis: Analysis, groups: Mapping[str, Sequence[str]] | None = None, study: StudyAsked | None = None
) -> Answer:
    """Value information per patient and for the population; `groups` are label -> parameters that are valued together.

    Raises:
        HeconError: an analysis without draws; as `value_study`.

    >>> import numpy as np
    >>> from hecon import Parameter, make_book
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> book = make_book("demo", [Parameter(name="fee", value=0.0, distribution="uniform", par1=-10, par2=10)])
    >>> draws = book.sample(500, seed=1, method="latin hypercube")
    >>> psa = from_totals(("a", "b"), [0 * draws["fee"], draws["fee"]], np.zeros((2, 500)))
    >>> base = from_totals(("a", "b"), [[0.0], [0.0]], [[0.0], [0.0]])
    >>> found = information_value(Analysis.of_outcomes("demo", base, psa, "payer", 1.0, "a", book=book, draws=draws))
    >>> round(found.result["evpi"], 1)  # E[max(0, -fee)] = 10 / 4
    2.5
    """
    import pandas as pd

    from hecon.analysis.voi.evppi import evppi_any

    sampled, psa = with_draws(analysis)
    at = analysis.at_threshold()
    evpi = float(at.evpi[0])
    singles = analysis.voi().rows
    together = {
        label: evppi_any(psa, sampled, names, analysis.wtp, analysis.perspective, effect=analysis.effect)
        for label, names in tracked((groups or {}).items(), "Groups of inputs")
    }
    valued = value_study(analysis, study)
    patients = valued.patients
    rows = [_row(one, evpi, "", patients) for one in singles]
    rows += [_row(one, evpi, label, patients) for label, one in together.items()]
    frame = pd.DataFrame(rows)
    best = at.strategies[at.best[0]]
    texts = [
        f"{sampled.n:,} draws, {sampled.method}; {analysis.perspective} perspective; at {analysis.per} ({analysis.money})",
        f"EVPI {money_text(evpi)} (standard error {money_text(at.evpi_se[0])}) per patient; best on average {best}",
        first_lines(_table(singles, evpi, (), patients), _PRINTED + 1),
        *([_table(list(together.values()), evpi, list(together), patients)] if together else []),
        *valued.texts,
    ]
    result: dict[str, Any] = {
        "draws": sampled.n,
        "seed": sampled.seed,
        "best": best,
        "evpi": evpi,
        "evpi_se": float(at.evpi_se[0]),
        "evppi": [row for row in records(frame) if not row["group"]],
        "groups": [row for row in records(frame) if row["group"]],
        **valued.result,
    }

    def figures() -> dict[str, Any]:
        drawn = _figures(analysis, evpi, singles, together, int(at.best[0]))
        return {**drawn, **valued.figures(evpi)}

    return Answer(analysis, texts, {"evppi": frame, **valued.tables}, result, figures)


def _figures(
    analysis: Analysis, evpi: float, singles: "Sequence[Evppi]", together: "Mapping[str, Evppi]", best: int
) -> dict[str, Any]:
    """The ranking, the fits that it rests on, poor ones first, and the groups."""
    from hecon.figures.voi_figures import evppi_figure, fit_figure

    names = {one.name: one.label for one in analysis.book.parameters.values()} if analysis.book else {}
    by_group = {one.parameters: label for label, one in together.items()}
    drawn: dict[str, Any] = {"evppi": evppi_figure(singles, evpi, analysis.money, names)}
    fitted = [one for one in (*singles, *together.values()) if one.check.cells.x.size]
    judged = sorted(fitted, key=lambda one: (not one.check.poor, -one.estimate))
    drawn["evppi_fit"] = fit_figure(judged, analysis.base.labels, best, analysis.money, names, by_group)
    if together:
        bars = sorted(together.values(), key=lambda one: -one.estimate)
        drawn["evppi_groups"] = evppi_figure(bars, evpi, analysis.money, {}, by_group)
    return drawn


def _row(one: "Evppi", evpi: float, label: str, patients: float | None) -> dict[str, Any]:
    return {
        "group": label,
        "parameters": " ".join(one.parameters),
        "evppi": one.value,
        "se": None if one.value is None else one.se,
        "share_of_evpi": one.value / evpi if one.value is not None and evpi > 0 else None,
        "population_evppi": one.value * patients if one.value is not None and patients else None,
        "correction": one.correction,
        "basis": one.check.basis,
        "explained": max(one.check.explained, default=None),
        "missed": max(one.check.missed, default=None),
        "refused": one.check.poor,
        "remark": one.remark,
    }


def _table(found: "Sequence[Evppi]", evpi: float, labels: "Sequence[str]", patients: float | None) -> str:
    return plain_text(evppi_grid(found, "EVPPI per patient", evpi, groups=labels, patients=patients))
