"""How sure it is, for the page of a case: one input at a time, all draws, value of information, scenarios.

Each takes the findings and gives a Section; what was not done is said in its place.
"""

from dataclasses import replace

from hecon.analysis.voi.convergence import convergence
from hecon.analysis.voi.evppi import Evppi
from hecon.digits import money_text
from hecon.figures.ceac_figures import expected_loss_figure, running_figure
from hecon.figures.figures import acceptability_figure, plane_figure
from hecon.figures.scenario_figure import scenario_figure
from hecon.figures.tornado_figure import tornado_figure
from hecon.figures.voi_figures import evppi_figure
from hecon.grid import Cell, Column, Grid
from hecon.report.html.parts import Section, block, listing, number, paragraph, picture, table
from hecon.results.decision_tables import psa_summary
from hecon.results.findings import Findings

_ROWS = 20  # of a ranking


def dsa_section(found: Findings) -> Section:
    """The tornado of each comparison, its widest rows as a table, and what changes the decision by itself.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> dsa_section(Findings(study, (), None, (), (), None, (), (), {})).title
    'One-way sensitivity'
    """
    parts = [listing(found.remarks.get("dsa", ()))]
    swings = found.swings
    if swings is not None:
        names = "; ".join(map(found.label, found.deciding)) or "no input alone"
        parts.insert(
            0, paragraph(f"Deterministic, one input at a time. Within its range changes the decision: {names}.")
        )
    for one in found.compared if swings is not None else ():
        rows = swings.of(one) if swings is not None else ()
        top = "; ".join(f"{row.label} ({money_text(row.least)} to {money_text(row.most)})" for row in rows[:3])
        if swings is not None:
            caption = f"Deterministic one-way sensitivity of the incremental net benefit of {one}."
            parts.append(picture(tornado_figure(swings, one), f"Tornado of {one}; widest: {top}", caption))
        columns = (
            Column("label", "Input"),
            Column("range", "Range"),
            Column("low", "At low", 0),
            Column("high", "At high", 0),
            Column("width", "Width", 0),
            Column("decision", "Decision"),
        )
        cells: list[tuple[Cell, ...]] = [
            (
                row.label,
                f"{number(row.values[0])} to {number(row.values[-1])} {row.unit}".strip(),
                float(row.outcome[0]),
                float(row.outcome[-1]),
                row.width,
                ("changes" if row.changes_decision else "") + ("" if row.monotone else " turns"),
            )
            for row in rows[:_ROWS]
        ]
        title = f"Incremental net benefit of {one} at the ends of each range ({found.study.money})"
        note = f"{min(_ROWS, len(rows))} of {len(rows)} inputs with a range; all: hecon dsa {found.study.case}"
        parts.append(table(Grid("dsa", title, columns, tuple(cells), note)))
    return Section("one-way", "One-way sensitivity", "\n".join(parts))


def psa_section(found: Findings) -> Section:
    """The plane, the acceptability curves, expected loss, and whether there are enough draws.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> psa_section(Findings(study, (), None, (), (), None, (), (), {})).body.startswith("<p>Not run")
    True
    """
    study = found.study
    if study.psa is None:
        body = paragraph(f"Not run: {study.without_draws}.")
        return Section("probabilistic", "Probabilistic analysis", body)
    curves, at = study.acceptability(), study.at_threshold()
    labels, best = study.base.labels, study.base.labels[at.best[0]]
    running = convergence(study.psa, study.wtp, study.perspective, study.reference, study.effect)
    chances = ", ".join(f"{label} {at.ceac[k, 0]:.1%}" for k, label in enumerate(labels))
    sampling = "" if study.draws is None else f", {study.draws.method}, seed {study.draws.seed}"
    loss = expected_loss_figure(curves, labels, study.wtp, study.money, study.effect_word)
    parts = [
        paragraph(f"Probabilistic: {curves.draws:,} draws{sampling}."),
        table(psa_summary(study)),
        picture(
            plane_figure(study),
            f"Cost-effectiveness plane against {study.reference}: draws, their mean and the base case, with the "
            f"threshold of {money_text(study.wtp)} as a line",
            "Probabilistic: incremental cost and effect of each draw shown.",
        ),
        picture(
            acceptability_figure(study),
            f"Cost-effectiveness acceptability curves with their frontier. At {money_text(study.wtp)}: {chances}",
            f"Probabilistic: probability of being cost-effective by threshold; {best} is best on average at the threshold.",
        ),
        picture(
            loss,
            f"Expected loss of each strategy by threshold; the lowest is the EVPI, {money_text(at.evpi[0])} at the threshold",
            "Probabilistic: expected loss of each choice, and the value of perfect information.",
        ),
        picture(
            running_figure(running, labels, None, study.money),
            "Running means of the incremental net benefit, with 95% bands, and of EVPI by number of draws",
            f"Probabilistic: are there enough draws? Choosing by these draws loses {running.mistake:,.1f} on average.",
        ),
    ]
    return Section("probabilistic", "Probabilistic analysis", "\n".join(parts))


