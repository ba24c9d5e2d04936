"""`hecon breakdown`: where the difference between two strategies comes from."""

from typing import Any

import typer

from hecon.commands.asked import (
    AsJson,
    Name,
    NoFigures,
    Out,
    Perspective,
    Reference,
    Strategies,
    Wtp,
    answer,
    ask,
    first_lines,
)
from hecon.commands.run import CaseName, Draws, Scenario, Seed, Structure
from hecon.results.options import Options


def break_down(
    case: CaseName,
    draws: Draws = None,
    seed: Seed = None,
    perspective: Perspective = "",
    wtp: Wtp = None,
    reference: Reference = "",
    strategy: Strategies = None,
    scenario: Scenario = "",
    structure: Structure = "",
    name: Name = "",
    out: Out = None,
    as_one_json: AsJson = False,
    no_figures: NoFigures = False,
) -> None:
    """Breakdown: incremental cost and QALYs by category, state, year; net benefit's variance by input."""
    import pandas as pd

    from hecon.figures.breakdown_figures import breakdown_figure, contribution_figure, over_time_figure
    from hecon.report.folder import records

    options = Options(perspective, wtp, reference, draws, seed, scenario=scenario, structure=structure, as_flags=True)
    asked = ask(case, options)
    analysis = asked.analysis
    compared = analysis.comparisons(strategy or ())
    texts: list[str] = []
    tables: dict[str, Any] = {}
    found: dict[str, Any] = {}
    for one in compared:
        costs = {by: analysis.breakdown(by, one) for by in ("category", "sector", "name", "state")}
        gains = {by: analysis.breakdown(by, one, "effect") for by in ("state", "name")}
        years = analysis.over_time(one)
        tables[f"parts_{one}"] = pd.concat(
            [part.to_frame() for part in (*costs.values(), *gains.values())], ignore_index=True
        )
        tables[f"years_{one}"] = years.to_frame()
        texts += [f"{one} against {analysis.reference}, {analysis.perspective} perspective ({analysis.money})"]
        texts += [str(costs["category"]), str(gains["state"]), str(years)]
        found[one] = {"cost": costs["category"], "effect": gains["state"], "years": years, "inputs": None}
        if analysis.draws is not None:
            inputs = analysis.contributions(one)
            tables[f"inputs_{one}"] = inputs.to_frame()
            texts.append(first_lines(str(inputs), 11))
            found[one]["inputs"] = inputs
    result = {
        one: {
            "parts": records(tables[f"parts_{one}"]),
            "pays_back": parts["years"].pays_back,
            "worth_from": parts["years"].worth_from,
            "text": parts["years"].text,
            "years": records(tables[f"years_{one}"]),
            "inputs": None if parts["inputs"] is None else records(tables[f"inputs_{one}"]),
        }
        for one, parts in found.items()
    }

    def figures() -> dict[str, Any]:
        drawn = {}
        for one, parts in found.items():
            drawn[f"parts_{one}"] = breakdown_figure(parts["cost"], parts["effect"])
            drawn[f"years_{one}"] = over_time_figure(parts["years"])
            if parts["inputs"] is not None:
                drawn[f"inputs_{one}"] = contribution_figure(parts["inputs"])
        return drawn

    about = {"draws": 0 if analysis.draws is None else analysis.draws.n, "comparisons": result}
    answer(
        asked, "breakdown", texts, tables, figures, about, name=name, out=out, as_json=as_one_json,
        no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("breakdown")(break_down)
