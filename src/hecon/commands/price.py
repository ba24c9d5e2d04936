"""`hecon price`: the price at which a strategy is worth what it costs."""

from dataclasses import asdict, replace
from typing import Annotated

import typer

from hecon.commands.analysis_command import Asked, analysis_command
from hecon.digits import money_text
from hecon.report.answer import Answer
from hecon.report.folder import records


@analysis_command("price", "draws", "seed")
def find_price(
    asked: Asked,
    price: Annotated[str, typer.Option(metavar="NAME", help="Price parameter; the product's price by default.")] = "",
    strategy: Annotated[
        str, typer.Option(metavar="NAME", help="Strategy to price; by default the main user of the price.")
    ] = "",
    search: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Search these prices, by runs."),
    ] = None,
    probability: Annotated[
        list[float] | None, typer.Option(metavar="P", help="Probability of being cost-effective; may be repeated.")
    ] = None,
) -> Answer:
    """Value-based price: base case, PSA mean and at stated probabilities; price against threshold; headroom."""
    import pandas as pd

    from hecon.figures.price_figure import price_figure
    from hecon.results.product_price import PROBABILITIES, ask_price

    analysis = asked.run()
    found = ask_price(analysis, price, strategy, search, tuple(probability or PROBABILITIES))
    first, needs = found.tables[0], found.needs
    texts = [
        f"{found.price} now {money_text(first.current)} ({analysis.money}), {analysis.perspective} perspective; "
        f"{first.method}"
    ]
    if found.refused:
        texts.append(f"No closed form for {found.price} ({found.refused}): searched by runs.")
    at = analysis.wtp
    texts += [str(replace(table, rows=tuple(row for row in table.rows if row.wtp == at))) for table in found.tables]
    if needs is not None:
        texts.append(
            f"At today's price {found.strategy} needs {needs.required_effect:,.3f} incremental {analysis.effect_word}s "
            f"against {analysis.reference} to be worth it; it has {needs.incremental_effect:,.3f}.\n"
            f"Headroom per patient (value of the gain and savings elsewhere): {money_text(needs.headroom)}."
        )
    frame = pd.concat([table.to_frame() for table in found.tables], ignore_index=True)
    rows = records(frame)
    result = {
        "price_parameter": found.price,
        "strategy": found.strategy,
        "against": list(first.against),
        "current": first.current,
        **({} if needs is None else asdict(needs)),
        "not_linear": found.refused or None,
        "moves_too": list(first.moves_too),
        "at_wtp": [row for row in rows if row["wtp"] == at],
        "draws": 0 if analysis.draws is None else analysis.draws.n,
        "rows": rows,
    }
    closed = search is None and not found.refused
    return Answer(
        analysis, texts, {"price": frame}, result, lambda: {"price": price_figure(found.tables, at)} if closed else {}
    )
