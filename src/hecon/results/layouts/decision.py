"""The layouts of what a decision rests on: increments along the frontier and in pairs, net benefit, acceptability."""

from dataclasses import replace

from hecon.analysis.cost_effectiveness.acceptability import Acceptability
from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.net_benefit import NetBenefitTable
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.analysis.cost_effectiveness.totals import effect_word, effect_words
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.analysis import Analysis
from hecon.results.layouts.arranged import stacked
from hecon.results.layouts.words import (
    BASIS,
    BEST,
    STATUS,
    at_threshold,
    best_of,
    increments,
    layout,
    of_money,
    thinned,
)

_SHOWN = 50  # thresholds of a sweep that are printed


@layout.register
def incremental_grid(table: IncrementalTable) -> Grid:
    """Strategies by rising cost, each on the frontier over the one before it.

    >>> from hecon.analysis.cost_effectiveness.incremental import incremental
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> grid = incremental_grid(incremental(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "payer"))
    >>> grid.title, [column.heading for column in grid.columns][:3]
    ('Incremental analysis, payer perspective, deterministic', ['Strategy', 'Cost', 'QALYs'])
    """
    money = f"{table.currency} {table.price_year}".strip()
    columns = (
        Column("strategy", "Strategy"), Column("cost", f"Cost{of_money(money)}", 0),
        Column("effect", effect_words(table.effect), 3), *increments(table.effect),
        Column("status", "Status", words=STATUS),
    )  # fmt: skip
    rows = tuple(
        (row.strategy, row.cost, row.effect, row.inc_cost, row.inc_effect, row.icer, row.status) for row in table.rows
    )
    title = f"Incremental analysis, {table.perspective} perspective, {_basis(table)}"
    note = "Increments and ICER are over the strategy above that is on the frontier." if len(rows) > 2 else ""
    return Grid("incremental", title, columns, rows, note)


@layout.register
def pairwise_grid(table: PairwiseTable) -> Grid:
    """Every strategy against the reference.

    >>> from hecon.analysis.cost_effectiveness.pairwise import pairwise
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> grid = pairwise_grid(pairwise(from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), "a", "payer"))
    >>> [(row[0], row[1], str(row[4]), row[5]) for row in grid.rows]
    [('b', 'a', '2', 'NE')]
    """
    columns = (
        Column("strategy", "Strategy"), Column("reference", "Against"),
        *increments(table.effect, f"{table.currency} {table.price_year}".strip()), Column("quadrant", "Quadrant"),
    )  # fmt: skip
    rows = tuple(
        (row.strategy, table.reference, row.inc_cost, row.inc_effect, row.icer, row.icer.status) for row in table.rows
    )
    title = f"Against {table.reference}, {table.perspective} perspective, {_basis(table)}"
    return Grid("pairwise", title, columns, rows)


@layout.register
def incremental_by_basis(analysis: Analysis) -> Grid:
    """The incremental tables, deterministic and probabilistic, in one.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [(row[1], str(row[6]), row[7]) for row in incremental_by_basis(study).rows]
    [('a', 'reference', 'ND'), ('b', '2', 'ND')]
    """
    return _by_basis({basis: incremental_grid(analysis.incremental(basis)) for basis in analysis.bases})


def pairwise_by_basis(analysis: Analysis) -> Grid:
    """The pairwise tables, deterministic and probabilistic, in one.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> pairwise_by_basis(study).title
    'Against a, payer perspective'
    """
    return _by_basis({basis: pairwise_grid(analysis.pairwise(basis)) for basis in analysis.bases})


@layout.register
def _(table: NetBenefitTable) -> Grid:
    """Net monetary and health benefit of every strategy, and which is best."""
    columns = (Column("strategy", "Strategy"), Column("nmb", "NMB", 0), Column("nhb", "NHB", 3), BEST)
    rows = tuple((row.strategy, row.nmb, row.nhb, best_of(row.best)) for row in table.rows)
    title = f"Net benefit {at_threshold(table)}, {table.perspective} perspective"
    return Grid("net_benefit", title, columns, rows)


