"""The layouts of who gains: groups, the impact on the whole, and attributes of a therapy."""

from hecon.analysis.fairness.impact import QUADRANTS, GroupTable, ImpactTable, Views
from hecon.digits import money_text
from hecon.grid import DATA, ROOMY, Cell, Column, Grid
from hecon.results.fairness import AttributeTable, Fairness
from hecon.results.layouts.words import BASIS, layout, of_money

_ONLY = (DATA,)


@layout.register
def _(table: GroupTable) -> Grid:
    """A row per group, strategy and basis: who is treated, what the group gains and what it gives up."""
    columns = (
        Column("strategy", "Strategy"), BASIS, Column("group", "Group", media=_ONLY), Column("label", "Group"),
        Column("share", "Share", 3), Column("qale", "QALE", 2, media=ROOMY), Column("uptake", "Uptake", 3),
        Column("treated", "Treated", 3, media=ROOMY), Column("gross", "QALYs gained", 3, limits=True),
        Column("lost", "Given up", 3, limits=True), Column("net", "Net", 3, limits=True), Column("weight", "Weight", 3),
        Column("p_gain", "P(net > 0)", 3, media=ROOMY),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.strategy, row.basis, row.group, row.label, row.share, row.qale, row.uptake, row.treated, row.gross,
            row.lost, row.net, row.weight, row.p_gain,
        )
        for row in table.rows
    )  # fmt: skip
    title = f"Health by group against {table.reference}, {_patients(table.views)}, {table.perspective} perspective"
    return Grid("groups", title, columns, rows, " ".join((_views(table.views, table.money), *table.remarks)))


@layout.register
def _(table: ImpactTable) -> Grid:
    """A row per strategy and basis: more health, more equal health, and both together."""
    kolm = any(row.kolm is not None for row in table.rows)
    columns = (
        Column("strategy", "Strategy"), BASIS, Column("net", "Net health", 3, limits=True),
        Column("equity", "More equal", 3, limits=True), Column("ede", "Both", 3, limits=True),
        *([Column("kolm", "Both, Kolm", 3, limits=True)] if kolm else []),
        Column("slope", "Change of slope", 3, limits=True), Column("quadrant", "Quadrant"),
        *(Column(f"p_{k}", f"P({words})", 3, media=ROOMY) for k, words in enumerate(QUADRANTS.values(), 1)),
        Column("p_worth", "P(both > 0)", 3), Column("turns_at", "Turns at", 2),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            row.strategy, row.basis, row.net, row.equity, row.ede, *([row.kolm] if kolm else []), row.slope, row.quadrant,
            *(row.chances or (None,) * len(QUADRANTS)), row.p_worth, row.turns_at,
        )
        for row in table.rows
    )  # fmt: skip
    title = (
        f"Equity impact against {table.reference} (QALYs, {_patients(table.views)}), {table.perspective} perspective"
    )
    note = (
        f"{_views(table.views, table.money)} Without the decision Atkinson's index is {table.index:.4f}: for equality "
        f"{table.worth:.2f} QALYs of each life could be given up; the best-off end has {table.slope:.2f} QALYs more than the "
        "worst-off end. Turns at: the aversion at which the answer changes."
    )
    return Grid("equity_impact", title, columns, rows, note)


@layout.register
def _(table: AttributeTable) -> Grid:
    """Attributes in the order declared."""
    several = any(row.strategy for row in table.rows)
    columns = (
        *([Column("strategy", "Strategy")] if several else []), Column("attribute", "Attribute"), Column("value", "Declared"),
        Column("source", "Source"), Column("note", "Note", media=ROOMY),
    )  # fmt: skip
    rows = tuple(
        (*([row.strategy] if several else []), row.name, row.value, row.source, row.note) for row in table.rows
    )
    note = "Declared by the author of the case; nothing is computed from them."
    return Grid("attributes", "Attributes of the therapy", columns, rows, note)


@layout.register
def _(found: Fairness) -> Grid:
    """Its impact."""
    return layout(found.impact)


def _patients(views: Views) -> str:
    return f"{views.patients:,.10g} {'patient' if views.patients == 1 else 'patients'}"


def _views(views: Views, money: str) -> str:
    """How it is judged, in a sentence or two."""
    text = f"Aversion to inequality {views.aversion:g} (Atkinson), {views.aversion_source}"
    text += "" if views.kolm is None else f"; absolute aversion {views.kolm:g} (Kolm)"
    text += f". A QALY elsewhere costs {money_text(views.opportunity_cost)}{of_money(money)}."
    return text + ("" if views.people is None else f" The population has {views.people:,.10g} people.")
