"""`hecon scenarios`: every scenario of a case, deterministic and probabilistic."""

from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.errors import InputError
from hecon.report.answer import Answer
from hecon.report.folder import records
from hecon.results.options import complete, sampling_of


@analysis_command("scenarios", "draws", "seed", scenario=False)
def run_scenarios(
    asked: Asked,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only this scenario; may be repeated.")
    ] = None,
) -> Answer:
    """Scenarios: the base case and every scenario, deterministic and with the draws of the settings."""
    from hecon.figures.scenario_figure import scenario_figure

    analysis, book = asked.run(keep=("totals",), draws=0), asked.case.book
    if not book.scenarios:
        raise InputError(f"{book.case} declares no scenarios; write them in scenarios.csv")
    compared = analysis.comparisons()
    sample = sampling_of(book, complete(book, asked.options))
    n, chosen, method = sample or (0, asked.options.seed or 1, "independent")
    table = analysis.scenarios(only or (), n, chosen, method=method)
    frame = table.to_frame()
    head = f"Against {analysis.reference}, {analysis.perspective} perspective, {analysis.per} ({analysis.money})"
    head += f"; prob: {n:,} draws, {method}, seed {chosen}" if n else ""
    return Answer(
        analysis, [f"{head}\n{table}"], {"scenarios": frame},
        {"draws": n, "seed": chosen if n else None, "sampling": method if n else None, "left_out": table.left_out,
         "rows": records(frame)},
        lambda: {f"scenarios_{one}": scenario_figure(table, one) for one in compared},
    )  # fmt: skip
