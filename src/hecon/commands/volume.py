"""`hecon volume`: tiers, a cap with clawback and a subscription, for N patients a year."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("volume", "draws", "seed")
def show_volume(
    asked: Asked,
    patients: Annotated[
        list[float] | None, typer.Option(metavar="N", help="Patients intended a year; may be repeated.")
    ] = None,
    strategy: Annotated[
        str, typer.Option(metavar="NAME", help="Strategy whose product it is, where several have one.")
    ] = "",
) -> Answer:
    """Payment by volume as volume.csv declares it: payment, equivalent rebate and ICER by the number of patients."""
    from hecon.figures.hospital_figures import volume_figure
    from hecon.results.layouts.layout import layout
    from hecon.results.volume import PATIENTS

    analysis = asked.run(keep=("totals",))
    table = analysis.volume(patients or PATIENTS, strategy)
    frame = table.to_frame()
    texts = [f"{layout(table).title}\n{table}", *([" ".join(table.sentences)] if table.sentences else [])]
    result = {
        "strategy": table.strategy,
        "draws": table.draws,
        "worth_from": table.worth_from,
        "cliffs": [vars(one) for one in table.cliffs],
        "sentences": list(table.sentences),
        "rows": records(frame),
    }
    return Answer(
        analysis, texts, {"volume": frame}, result, lambda: {"volume": volume_figure(table.rows, table.money)}
    )
