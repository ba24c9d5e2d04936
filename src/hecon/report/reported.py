"""What a model reports by name, as it came out: a grid for people, records for programs, and where curves cross or rise."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hecon.grid import Cell, Column, Grid
from hecon.outcomes import Array, Outcomes

_CURVES = {
    "crossings": ("Curves cross", "an earlier curve above a later one"),
    "rises": ("Curves rise", "people return"),
}


def reported_grid(base: Outcomes, psa: Outcomes | None = None) -> Grid:
    """Every report with one value: of the base case (1 draw), and the mean of a PSA's draws.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> reported_grid(from_totals(("a",), [[1.0]], [[1.0]])).rows
    ()
    """
    strategies = base.strategies
    columns = (Column("basis", "Basis"), Column("report", "Report"), *(Column(name, name) for name in strategies))
    rows: list[tuple[Cell, ...]] = []
    for basis, outcomes in (("deterministic", base), ("probabilistic", psa)):
        found = {} if outcomes is None else {key: x for key, x in _reports(outcomes).items() if x.ndim == 1}
        for name in dict.fromkeys(name for _, name in found if name not in _CURVES):
            values = [found.get((strategy, name)) for strategy in strategies]
            rows.append((basis, name, *("" if x is None else f"{x.mean():,.5g}" for x in values)))
    return Grid("reports", "Reports of the model", columns, tuple(rows))


def curve_lines(base: Outcomes, psa: Outcomes | None = None) -> tuple[str, ...]:
    """In how many cycles of the base case, and in how many draws of a PSA, curves cross or rise; one line says that none do.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> base = from_totals(("a",), [[1.0]], [[1.0]])
    >>> curve_lines(base), curve_lines(replace(base, kept={"reports": {("a", "crossings"): np.array([3.0])}}))
    ((), ('Curves cross (an earlier curve above a later one), strategy a: in 3 cycles of the base case.',))
    """
    lines = []
    for name, (words, meaning) in _CURVES.items():
        found = {strategy: x for (strategy, report), x in _reports(base).items() if report == name}
        drawn = {strategy: x for (strategy, report), x in (_reports(psa) if psa else {}).items() if report == name}
        met = []
        for strategy, x in found.items():
            rows, draws = int(x[0]), int(np.sum(drawn.get(strategy, np.zeros(1)) > 0))
            if rows or draws:
                also = f", in {draws:,} of {drawn[strategy].size:,} draws" if drawn else ""
                cycles = "1 cycle" if rows == 1 else f"{rows:,} cycles"
                met.append(f"{words} ({meaning}), strategy {strategy}: in {cycles} of the base case{also}.")
        lines += met or (
            [f"{words} in no cycle of the base case{' and in no draw' if drawn else ''}."] if found else []
        )
    return tuple(lines)


def report_records(base: Outcomes) -> list[dict[str, Any]]:
    """Each report of a base case (1 draw) as plain values, for JSON: a number, or one per year.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> report_records(from_totals(("a",), [[1.0]], [[1.0]]))
    []
    """
    return [
        {"name": name, "strategy": strategy, "value": _plain(x[..., 0])}
        for (strategy, name), x in _reports(base).items()
    ]


def _plain(x: Array) -> Any:
    """A number or a list of numbers; what has no value is None."""
    return [_plain(one) for one in x] if x.ndim else float(x) if np.isfinite(x) else None


def _reports(outcomes: Outcomes) -> Mapping[tuple[str, str], Array]:
    found: Mapping[tuple[str, str], Array] = outcomes.kept.get("reports", {})
    return found
