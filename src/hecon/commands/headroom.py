"""`hecon headroom`: of products of which little is known, the effect they would need and the price at which they are worth it."""

from typing import Annotated

import typer

from hecon.cases import find_case, open_case
from hecon.commands.options import AsJson
from hecon.commands.screen import print_json, results


def show_headroom(
    rows: Annotated[
        list[str] | None, typer.Argument(metavar="[ROW]...", help="Rows; all in one table by default.")
    ] = None,
    case: Annotated[str, typer.Option(metavar="CASE", help="The case whose rows.csv holds them.")] = "headroom",
    as_one_json: AsJson = False,
) -> None:
    """Headroom: what would have to be true of a product, the price it is worth by effect, and what making it costs."""
    from hecon.grid import rich_table, to_frame
    from hecon.report.folder import records
    from hecon.results.headroom.grids import facts, overview, prices_by_effect
    from hecon.results.headroom.headroom import headroom_rows

    files = find_case(case)
    found = headroom_rows(open_case(files), files.model.parent, rows or ())
    if as_one_json:
        grids = [overview(found), *(grid for one in found for grid in (prices_by_effect(one), facts(one)))]
        print_json({grid.name: records(to_frame(grid)) for grid in grids})
        return
    results().print(rich_table(overview(found)))
    for one in found if rows else ():
        row = one.row
        about = (
            f"{row.label}\nPopulation: {row.population}\nGiven today: {row.comparator}"
            f"{f' (modelled in full: {row.case})' if row.case else ''}"
            f"\nKnown: {row.known}\nWhat would have to be true: {row.needed}\n"
        )
        results().print(about, soft_wrap=True)
        results().print(rich_table(prices_by_effect(one)))
        results().print(f"Even as a gift it needs {row.effect} {one.words(one.as_gift)}.", soft_wrap=True)
        for what, needed, chance in zip(
            ("stated price", "cost of making"), (one.at_price, one.at_cost), one.chances, strict=True
        ):
            if needed is not None:
                share = f"{chance:.0%} of a prior centred at no effect"
                results().print(
                    f"At the {what} {needed.price:,.0f}: {one.row.effect} {one.words(needed)}; {share}.", soft_wrap=True
                )
        results().print(rich_table(facts(one)))