def voi_section(found: Findings) -> Section:
    """EVPI, EVPPI ranked, and the study and population that the settings declare.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> voi_section(Findings(study, (), None, (), (), None, (), (), {})).title
    'Value of information'
    """
    study = found.study
    parts = [listing(found.remarks.get("voi", ()))]
    if study.psa is None:
        parts.append(paragraph(f"Not run: {study.without_draws}."))
        return Section("information", "Value of information", "\n".join(parts))
    at = study.at_threshold()
    evpi, se = float(at.evpi[0]), float(at.evpi_se[0])
    words = (
        f"Probabilistic, at {money_text(study.wtp)} per {study.effect_word}: to know every input exactly would be worth"
    )
    parts.insert(
        0, paragraph(f"{words} {money_text(evpi)} per patient (EVPI, standard error {money_text(se)}; {study.money}).")
    )
    if found.ranking:
        told = [one for one in found.ranking if one.value is not None]
        top = "; ".join(f"{_members(found, one)} {money_text(max(one.estimate, 0.0))}" for one in told[:3])
        if not any(one.estimate > 5e-4 * evpi for one in told):
            parts.append(paragraph("No single input, were it known, would change which strategy is best on average."))
        names = {name: found.label(name) for one in found.ranking for name in one.parameters}
        figure = evppi_figure(found.ranking, evpi, study.money, names)
        caption = "Probabilistic: value of knowing one input exactly, the others as uncertain as they are."
        parts.append(
            picture(figure, f"EVPPI of single inputs; highest: {top or 'none'}; EVPI {money_text(evpi)}", caption)
        )
        parts.append(_evppi_table(found, evpi))
    parts += [block(text) for text in found.voi_texts]
    titles = {"evsi": "value of a study by its size", "enbs": "net benefit of sampling by the study's size"}
    parts += [
        picture(figure, titles.get(name, name).capitalize(), f"Probabilistic: {titles.get(name, name)}.")
        for name, figure in found.voi_figures.items()
    ]
    return Section("information", "Value of information", "\n".join(parts))


def scenario_section(found: Findings) -> Section:
    """Every scenario beside the base case, deterministic and probabilistic.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> scenario_section(Findings(study, (), None, (), (), None, (), (), {})).body
    '<p>No scenarios were run.</p>'
    """
    parts = [listing(found.remarks.get("scenarios", ()))]
    shown = found.scenarios
    if shown is None:
        return Section("scenarios", "Scenarios", "\n".join(parts) or paragraph("No scenarios were run."))
    if shown.draws:
        words = f"Probabilistic rows rest on {shown.draws:,} draws each, seed {shown.seed}, the same for all."
        parts.append(paragraph(f"{words} Deterministic rows are single runs."))
    for one in found.compared:
        values = [row.inmb.mean for row in shown.rows if row.strategy == one and row.basis == "deterministic"]
        alt = f"Incremental net benefit of {one} in {len(values)} scenarios, {money_text(min(values))} to {money_text(max(values))}"
        caption = (
            f"Deterministic and probabilistic: incremental net benefit of {one} by scenario; the line is the base case."
        )
        parts.append(picture(scenario_figure(shown, one), alt, caption))
    columns = (
        Column("scenario", "Scenario"),
        Column("basis", "Basis"),
        Column("strategy", "Strategy"),
        Column("inc_cost", "Inc. cost", 0),
        Column("inc_effect", f"Inc. {found.study.effect_word}s", 3),
        Column("icer", "ICER", 0),
        Column("inmb", "INMB", 0),
        Column("best", "On average"),
        Column("p", "P(best)", 3),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            row.label or row.scenario,
            row.basis,
            row.strategy,
            *(replace(cell, low=None, high=None) for cell in (row.inc_cost, row.inc_effect)),
            row.icer,
            replace(row.inmb, low=None, high=None),
            "best" if row.best else "",
            row.p_best,
        )
        for row in shown.rows
    ]
    parts.append(table(Grid("scenarios", f"Scenarios ({found.study.money})", columns, tuple(cells))))
    return Section("scenarios", "Scenarios", "\n".join(parts))


def _evppi_table(found: Findings, evpi: float) -> str:
    """The five highest and what else is worth at least a two-thousandth of EVPI, at most 20; refused ones with why."""
    shown = [one for k, one in enumerate(found.ranking) if k < 5 or one.value is None or one.estimate > 5e-4 * evpi][
        :_ROWS
    ]
    rows = tuple(
        (_members(found, one), *((None, None) if one.value is None else (max(one.value, 0.0), one.se)), one.remark)
        for one in shown
    )
    columns = (Column("input", "Input"), Column("evppi", "EVPPI", 0), Column("se", "SE", 0), Column("why", "Remark"))
    note = f"{len(shown)} of {len(found.ranking)} uncertain inputs; all, and groups: hecon voi {found.study.case}"
    return table(Grid("evppi", f"EVPPI per patient ({found.study.money})", columns, rows, note))


def _members(found: Findings, one: Evppi) -> str:
    return " + ".join(map(found.label, one.parameters))
