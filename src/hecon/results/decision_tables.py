"""The grids on which a decision rests: incremental, pairwise, and the probabilistic summary at the threshold.

Deterministic and probabilistic rows stand in the same grid, told apart by their first column.
"""

from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
from hecon.digits import money_text
from hecon.grid import Cell, Column, Grid
from hecon.results.analysis import Analysis
from hecon.results.tables import BASIS

_LEGEND = "ND on the frontier, ED extended dominance, D dominated; increments over the frontier strategy above"


def incremental_grid(study: Analysis) -> Grid:
    """The incremental tables, deterministic and probabilistic, sorted by cost.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [(row[1], str(row[6]), row[7]) for row in incremental_grid(study).rows]
    [('a', 'reference', 'ND'), ('b', '2', 'ND')]
    """
    columns = (
        BASIS,
        Column("strategy", "Strategy"),
        Column("cost", f"Cost ({study.money})", 0),
        Column("effect", f"{study.effect_word}s", 3),
        Column("inc_cost", "Inc. cost", 0),
        Column("inc_effect", f"Inc. {study.effect_word}s", 3),
        Column("icer", f"ICER per {study.effect_word}", 0),
        Column("status", "Status"),
    )
    rows = tuple(
        (table.basis, row.strategy, row.cost, row.effect, row.inc_cost, row.inc_effect, row.icer, row.status)
        for table in map(study.incremental, study.bases)
        for row in table.rows
    )
    return Grid("incremental", f"Incremental analysis, {study.perspective} perspective", columns, rows, _LEGEND)


def pairwise_grid(study: Analysis) -> Grid:
    """Every strategy against the reference, deterministic and probabilistic.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [(row[1], row[2], str(row[5]), row[6]) for row in pairwise_grid(study).rows]
    [('b', 'a', '2', 'NE')]
    """
    columns = (
        BASIS,
        Column("strategy", "Strategy"),
        Column("reference", "Against"),
        Column("inc_cost", f"Inc. cost ({study.money})", 0),
        Column("inc_effect", f"Inc. {study.effect_word}s", 3),
        Column("icer", f"ICER per {study.effect_word}", 0),
        Column("quadrant", "Quadrant"),
    )
    rows = tuple(
        (table.basis, row.strategy, table.reference, row.inc_cost, row.inc_effect, row.icer, row.icer.status)
        for table in map(study.pairwise, study.bases)
        for row in table.rows
    )
    return Grid("pairwise", f"Against {study.reference}, {study.perspective} perspective", columns, rows)


def psa_summary(study: Analysis) -> Grid:
    """At the study's threshold: net benefit, probability of being best, expected loss; the note has EVPI and gaps.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> psa = from_totals(("a", "b"), [[1.0, 1.0], [3.0, 3.0]], [[1.0, 1.0], [2.0, 2.0]])
    >>> psa_summary(Analysis.of_outcomes("demo", base, psa, "payer", 10.0, "a")).rows[1][3:]
    (1.0, 0.0, 0.0, 'best')
    """
    columns = (
        Column("strategy", "Strategy"),
        Column("nmb", f"NMB ({study.money})", 0),
        Column("nhb", f"NHB ({study.effect_word}s)", 3),
        Column("probability_best", "P(best)", 3),
        Column("probability_se", "SE of P(best)", 3),
        Column("expected_loss", f"Expected loss ({study.money})", 0),
        Column("best", "On average"),
    )
    title = f"Probabilistic summary at {study.threshold}, {study.perspective} perspective"
    if study.psa is None:
        return Grid("psa_summary", title, columns, (), study.without_draws)
    curves = study.at_threshold()
    rows: list[tuple[Cell, ...]] = []
    for k, row in enumerate(net_benefit(study.psa, study.wtp, study.perspective, study.effect).rows):
        chances = (float(curve[k, 0]) for curve in (curves.ceac, curves.ceac_se, curves.elc))
        rows.append((row.strategy, row.nmb, row.nhb, *chances, "best" if k == curves.best[0] else ""))
    value = f"EVPI {money_text(curves.evpi[0])} (standard error {money_text(curves.evpi_se[0])}) per patient"
    notes = [f"{curves.draws:,} draws; {value}"]
    notes += [f"over 3 standard errors apart: {gap}" for gap in study.gaps]
    return Grid("psa_summary", title, columns, tuple(rows), "\n".join(notes))
