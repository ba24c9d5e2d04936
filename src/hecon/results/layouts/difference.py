"""The layouts of where a difference comes from: its parts, its years, and the inputs that make it vary."""

from hecon.analysis.cost_effectiveness.breakdown import Breakdown
from hecon.analysis.cost_effectiveness.over_time import OverTime
from hecon.analysis.cost_effectiveness.totals import effect_words
from hecon.analysis.sensitivity.contribution import Contributions
from hecon.causes import LUMP, LUMP_NOTE
from hecon.grid import DATA, ROOMY, SHEET, Cell, Column, Grid
from hecon.results.layouts.words import layout

_YEARS = (0, 1, 2, 4, 9, 19, 39)  # places of the years that are printed, and the last


@layout.register
def _(found: Breakdown) -> Grid:
    """Cost or effect by part, in the strategy, in the reference, and the difference; the total below.

    The note says that a cause of 0 may be hidden in a published lump, where there is one.
    """
    what, digits = ("cost", 0) if found.measure == "cost" else (effect_words(found.measure), 3)
    columns = (
        Column("part", f"{what} by {found.by}"), Column("strategy", found.strategy, digits),
        Column("reference", found.reference, digits), Column("difference", "difference", digits),
    )  # fmt: skip
    rows = [(one.part, one.strategy, one.reference, one.difference) for one in found.parts]
    mine, other = (sum(getattr(one, arm) for one in found.parts) for arm in ("strategy", "reference"))
    rows.append(("total", mine, other, mine - other))
    where = f" ({found.unit}), {found.perspective} perspective" if found.perspective else ""
    title = f"{what} by {found.by} of {found.strategy} against {found.reference}{where}"
    lump = found.by == "category" and any(one.part == LUMP and (one.strategy or one.reference) for one in found.parts)
    return Grid("breakdown", title, columns, tuple(rows), LUMP_NOTE if lump else "")


@layout.register
def _(found: OverTime) -> Grid:
    """Increments in each year and up to its end; the note says when the cost comes back."""
    in_year = (SHEET, DATA)
    columns = (
        Column("year", "Year", 0), Column("inc_cost", f"Inc. cost in the year ({found.unit})", 0, media=in_year),
        Column("inc_effect", "Inc. effect in the year", 3, media=in_year),
        Column("cumulative_inc_cost", "Inc. cost so far", 0), Column("cumulative_inc_effect", "Inc. effect so far", 3),
        Column("cumulative_inmb", "INMB so far", 0),
    )  # fmt: skip
    arrays = (
        found.years, found.cost, found.effect, found.cumulative_cost, found.cumulative_effect, found.cumulative_nmb,
    )  # fmt: skip
    rows = tuple(zip(*(one.tolist() for one in arrays), strict=True))
    few = tuple(sorted({k for k in (*_YEARS, len(rows) - 1) if 0 <= k < len(rows)}))
    title = f"Up to the end of each year: {found.strategy} against {found.reference}, {found.perspective} perspective"
    return Grid("over_time", title, columns, rows, found.text, few)


@layout.register
def _(found: Contributions) -> Grid:
    """The share of variance that each input explains; last, all of them in a straight line."""
    raises: dict[str | bool, str] = {True: "raises net benefit", False: "lowers net benefit"}
    columns = (
        Column("input", "Input"), Column("label", "Label", media=ROOMY), Column("share", "Share of variance (%)", 1),
        Column("raises", "More of it", words=raises, media=ROOMY),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [(row.name, row.label, 100 * row.share, row.raises) for row in found.rows]
    rows.append(("all, linear", "", 100 * found.explained, None))
    title = f"What makes the net benefit of {found.strategy} against {found.reference} vary, {found.draws:,} draws"
    return Grid("contributions", title, columns, tuple(rows))
