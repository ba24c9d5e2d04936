"""`hecon hospital`: does the hospital lose on a case, how often, and how much cash does it carry."""

from typing import Annotated, Any

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("hospital", "draws", "seed")
def show_hospital(
    asked: Asked,
    patients: Annotated[int, typer.Option(min=1, metavar="N", help="Patients in each draw of the parameters.")] = 100,
    strategy: Annotated[
        str, typer.Option(metavar="NAME", help="Strategy whose product it is, where several have one.")
    ] = "",
) -> Answer:
    """The hospital's margin of a case and its working capital, from stay.csv; with --scheme under an agreement."""
    from hecon.figures.hospital_figures import cash_figure, margin_figure, year_figure

    analysis = asked.run(keep=("totals",))
    table = analysis.hospital(patients, strategy)
    parts: dict[str, Any] = {"hospital": table, "hospital_case": table.account, "hospital_cash": table.cash}
    parts |= {"hospital_year": table.year} if table.year.rows else {}
    frames = {name: part.to_frame() for name, part in parts.items()}
    result = {
        "strategy": table.strategy,
        "agreement": table.agreement or None,
        "patients": table.patients,
        "draws": table.draws,
        "owed_per_case_a_year": table.cash.owed.mean,
        "carriers": dict(table.carriers),
        "sentences": list(table.sentences),
        **{name: records(frame) for name, frame in frames.items()},
    }
    titles = [f"{_title(part)}\n{part}" for part in parts.values()]
    return Answer(
        analysis, [" ".join(table.sentences), *titles], frames, result,
        lambda: {
            "hospital_margin": margin_figure(table.margin, table.money),
            "hospital_cash": cash_figure(table.cash.months, table.cash.cash, table.money),
            **({"hospital_year": year_figure(table.year.rows, table.money)} if table.year.rows else {}),
        },
    )  # fmt: skip


def _title(part: object) -> str:
    from hecon.results.layouts.layout import layout

    return layout(part).title
