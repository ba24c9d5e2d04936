"""`hecon fairness`: who gains by a decision, who gives up health for it, and what inequality makes of both."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.commands.screen import waiting
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("fairness", "draws", "seed", "draws_file")
def show_fairness(
    asked: Asked,
    aversion: Annotated[
        float | None,
        typer.Option(metavar="E", help="Aversion to inequality (Atkinson); that of the settings if left out."),
    ] = None,
    opportunity_cost: Annotated[
        float | None, typer.Option(metavar="K", help="Currency per QALY elsewhere; the threshold if left out.")
    ] = None,
    kolm: Annotated[float | None, typer.Option(metavar="A", help="Absolute aversion (Kolm), shown beside.")] = None,
    patients: Annotated[float, typer.Option(metavar="N", help="Patients who face the decision.")] = 1.0,
    people: Annotated[
        float | None, typer.Option(metavar="N", help="People over whom the effects are spread; many if left out.")
    ] = None,
) -> Answer:
    """Health by group as groups.csv declares them, the equity-impact plane, and the therapy's declared attributes."""
    from hecon.figures.equity_figure import equity_figure

    analysis = asked.run(keep=("totals",))
    with waiting("fairness"):
        found = analysis.fairness(aversion, opportunity_cost, kolm=kolm, patients=patients, people=people)
    tables = {"groups": found.groups.to_frame(), "equity_impact": found.impact.to_frame()}
    texts = [*(f"{one}" for one in (found.groups, found.impact)), *found.sentences]
    if found.attributes.rows:
        tables["attributes"] = found.attributes.to_frame()
        texts.append(f"Attributes of the therapy\n{found.attributes}")
    views = found.impact.views
    told = {
        "aversion": views.aversion, "aversion_source": views.aversion_source, "opportunity_cost": views.opportunity_cost,
        "kolm": views.kolm, "patients": views.patients, "people": views.people, "draws": found.impact.draws,
        "sentences": list(found.sentences), "remarks": list(found.groups.remarks),
    }  # fmt: skip
    return Answer(
        analysis, texts, tables, {**told, **{name: records(frame) for name, frame in tables.items()}},
        lambda: {"equity_impact": equity_figure(found.impact)},
    )  # fmt: skip
