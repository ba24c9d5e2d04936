"""A study as one object of plain numbers and texts, for `hecon run --json` and results.json.

Nothing is rounded; what has no value is null; nothing is NaN.
"""

from collections.abc import Sequence
from typing import Any

from hecon.analysis.cost_effectiveness.incremental import IncrementalTable
from hecon.analysis.cost_effectiveness.pairwise import PairwiseTable
from hecon.grid import Grid, Interval, Ratio
from hecon.outcomes import Outcomes
from hecon.results.analysis import Analysis
from hecon.results.jurisdiction_rules import told_rules
from hecon.results.layouts.decision import incremental_grid, pairwise_grid
from hecon.results.layouts.lost_work import lost_work_by_basis


def as_json(study: Analysis, files: Sequence[str] = ()) -> dict[str, Any]:
    """The study's results with the names of the files written, ready for `json.dumps(..., allow_nan=False)`.

    `incremental` and `pairwise` are deterministic; their `_probabilistic` twins rest on the means of the PSA and are
    null without one. Statuses are ND, ED, D or equivalent in the first, quadrants (NE, SE, NW, SW, equal effect) in
    the other. `lost_work` is null for a model that counts it by no method.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> as_json(study)["incremental"][1]
    {'strategy': 'b', 'cost': 3.0, 'effect': 2.0, 'inc_cost': 2.0, 'inc_effect': 1.0, 'icer': 2.0, 'status': 'ND'}
    """
    probabilistic = None if study.psa is None else study.incremental("probabilistic")
    return {
        "case": study.case,
        "perspective": study.perspective,
        "wtp": float(study.wtp) if study.settings.net_benefit else None,
        "currency": study.base.currency,
        "price_year": study.base.price_year,
        "converted": study.converted or None,
        "rules": told_rules(study.book) or None if study.book is not None else None,
        "strategies": _strategies(study),
        "incremental": _incremental(study.incremental()),
        "incremental_probabilistic": None if probabilistic is None else _incremental(probabilistic),
        "pairwise": _pairwise(study.pairwise()),
        "pairwise_probabilistic": None if study.psa is None else _pairwise(study.pairwise("probabilistic")),
        "lost_work": _records(lost_work) if (lost_work := lost_work_by_basis(study)) else None,
        "psa": _psa(study),
        "files": list(files),
    }


def _strategies(study: Analysis) -> list[dict[str, Any]]:
    totals = _means(study.base, study)
    parts = {tag: study.base.split(tag, study.perspective) for tag in ("category", "sector")}
    return [
        {"name": name, "label": study.base.labels[k]}
        | totals[name]
        | {f"cost_by_{tag}": {part: float(cost[k, 0]) for part, cost in costs.items()} for tag, costs in parts.items()}
        for k, name in enumerate(study.base.strategies)
    ]


def _means(outcomes: Outcomes, study: Analysis) -> dict[str, dict[str, float | None]]:
    """Mean cost, qaly, ly and ly_undiscounted by strategy; None for an effect the model does not count."""
    kinds = ("qaly", "ly", "ly_undiscounted")
    columns = {"cost": outcomes.cost(study.perspective)}
    columns |= {kind: outcomes.effect(kind) for kind in kinds if outcomes.select(kind=kind).size}
    return {
        name: {key: float(columns[key][k].mean()) if key in columns else None for key in ("cost", *kinds)}
        for k, name in enumerate(outcomes.strategies)
    }


def _incremental(table: IncrementalTable) -> list[dict[str, Any]]:
    return _records(incremental_grid(table))


def _pairwise(table: PairwiseTable) -> list[dict[str, Any]]:
    records = zip(_records(pairwise_grid(table)), table.rows, strict=True)
    return [one | {"status": one.pop("quadrant"), "text": row.icer.text} for one, row in records]


def _records(grid: Grid) -> list[dict[str, Any]]:
    """The rows of a grid: means and values, and 95% intervals where there are some, as <name>_interval: [low, high]."""
    records = []
    for row in grid.rows:
        record: dict[str, Any] = {}
        for cell, column in zip(row, grid.columns, strict=True):
            record[column.name] = (
                cell.mean if isinstance(cell, Interval) else cell.value if isinstance(cell, Ratio) else cell
            )
            if isinstance(cell, Interval) and cell.low is not None:
                record[f"{column.name}_interval"] = [cell.low, cell.high]
        records.append(record)
    return records


def _psa(study: Analysis) -> dict[str, Any] | None:
    if study.psa is None:
        return None
    drawn = {
        "draws": int(study.psa.draw.size),
        "seed": None if study.draws is None else study.draws.seed,
        "method": None if study.draws is None else study.draws.method,
        "mean": _means(study.psa, study),
        "gaps": [str(gap) for gap in study.gaps],
    }
    if not study.settings.net_benefit:
        return drawn
    curves = study.at_threshold()
    by_strategy = {
        key: {name: float(values[k, 0]) for k, name in enumerate(curves.strategies)}
        for key, values in (
            ("ceac_at_wtp", curves.ceac),
            ("ceac_se_at_wtp", curves.ceac_se),
            ("elc_at_wtp", curves.elc),
        )
    }
    return {
        **drawn,
        **by_strategy,
        "best_at_wtp": curves.strategies[curves.best[0]],
        "evpi_at_wtp": float(curves.evpi[0]),
        "evpi_se_at_wtp": float(curves.evpi_se[0]),
    }
