"""How sure it is, for the report of a case: one input at a time, all draws, value of information, scenarios.

What was not done is said in its place.
"""

from dataclasses import replace

from hecon.analysis.voi.convergence import convergence
from hecon.analysis.voi.evppi_result import Evppi
from hecon.digits import money_text
from hecon.figures.ceac_figures import acceptability_figure, expected_loss_figure, running_figure
from hecon.figures.plane_figure import plane_figure
from hecon.figures.scenario_figure import scenario_figure
from hecon.figures.tornado_figure import tornado_figure
from hecon.figures.voi_figures import evppi_figure
from hecon.report.sections.parts import Chapter, Lines, Part, Picture, Table, Text, chapter, shows
from hecon.results.findings import Findings
from hecon.results.layouts.decision import psa_summary
from hecon.results.layouts.layout import layout
from hecon.results.layouts.value import evppi_grid

_ROWS = 20  # of a ranking


def uncertainty_sections(found: Findings) -> tuple[Chapter, Chapter, Chapter, Chapter]:
    """The sections One-way sensitivity, Probabilistic analysis, Value of information, and Scenarios.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> uncertainty_sections(Findings(study, (), None, (), (), None, (), (), {}))[3].parts
    (Text(text='No scenarios were run.', look=''),)
    """
    return _dsa(found), _psa(found), _voi(found), _scenarios(found)


def _dsa(found: Findings) -> Chapter:
    """The tornado of each comparison, its widest rows as a table, and what changes the decision by itself."""
    parts: list[Part] = [Lines(found.remarks.get("dsa", ()))]
    swings = found.swings
    if swings is None:
        return chapter("one-way", "One-way sensitivity", parts)
    names = "; ".join(map(found.label, found.deciding)) or "no input alone"
    parts.insert(0, Text(f"Deterministic, one input at a time. Within its range changes the decision: {names}."))
    for one in found.compared:
        rows = swings.of(one)
        top = "; ".join(f"{row.label} ({money_text(row.least)} to {money_text(row.most)})" for row in rows[:3])
        caption = f"Deterministic one-way sensitivity of the incremental net benefit of {one}."
        parts.append(Picture(tornado_figure(swings, one), f"Tornado of {one}; widest: {top}", caption))
        grid = layout(swings).where("strategy", one)
        title = f"Incremental net benefit of {one} at the ends of each range ({found.study.money})"
        note = f"{min(_ROWS, len(rows))} of {len(rows)} inputs with a range; all: hecon dsa {found.study.case}"
        parts.append(Table(replace(grid, title=title, rows=grid.rows[:_ROWS], note=note)))
    return chapter("one-way", "One-way sensitivity", parts)


def _psa(found: Findings) -> Chapter:
    """The plane, the acceptability curves, expected loss, and whether there are enough draws."""
    study = found.study
    if study.psa is None:
        return chapter("probabilistic", "Probabilistic analysis", [Text(f"Not run: {study.without_draws}.")])
    curves, at = study.acceptability(), study.at_threshold()
    labels, best = study.base.labels, study.base.labels[at.best[0]]
    running = convergence(study.psa, study.wtp, study.perspective, study.reference, study.effect)
    chances = ", ".join(f"{label} {at.ceac[k, 0]:.1%}" for k, label in enumerate(labels))
    sampling = "" if study.draws is None else f", {study.draws.method}, seed {study.draws.seed}"
    loss = expected_loss_figure(curves, labels, study.wtp, study.money, study.effect_word)
    parts: list[Part] = [
        Text(f"Probabilistic: {curves.draws:,} draws{sampling}."),
        Table(psa_summary(study)),
        Picture(
            plane_figure(study.base, study.psa, **study.reading),
            f"Cost-effectiveness plane against {study.reference}: draws, their mean and the base case, with the "
            f"threshold of {money_text(study.wtp)} as a line",
            "Probabilistic: incremental cost and effect of each draw shown.",
        ),
        Picture(
            acceptability_figure(curves, labels, study.wtp, study.money, study.effect_word),
            f"Cost-effectiveness acceptability curves with their frontier. At {money_text(study.wtp)}: {chances}",
            f"Probabilistic: probability of being cost-effective by threshold; {best} is best on average at the threshold.",
        ),
        Picture(
            loss,
            f"Expected loss of each strategy by threshold; the lowest is the EVPI, {money_text(at.evpi[0])} at the threshold",
            "Probabilistic: expected loss of each choice, and the value of perfect information.",
        ),
        Picture(
            running_figure(running, labels, None, study.money),
            "Running means of the incremental net benefit, with 95% bands, and of EVPI by number of draws",
            f"Probabilistic: are there enough draws? Choosing by these draws loses {running.mistake:,.1f} on average.",
        ),
    ]
    return chapter("probabilistic", "Probabilistic analysis", parts)


