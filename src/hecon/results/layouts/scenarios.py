"""The layouts of other choices, patients, horizons and prices, each a table of increments or of prices."""

from hecon.analysis.sensitivity.horizons import HorizonTable
from hecon.analysis.sensitivity.price import PriceTable
from hecon.analysis.sensitivity.scenarios import ScenarioTable
from hecon.analysis.sensitivity.subgroups import SubgroupTable
from hecon.digits import money_text
from hecon.grid import DATA, PAGE, ROOMY, SHEET, TERMINAL, Cell, Column, Grid
from hecon.results.layouts.words import BASIS, BEST, at_threshold, increments, layout, of_money

_ONLY = (DATA,)
_INMB = Column("inmb", "INMB", 0, limits=True)
_TOTALS = (Column("cost", "Cost", 0, None, None, _ONLY, True), Column("effect", "Effect", 3, None, None, _ONLY, True))


@layout.register
def _(table: ScenarioTable) -> Grid:
    """A row per scenario, basis and strategy: increments over the reference that holds in it."""
    effects = {row.reading.effect for row in table.rows}
    columns = (
        Column("scenario", "Scenario"), Column("label", "Label", media=ROOMY), BASIS, Column("strategy", "Strategy"),
        Column("reference", "Against", media=_ONLY), Column("perspective", "Perspective", media=_ONLY),
        Column("wtp", "Threshold", 0, media=_ONLY), *_TOTALS, *increments(effects.pop() if len(effects) == 1 else "", limits=True),
        Column("quadrant", "Quadrant", media=_ONLY), _INMB, BEST, Column("p_best", "P(best)", 3, media=ROOMY),
    )  # fmt: skip
    rows = tuple(
        (
            row.scenario, row.label or row.scenario, row.basis, row.strategy, row.reading.reference,
            row.reading.perspective, row.reading.wtp, row.cost, row.effect, row.inc_cost, row.inc_effect, row.icer,
            row.icer.status, row.inmb, row.best, row.p_best,
        )
        for row in table.rows
    )  # fmt: skip
    drawn = f", probabilistic: {table.draws:,} draws" if table.draws else ""
    return Grid("scenarios", f"Scenarios{drawn} ({table.currency or 'currency units'})", columns, rows, table.note)


@layout.register
def _(table: SubgroupTable) -> Grid:
    """Each subgroup and all together; the note says what choosing in each is worth."""
    columns = (
        Column("subgroup", "Subgroup"), Column("label", "Label", media=ROOMY), Column("weight", "Weight", 3), BASIS,
        Column("strategy", "Strategy"), Column("reference", "Against", media=_ONLY), *_TOTALS,
        *increments(limits=True), _INMB, BEST,
    )  # fmt: skip
    rows = tuple(
        (
            row.subgroup, row.label or row.subgroup, row.weight, row.basis, row.strategy, table.reference, row.cost,
            row.effect, row.inc_cost, row.inc_effect, row.icer, row.inmb, row.best,
        )
        for row in table.rows
    )  # fmt: skip
    title = f"Subgroups against {table.reference} {at_threshold(table)}{of_money(table.currency)}"
    note = f"Choosing the best strategy in each subgroup is worth {money_text(table.value_of_choice)} per patient."
    return Grid("subgroups", title, columns, rows, note)


@layout.register
def _(table: HorizonTable) -> Grid:
    """The increments at each horizon; the note says what a horizon leaves out."""
    columns = (Column("horizon", "Horizon"), Column("strategy", "Strategy"), *increments(), _INMB)
    rows = tuple((x.horizon, x.strategy, x.inc_cost, x.inc_effect, x.icer, x.inmb) for x in table.rows)
    told = dict.fromkeys(f"Left out at {row.horizon}: {one}." for row in table.rows for one in row.left_out)
    title = f"Increments over {table.reference} by horizon, deterministic"
    return Grid("horizons", title, columns, rows, "\n".join(told))


@layout.register
def _(table: PriceTable) -> Grid:
    """The price at which the strategy is cost-effective, by basis and threshold."""
    money = of_money(table.currency)
    columns = (
        Column("price_parameter", "Price parameter", media=(PAGE, DATA)), Column("strategy", "Strategy", media=(PAGE, DATA)),
        Column("against", "Against", media=(DATA,)), BASIS, Column("wtp", "Threshold", 0, media=(TERMINAL, SHEET, DATA)),
        Column("price", f"Price{money}", 0, media=(SHEET, DATA)), Column("floor", "Lowest price", 0, media=(DATA,)),
        Column("text", "Cost-effective"),
        Column("current", f"Now{money}", 0, media=(PAGE, DATA)), Column("change", "Change", -3, media=(DATA,)),
        Column("crossings", "Crossings", 0, media=(DATA,)), Column("method", "Method", media=(DATA,)),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            table.price_parameter, table.strategy, " ".join(table.against), row.basis, row.wtp, row.price, row.floor, row.text,
            table.current, None if row.price is None or table.current == 0 else row.price / table.current - 1,
            row.crossings, table.method,
        )
        for row in table.rows
    )  # fmt: skip
    title = (
        f"Price of {table.price_parameter} at which {table.strategy} is cost-effective, {table.perspective} perspective"
    )
    return Grid("price", title, columns, rows, table.note)