@layout.register
def _(curves: Acceptability) -> Grid:
    """A row per threshold: the best strategy, each one's share of draws, EVPI."""
    columns = (
        Column("wtp", "wtp", 0), Column("best", "Best on average"),
        *(Column(f"p_{name}", f"P({name})", 3) for name in curves.strategies), Column("evpi", "EVPI", 0),
        Column("evpi_se", "SE", 0),
    )  # fmt: skip
    values = (curves.wtp, curves.best, curves.ceac.T, curves.evpi, curves.evpi_se)
    rows = tuple(
        (wtp, curves.strategies[best], *shares, evpi, se)
        for wtp, best, shares, evpi, se in zip(*(one.tolist() for one in values), strict=True)
    )
    few = thinned(len(rows), _SHOWN)
    note = f"every {few[1]}th of {len(rows)} thresholds" if few else ""
    return Grid("acceptability", f"Acceptability and EVPI, {curves.draws:,} draws", columns, rows, note, few)


def loss_grid(curves: Acceptability, money: str = "") -> Grid:
    """At the first threshold: each strategy's probability of being best and its expected loss, with their errors.

    >>> from hecon.analysis.cost_effectiveness.acceptability import acceptability
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> psa = from_totals(("care", "drug"), [[0.0, 0.0], [50.0, 50.0]], [[0.0, 0.0], [0.0, 1.0]])
    >>> loss_grid(acceptability(psa, 200, "payer")).column("probability_best")
    [0.5, 0.5]
    """
    columns = (
        Column("strategy", "Strategy"), Column("probability_best", "P(best)", 3), Column("probability_se", "SE of P(best)", 3),
        Column("expected_loss", f"Expected loss{of_money(money)}", 0), Column("loss_se", "SE of the loss", 0),
    )  # fmt: skip
    found = (curves.ceac, curves.ceac_se, curves.elc, curves.elc_se)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(float(one[k, 0]) for one in found)) for k, name in enumerate(curves.strategies)
    )
    return Grid("loss", f"At {money_text(float(curves.wtp[0]))}", columns, rows)


def psa_summary(analysis: Analysis) -> Grid:
    """At the run's threshold: net benefit, probability of being best, expected loss; the note has EVPI and gaps.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> psa = from_totals(("a", "b"), [[1.0, 1.0], [3.0, 3.0]], [[1.0, 1.0], [2.0, 2.0]])
    >>> psa_summary(Analysis.of_outcomes("demo", base, psa, "payer", 10.0, "a")).rows[1][3:]
    (1.0, 0.0, 0.0, 'best')
    """
    title = f"Probabilistic summary at {analysis.threshold}, {analysis.perspective} perspective"
    words = effect_word(analysis.effect)
    if analysis.psa is None:
        return Grid("psa_summary", title, (Column("strategy", "Strategy"),), (), analysis.without_draws)
    curves = analysis.at_threshold()
    loss, net = loss_grid(curves, analysis.money), analysis.net_benefit("probabilistic")
    columns = (
        loss.columns[0], Column("nmb", f"NMB{of_money(analysis.money)}", 0), Column("nhb", f"NHB ({words}s)", 3),
        *loss.columns[1:4], BEST,
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (row.strategy, row.nmb, row.nhb, *cells[1:4], best_of(k == curves.best[0]))
        for k, (row, cells) in enumerate(zip(net.rows, loss.rows, strict=True))
    )
    value = f"EVPI {money_text(curves.evpi[0])} (standard error {money_text(curves.evpi_se[0])}) per patient"
    notes = [f"{curves.draws:,} draws; {value}"]
    notes += [f"over 3 standard errors apart: {gap}" for gap in analysis.gaps]
    return Grid("psa_summary", title, columns, rows, "\n".join(notes))


def _by_basis(grids: dict[str, Grid]) -> Grid:
    found = stacked(BASIS, grids)
    return replace(found, title=found.title.rpartition(", deterministic")[0])


def _basis(table: IncrementalTable | PairwiseTable) -> str:
    return table.basis if table.draws == 1 else f"{table.basis}, {table.draws:,} draws"
