"""`hecon voi`: what more knowledge would be worth; EVPI, EVPPI ranked and by group, studies by size, their net benefit."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.asked import (
    AsJson,
    Asked,
    Name,
    NoFigures,
    Out,
    Perspective,
    Reference,
    Wtp,
    answer,
    ask,
    first_lines,
    with_draws,
)
from hecon.commands.run import CaseName, Draws, DrawsFile, Scenario, Seed, Structure
from hecon.commands.screen import waiting
from hecon.digits import money_text
from hecon.results.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hecon.analysis.voi.evppi import Evppi
    from hecon.inputs.draws import Draws as Sampled

_PRINTED = 12  # parameters in the terminal; all are in the file


def show_value_of_information(
    case: CaseName,
    group: Annotated[
        list[str] | None,
        typer.Option(metavar="'A B C'", help="Parameters valued together, or a group's name; may be repeated."),
    ] = None,
    no_groups: Annotated[bool, typer.Option("--no-groups", help="Single parameters only.")] = False,
    study: Annotated[str, typer.Option(metavar="DESIGN", help="Such as 'binomial(p_response)'.")] = "",
    largest: Annotated[int | None, typer.Option(min=5, metavar="N", help="Largest study, patients per arm.")] = None,
    method: Annotated[str, typer.Option(help="Of EVSI: regression, gaussian, moments or importance.")] = "regression",
    incidence: Annotated[float | None, typer.Option(metavar="N", help="Patients per year.")] = None,
    years: Annotated[float | None, typer.Option(metavar="T", help="Years the decision stands.")] = None,
    rate: Annotated[float | None, typer.Option(metavar="R", help="Discount rate of future patients.")] = None,
    fixed: Annotated[float | None, typer.Option(metavar="X", help="Cost of the study whatever its size.")] = None,
    per_patient: Annotated[float | None, typer.Option(metavar="X", help="Cost per patient enrolled.")] = None,
    delay: Annotated[float | None, typer.Option(metavar="T", help="Years until the study reports.")] = None,
    draws: Draws = None,
    seed: Seed = None,
    draws_file: DrawsFile = None,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Value of information per patient and for the population: EVPI, EVPPI, and, for a study declared, EVSI and ENBS."""
    import pandas as pd

    from hecon.analysis.voi.evppi import evppi_any
    from hecon.figures.voi_figures import evppi_figure, fit_figure
    from hecon.report.folder import records
    from hecon.report.study_value import StudyAsked, value_study

    options = Options(
        perspective,
        wtp,
        reference,
        draws,
        seed,
        draws_file=draws_file,
        scenario=scenario,
        structure=structure,
        as_flags=True,
    )
    asked = ask(case, options)
    analysis = asked.analysis
    sampled, psa = with_draws(analysis)
    at = analysis.at_threshold()
    evpi = float(at.evpi[0])
    reading = (analysis.wtp, analysis.perspective)
    with waiting("value of information"):
        singles = analysis.voi().rows
        named = {} if no_groups else _groups(asked, sampled, group or (), study)
        together = {
            label: evppi_any(psa, sampled, one, *reading, effect=analysis.effect) for label, one in named.items()
        }
        wanted = StudyAsked(study, largest, method, incidence, years, rate, fixed, per_patient, delay)
        valued = value_study(analysis, wanted)
    patients = (valued.result["population"] or {}).get("patients")
    rows = [_row(one, evpi, "", patients) for one in singles]
    rows += [_row(one, evpi, label, patients) for label, one in together.items()]
    frame = pd.DataFrame(rows)
    texts = [
        f"{sampled.n:,} draws, {sampled.method}; {analysis.perspective} perspective; at {analysis.per} ({analysis.money})",
        f"EVPI {money_text(evpi)} (standard error {money_text(at.evpi_se[0])}) per patient; best on average "
        f"{at.strategies[at.best[0]]}",
        first_lines(_table(singles, evpi, (), patients), _PRINTED + 1),
        *([_table(list(together.values()), evpi, list(together), patients)] if together else []),
        *valued.texts,
    ]
    names = {one.name: one.label for one in asked.book.parameters.values()}

    def figures() -> dict[str, Any]:
        by_group = {one.parameters: label for label, one in together.items()}
        drawn: dict[str, Any] = {"evppi": evppi_figure(singles, evpi, analysis.money, names)}
        fitted = [one for one in (*singles, *together.values()) if one.check.cells.x.size]
        judged = sorted(fitted, key=lambda one: (not one.check.poor, -one.estimate))
        drawn["evppi_fit"] = fit_figure(judged, analysis.base.labels, int(at.best[0]), analysis.money, names, by_group)
        if together:
            bars = sorted(together.values(), key=lambda one: -one.estimate)
            drawn["evppi_groups"] = evppi_figure(bars, evpi, analysis.money, {}, by_group)
        return {**drawn, **valued.figures(evpi)}

    result: dict[str, Any] = {
        "draws": sampled.n,
        "seed": sampled.seed,
        "best": at.strategies[at.best[0]],
        "evpi": evpi,
        "evpi_se": float(at.evpi_se[0]),
        "evppi": [row for row in records(frame) if not row["group"]],
        "groups": [row for row in records(frame) if row["group"]],
        **valued.result,
    }
    answer(
        asked, "voi", texts, {"evppi": frame, **valued.tables}, figures, result,
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("voi")(show_value_of_information)


def _groups(asked: Asked, sampled: "Sampled", given: "Sequence[str]", study: str) -> dict[str, tuple[str, ...]]:
    """Label -> parameters: those given, or else every group of the parameters sheet with two or more uncertain members that
    the model uses, and what the study measures.
    """
    from hecon.analysis.sensitivity.global_sensitivity import inputs_used
    from hecon.analysis.voi.design import design

    used = inputs_used(asked.analysis.at_hand()[0], sampled)
    declared: dict[str, tuple[str, ...]] = {}
    for name in (name for name in sampled.names if name in used):
        label = asked.book.parameters[name].group
        declared[label] = (*declared.get(label, ()), name)
    if given:
        return {text: declared.get(text) or tuple(text.split()) for text in given}
    chosen = {label: members for label, members in declared.items() if label and len(members) > 1}
    text = study or asked.book.settings.get("study", "")
    measured = tuple(name for name in design(text).names if name in sampled.names) if text else ()
    if len(measured) > 1:
        chosen[f"measured by the study: {', '.join(measured)}"] = measured
    return chosen


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
    from hecon.analysis.cost_effectiveness.plain import plain_table

    rows = []
    for k, one in enumerate(found):
        name = labels[k] if labels else " + ".join(one.parameters)
        if one.value is None:
            rows.append([name, "not estimated", "", "", "", one.remark])
        else:
            value = max(one.value, 0.0)
            share = f"{value / evpi:z.1%}" if evpi > 0 else ""
            whole = money_text(value * patients) if patients else ""
            rows.append([name, money_text(value), money_text(one.se), share, whole, one.remark])
    return plain_table(["group" if labels else "parameter", "EVPPI", "SE", "of EVPI", "population", ""], rows)
