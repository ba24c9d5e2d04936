"""`hecon price`: the price at which a strategy is worth what it costs."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hecon.commands.asked import AsJson, Name, NoFigures, Out, Perspective, Reference, Wtp, answer, ask
from hecon.commands.run import CaseName, Draws, Scenario, Seed, Structure
from hecon.digits import money_text
from hecon.results.options import Options

if TYPE_CHECKING:
    from hecon.results.analysis import Analysis

PROBABILITIES = (0.5, 0.8, 0.95)
_WIDE = 10.0  # times today's price, or the threshold where today's is 0: how far a price is searched that was given no range


def find_price(
    case: CaseName,
    price: Annotated[str, typer.Option(metavar="NAME", help="Which price; the product's if left out.")] = "",
    strategy: Annotated[str, typer.Option(metavar="NAME", help="Worth it for whom; who uses it most.")] = "",
    search: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Search these prices, by runs."),
    ] = None,
    probability: Annotated[
        list[float] | None, typer.Option(metavar="P", help="Probability of being cost-effective; may be repeated.")
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
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
    """Value-based price: base case, PSA mean and at stated probabilities; price against threshold; headroom."""
    import numpy as np
    import pandas as pd

    from hecon.analysis.cost_effectiveness.totals import effect_word
    from hecon.analysis.sensitivity.price import PriceTable
    from hecon.analysis.sensitivity.price_search import price_search
    from hecon.figures.price_figure import price_figure
    from hecon.report.folder import records

    options = Options(perspective, wtp, reference, draws, seed, scenario=scenario, structure=structure, as_flags=True)
    asked = ask(case, options)
    analysis = asked.analysis
    price = price or analysis.product_price()
    now = asked.book.parameter(price).value
    refused = analysis.base.not_linear.get(price, "")
    if refused and search is None:
        search = (0.0, _WIDE * now if now > 0 else _WIDE * analysis.wtp)
    chosen = tuple(probability) if probability else PROBABILITIES
    sampled, psa = analysis.draws, analysis.psa
    tables: list[PriceTable] = []
    if search is None:
        one = strategy or analysis.main_user(price)
        grid = np.unique([*np.linspace(0, 2 * analysis.wtp, 21), analysis.wtp])
        tables.append(analysis.price(price, one, wtp=grid))
        if psa is not None:
            tables.append(analysis.price(price, one, "probabilistic", grid, chosen))
    else:
        one = strategy or analysis.comparisons()[0]
        common: dict[str, Any] = {"perspective": analysis.perspective, "effect": analysis.effect, "wtp": analysis.wtp}
        model, _ = analysis.at_hand()
        common |= {"low": search[0], "high": search[1]}
        tables.append(price_search(model, asked.book.base(), price, one, **common))
        if sampled is not None:
            tables.append(price_search(model, sampled, price, one, probabilities=chosen, **common))
    frame = pd.concat([table.to_frame() for table in tables], ignore_index=True)
    current = tables[0].current
    texts = [
        f"{price} now {money_text(current)} ({analysis.money}), {analysis.perspective} perspective; {tables[0].method}"
    ]
    if refused:
        texts.append(f"No closed form for {price} ({refused}): searched by runs.")
    texts += [str(_at(table, analysis.wtp)) for table in tables]
    extra = _what_it_needs(analysis, price, one, current) if search is None else {}
    if extra:
        texts.append(
            f"At today's price {one} needs {extra['required_effect']:,.3f} incremental {effect_word(analysis.effect)}s against "
            f"{analysis.reference} "
            f"to be worth it; it has {extra['incremental_effect']:,.3f}.\nHeadroom per patient (value of the gain and "
            f"savings elsewhere): {money_text(extra['headroom'])}."
        )
    result = {"lever": price, "strategy": one, "against": list(tables[0].against), "current": current, **extra}
    result |= {"not_linear": refused or None, "moves_too": list(tables[0].moves_too)}
    result |= {"at_wtp": [row for row in records(frame) if row["wtp"] == analysis.wtp]}
    answer(
        asked, "price", texts, {"price": frame},
        lambda: {"price": price_figure(tables, analysis.wtp)} if search is None else {},
        {**result, "draws": 0 if sampled is None else sampled.n, "rows": records(frame)},
        name=name, out=out, as_json=as_one_json, no_figures=no_figures,
    )  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("price")(find_price)


def _at(table: Any, wtp: float) -> Any:
    """The rows of one threshold."""
    from dataclasses import replace

    return replace(table, rows=tuple(row for row in table.rows if row.wtp == wtp))


def _what_it_needs(analysis: "Analysis", lever: str, strategy: str, price: float) -> dict[str, float]:
    """Required effect at a price, and headroom: what may be spent on the product per patient."""
    from hecon.analysis.cost_effectiveness.totals import cost_and_effect
    from hecon.analysis.sensitivity.price import headroom, quantities, required_effect

    if strategy == analysis.reference:
        return {}
    me, other = (analysis.base.strategies.index(name) for name in (strategy, analysis.reference))
    cost, gain = (x[me, 0] - x[other, 0] for x in cost_and_effect(analysis.base, analysis.perspective, analysis.effect))
    quantity, now = quantities(analysis.base, lever, analysis.perspective)
    elsewhere = float(cost - now[0] * (quantity[me, 0] - quantity[other, 0]))
    needed = required_effect(
        analysis.base,
        lever,
        price,
        strategy,
        reference=analysis.reference,
        wtp=analysis.wtp,
        perspective=analysis.perspective,
    )
    return {
        "required_effect": float(needed[0]),
        "incremental_effect": float(gain),
        "headroom": headroom(float(gain), analysis.wtp, -elsewhere),
    }
