"""The base case's cohort trace as reports use it: one record per strategy and structure, whatever shape the run kept.

A strategy whose tree leads into several structures has one trace for each; those with the same states and times are
added up, since together they are the cohort.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hecon.outcomes import Array, Outcomes


@dataclass(frozen=True)
class CohortTrace:
    """Share of the cohort (row,) in each state at times (row,) in years since the structure's start.

    `structure` counts the structures of a strategy from 1, `title` is the strategy's label, with that number if there
    are several.
    """

    strategy: str
    structure: int
    title: str
    years: Array
    shares: Mapping[str, Array]


def traces(base: Outcomes) -> tuple[CohortTrace, ...]:
    """The traces kept by a run of one draw, in the order of strategies; empty if none was kept.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> kept = {"trace": {"a": (np.array([0.0, 1.0]), {"well": np.array([[1.0], [0.5]])})}}
    >>> [one.shares["well"].tolist() for one in traces(replace(from_totals(("a",), [[1.0]], [[1.0]]), kept=kept))]
    [[1.0, 0.5]]
    """
    found = []
    kept = base.kept.get("trace", {})
    for strategy, label in zip(base.strategies, base.labels, strict=True):
        structures = kept.get(strategy, [])
        structures = _together(structures if isinstance(structures, list) else [structures])
        for k, (years, states) in enumerate(structures, start=1):
            shares = {state: np.reshape(share, (len(years), -1))[:, 0] for state, share in states.items()}
            title = label if len(structures) == 1 else f"{label}, structure {k}"
            found.append(CohortTrace(strategy, k, title, years, shares))
    return tuple(found)


def _together(structures: list[tuple[Array, Mapping[str, Array]]]) -> list[tuple[Array, Mapping[str, Array]]]:
    """Traces with the same states and times added up, in the order they first appear."""
    found: dict[tuple[object, ...], tuple[Array, Mapping[str, Array]]] = {}
    for years, shares in structures:
        key = (tuple(shares), len(years), float(years[-1]))
        if key in found:
            before = found[key][1]
            shares = {state: before[state] + share for state, share in shares.items()}
        found[key] = (years, shares)
    return list(found.values())