def _voi(found: Findings) -> Chapter:
    """EVPI, EVPPI ranked, and the study and population that the settings declare."""
    study = found.study
    parts: list[Part] = [Lines(found.remarks.get("voi", ()))]
    if study.psa is None:
        parts.append(Text(f"Not run: {study.without_draws}."))
        return chapter("information", "Value of information", parts)
    at = study.at_threshold()
    evpi, se = float(at.evpi[0]), float(at.evpi_se[0])
    words = (
        f"Probabilistic, at {money_text(study.wtp)} per {study.effect_word}: to know every input exactly would be worth"
    )
    parts.insert(
        0, Text(f"{words} {money_text(evpi)} per patient (EVPI, standard error {money_text(se)}; {study.money}).")
    )
    if found.ranking:
        told = [one for one in found.ranking if one.value is not None]
        top = "; ".join(f"{_members(found, one)} {money_text(max(one.estimate, 0.0))}" for one in told[:3])
        if not any(one.estimate > 5e-4 * evpi for one in told):
            parts.append(Text("No single input, were it known, would change which strategy is best on average."))
        names = {name: found.label(name) for one in found.ranking for name in one.parameters}
        figure = evppi_figure(found.ranking, evpi, study.money, names)
        caption = "Probabilistic: value of knowing one input exactly, the others as uncertain as they are."
        parts.append(
            Picture(figure, f"EVPPI of single inputs; highest: {top or 'none'}; EVPI {money_text(evpi)}", caption)
        )
        parts.append(_evppi_table(found, evpi))
    parts += [*map(Text, found.voi_texts), *map(Table, found.voi_grids)]
    titles = {"evsi": "value of a study by its size", "enbs": "net benefit of sampling by the study's size"}
    parts += [
        Picture(figure, titles.get(name, name).capitalize(), f"Probabilistic: {titles.get(name, name)}.")
        for name, figure in found.voi_figures.items()
    ]
    return chapter("information", "Value of information", parts)


def _scenarios(found: Findings) -> Chapter:
    """Every scenario beside the base case, deterministic and probabilistic."""
    parts: list[Part] = [Lines(found.remarks.get("scenarios", ()))]
    shown = found.scenarios
    if shown is None:
        return chapter(
            "scenarios", "Scenarios", [*parts, *([] if any(map(shows, parts)) else [Text("No scenarios were run.")])]
        )
    if shown.draws:
        words = f"Probabilistic rows rest on {shown.draws:,} draws each, seed {shown.seed}, the same for all."
        parts.append(Text(f"{words} Deterministic rows are single runs."))
    for one in found.compared:
        values = [row.inmb.mean for row in shown.rows if row.strategy == one and row.basis == "deterministic"]
        alt = f"Incremental net benefit of {one} in {len(values)} scenarios, {money_text(min(values))} to {money_text(max(values))}"
        caption = (
            f"Deterministic and probabilistic: incremental net benefit of {one} by scenario; the line is the base case."
        )
        parts.append(Picture(scenario_figure(shown, one), alt, caption))
    parts.append(Table(layout(shown)))
    return chapter("scenarios", "Scenarios", parts)


def _evppi_table(found: Findings, evpi: float) -> Table:
    """The five highest and what else is worth at least a two-thousandth of EVPI, at most 20; refused ones with why."""
    shown = [one for k, one in enumerate(found.ranking) if k < 5 or one.value is None or one.estimate > 5e-4 * evpi][
        :_ROWS
    ]
    note = f"{len(shown)} of {len(found.ranking)} uncertain inputs; all, and groups: hecon voi {found.study.case}"
    labels = {name: found.label(name) for one in shown for name in one.parameters}
    return Table(evppi_grid(shown, f"EVPPI per patient ({found.study.money})", evpi, labels=labels, note=note))


def _members(found: Findings, one: Evppi) -> str:
    return " + ".join(map(found.label, one.parameters))
