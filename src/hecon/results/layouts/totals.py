"""The grids of a study's results: totals, costs taken apart by tag and perspective, items.

Deterministic and probabilistic rows stand in the same grid, told apart by their first column.
"""

from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.grid import Cell, Column, Grid
from hecon.outcomes import Outcomes
from hecon.results.analysis import Analysis
from hecon.results.layouts.words import BASIS

EFFECTS = (
    ("qaly", "QALYs"),
    ("carer_qaly", "Carer QALYs"),
    ("ly", "Life-years, discounted"),
    ("ly_undiscounted", "Life-years, undiscounted"),
)


def results(study: Analysis) -> Grid:
    """One row per basis and strategy: cost under the study's perspective, QALYs, life-years.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [(row[0], row[1], row[3].mean, row[4].mean) for row in results(study).rows]
    [('deterministic', 'a', 1.0, 1.0), ('deterministic', 'b', 3.0, 2.0)]
    """
    effects = effects_counted(study.base)
    columns = [
        BASIS,
        Column("strategy", "Strategy"),
        Column("label", "Label"),
        Column("cost", f"Cost ({study.money})", 0),
    ]
    columns += [Column(kind, heading, 3) for kind, heading in effects]
    rows: list[tuple[Cell, ...]] = []
    for basis, outcomes in _bases(study):
        cost = outcomes.cost(study.perspective)
        gains = [outcomes.effect(kind) for kind, _ in effects]
        rows += [
            (basis, name, outcomes.labels[k], estimate(cost[k]), *(estimate(gain[k]) for gain in gains))
            for k, name in enumerate(outcomes.strategies)
        ]
    return Grid("results", f"Results, {study.perspective} perspective", tuple(columns), tuple(rows))


def cost_by(study: Analysis, tag: str, perspectives: Sequence[str] = ()) -> Grid:
    """Costs by `category`, `sector` or `payer`, a column per strategy, a total under each perspective (the usual ones by
    default: not those by another method of lost work or with consumption).

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [row[:3] for row in cost_by(study, "sector", ["payer"]).rows]
    [('deterministic', 'payer', 'health care'), ('deterministic', 'payer', 'total')]
    """
    rows: list[tuple[Cell, ...]] = []
    for basis, outcomes in _bases(study):
        for perspective in perspectives or outcomes.usual(study.perspective):
            parts = [*outcomes.split(tag, perspective).items(), ("total", outcomes.cost(perspective))]
            rows += [(basis, perspective, part or "(none)", *map(estimate, cost)) for part, cost in parts]
    columns = (BASIS, Column("perspective", "Perspective"), Column(tag, tag.capitalize()), *_strategies(study))
    return Grid(f"by_{tag}", f"Costs by {tag} ({study.money})", columns, tuple(rows))


def by_perspective(study: Analysis) -> Grid:
    """Total cost under every usual perspective, a column per strategy; lost work by other methods is `lost_work`.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [row[1] for row in by_perspective(study).rows]
    ['payer', 'health care sector', 'societal']
    """
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (basis, perspective, *map(estimate, outcomes.cost(perspective)))
        for basis, outcomes in _bases(study)
        for perspective in outcomes.usual(study.perspective)
    )
    columns = (BASIS, Column("perspective", "Perspective"), *_strategies(study))
    return Grid("by_perspective", f"Costs by perspective ({study.money})", columns, rows)


def items(study: Analysis) -> Grid:
    """Every cost, effect and count with its tags, a column per strategy: what all totals are made of.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [row[:3] for row in items(study).rows]
    [('deterministic', 'cost', 'cost'), ('deterministic', 'qaly', 'qaly')]
    """
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            basis,
            item.kind,
            item.name,
            item.category,
            item.of,
            item.sector,
            item.payer,
            item.unit,
            *map(estimate, values),
        )
        for basis, outcomes in _bases(study)
        for item, values in zip(outcomes.items, outcomes.values.swapaxes(0, 1), strict=True)
    )
    tags = ("kind", "name", "category", "of", "sector", "payer", "unit")
    columns = (BASIS, *(Column(tag, tag.capitalize()) for tag in tags), *_strategies(study, 4))
    return Grid("items", "Items", columns, rows)


def effects_counted(outcomes: Outcomes) -> list[tuple[str, str]]:
    """The effects these outcomes count, with their headings, in the order of print.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> effects_counted(from_totals(("a",), [[1.0]], [[1.0]]))
    [('qaly', 'QALYs')]
    """
    return [(kind, heading) for kind, heading in EFFECTS if outcomes.select(kind=kind).size]


def _bases(study: Analysis) -> list[tuple[str, Outcomes]]:
    return [("deterministic", study.base)] + ([] if study.psa is None else [("probabilistic", study.psa)])


def _strategies(study: Analysis, decimals: int = 0) -> list[Column]:
    return [Column(name, name, decimals) for name in study.base.strategies]
