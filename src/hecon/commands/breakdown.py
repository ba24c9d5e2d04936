"""`hecon breakdown`: where the difference between two strategies comes from."""

from typing import Any

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.report.answer import Answer, first_lines
from hecon.report.folder import records


@analysis_command("breakdown", "draws", "seed", comparisons=True)
def break_down(asked: Asked) -> Answer:
    """Breakdown: incremental cost and QALYs by category, state, year; net benefit's variance by input."""
    import pandas as pd

    from hecon.figures.breakdown_figures import breakdown_figure, contribution_figure, over_time_figure

    analysis = asked.run()
    texts: list[str] = []
    tables: dict[str, Any] = {}
    result: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    for one in analysis.comparisons(asked.comparisons):
        costs = {by: analysis.breakdown(by, one) for by in ("category", "sector", "name", "state")}
        gains = {by: analysis.breakdown(by, one, "effect") for by in ("state", "name")}
        years = analysis.over_time(one)
        inputs = None if analysis.draws is None else analysis.contributions(one)
        tables[f"parts_{one}"] = pd.concat(
            [part.to_frame() for part in (*costs.values(), *gains.values())], ignore_index=True
        )
        tables[f"years_{one}"] = years.to_frame()
        texts += [f"{one} against {analysis.reference}, {analysis.perspective} perspective ({analysis.money})"]
        texts += [str(costs["category"]), str(gains["state"]), str(years)]
        figures[f"parts_{one}"] = breakdown_figure, costs["category"], gains["state"]
        figures[f"years_{one}"] = over_time_figure, years
        if inputs is not None:
            tables[f"inputs_{one}"] = inputs.to_frame()
            texts.append(first_lines(str(inputs), 11))
            figures[f"inputs_{one}"] = contribution_figure, inputs
        result[one] = {
            "parts": records(tables[f"parts_{one}"]),
            "pays_back": years.pays_back,
            "worth_from": years.worth_from,
            "text": years.text,
            "years": records(tables[f"years_{one}"]),
            "inputs": None if inputs is None else records(tables[f"inputs_{one}"]),
        }
    about = {"draws": 0 if analysis.draws is None else analysis.draws.n, "comparisons": result}
    return Answer(
        analysis, texts, tables, about, lambda: {name: draw(*parts) for name, (draw, *parts) in figures.items()}
    )
