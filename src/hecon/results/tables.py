"""The grids of a study's results: totals, costs taken apart by tag and perspective, items, parameters.

Deterministic and probabilistic rows stand in the same grid, told apart by their first column.
"""

from collections.abc import Sequence

from hecon.analysis.cost_effectiveness.estimate import estimate
from hecon.grid import Cell, Column, Grid
from hecon.outcomes import Outcomes
from hecon.results.analysis import Analysis

EFFECTS = (
    ("qaly", "QALYs"),
    ("carer_qaly", "Carer QALYs"),
    ("ly", "Life-years, discounted"),
    ("ly_undiscounted", "Life-years, undiscounted"),
)
BASIS = Column("basis", "Basis")


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
    """Costs by `category`, `sector` or `payer`, a column per strategy, a total under each perspective (all by default).

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [row[:3] for row in cost_by(study, "sector", ["payer"]).rows]
    [('deterministic', 'payer', 'health care'), ('deterministic', 'payer', 'total')]
    """
    rows: list[tuple[Cell, ...]] = []
    for basis, outcomes in _bases(study):
        for perspective in perspectives or tuple(outcomes.perspectives):
            parts = [*outcomes.split(tag, perspective).items(), ("total", outcomes.cost(perspective))]
            rows += [(basis, perspective, part or "(none)", *map(estimate, cost)) for part, cost in parts]
    columns = (BASIS, Column("perspective", "Perspective"), Column(tag, tag.capitalize()), *_strategies(study))
    return Grid(f"by_{tag}", f"Costs by {tag} ({study.money})", columns, tuple(rows))


def by_perspective(study: Analysis) -> Grid:
    """Total cost under every perspective, a column per strategy.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> [row[1] for row in by_perspective(study).rows]
    ['payer', 'health care sector', 'societal']
    """
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (basis, perspective, *map(estimate, outcomes.cost(perspective)))
        for basis, outcomes in _bases(study)
        for perspective in outcomes.perspectives
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
        (basis, item.kind, item.name, item.category, item.sector, item.payer, item.unit, *map(estimate, values))
        for basis, outcomes in _bases(study)
        for item, values in zip(outcomes.items, outcomes.values.swapaxes(0, 1), strict=True)
    )
    tags = ("kind", "name", "category", "sector", "payer", "unit")
    columns = (BASIS, *(Column(tag, tag.capitalize()) for tag in tags), *_strategies(study, 4))
    return Grid("items", "Items", columns, rows)


def parameters(study: Analysis) -> Grid:
    """Every input with value, range, distribution, source and provenance; no rows when the study has no book.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> parameters(study).rows
    ()
    """
    texts = ("name", "label", "group", "unit")
    numbers = ("value", "low", "high")
    more = ("distribution", "par1", "par2", "source", "citation", "provenance", "price_year", "currency", "note")
    columns = tuple(
        Column(name, name.replace("_", " ").capitalize(), 4 if name in (*numbers, "par1", "par2") else None)
        for name in (*texts, *numbers, *more)
    )
    if study.book is None:
        return Grid("parameters", "Parameters", columns, ())
    sources = study.book.sources
    rows: list[tuple[Cell, ...]] = []
    for one in study.book.parameters.values():
        source = sources.get(one.source)
        words = {"citation": source.citation if source else ""}
        cells = [words[column.name] if column.name in words else getattr(one, column.name) for column in columns]
        rows.append(tuple(None if isinstance(cell, float) and cell != cell else cell for cell in cells))
    return Grid("parameters", "Parameters", columns, tuple(rows))


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
