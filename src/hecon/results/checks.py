"""The checks of a model, declared and built-in, as they came out: a grid, records for programs, and what failed in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import told_sum
from hecon.grid import Column, Grid
from hecon.outcomes import Outcomes

if TYPE_CHECKING:
    from hecon.evaluate.keep.checks_and_reports import CheckResult


@dataclass(frozen=True)
class CheckSummary:
    """Lines on the checks that fail in the base case, and lines on all others."""

    failed: tuple[str, ...]
    notes: tuple[str, ...]


def check_summary(base: Outcomes, psa: Outcomes | None = None) -> CheckSummary:
    """What the checks of a base case (1 draw) came to, and in how many draws of a PSA an upper bound does not hold.

    What must equal a published number does so in the base case only; a bound should hold in every draw.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> check_summary(from_totals(("a",), [[1.0]], [[1.0]])).notes
    ('The model declares no checks.',)
    """
    checks = _checks(base)
    left_out = tuple(f"Left out, {one}." for one in dict.fromkeys(map(str, base.kept.get("left_out", ()))))
    if not checks:
        none = () if any(one.startswith("Left out, check") for one in left_out) else ("The model declares no checks.",)
        return CheckSummary((), (*none, *left_out))
    failed = tuple(f"Check fails: {_words(check)}" for check in checks if not check.passed[0])
    notes = [f"{len(checks) - len(failed)} of {len(checks)} checks hold in the base case."]
    for check in (one for one in (_checks(psa) if psa else ()) if one.at_most):
        if count := int(np.sum(~check.passed)):
            notes.append(f"In {count:,} of {check.passed.size:,} draws not: {check.name} ({check.place}).")
    return CheckSummary(failed, (*notes, *left_out))


def items_left_out(base: Outcomes) -> list[str]:
    """Lines on the dated items that a base case does not count, because they lie beyond its horizon.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> items_left_out(from_totals(("a",), [[1.0]], [[1.0]]))
    []
    """
    items = [one for one in base.kept.get("left_out", ()) if one.kind == "item"]
    return [f"Not counted, {one}." for one in dict.fromkeys(map(str, items))]


def check_records(base: Outcomes) -> list[dict[str, Any]]:
    """Each check of a base case (1 draw) as plain values, for JSON.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> check_records(from_totals(("a",), [[1.0]], [[1.0]]))
    []
    """
    return [
        {
            "name": check.name,
            "strategy": check.strategy,
            "place": check.place,
            "value": float(check.value[0]),
            "at_most" if check.at_most else "equals": float(check.target[0]),
            "within": float(check.within[0]),
            "passed": bool(check.passed[0]),
        }
        for check in _checks(base)
    ]


def checks_grid(base: Outcomes) -> Grid:
    """Every check of a base case (1 draw): where, value, target, tolerance, verdict; failures first.

    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> checks_grid(from_totals(("a",), [[1.0]], [[1.0]])).rows
    ()
    """
    columns = tuple(
        Column(name, name.capitalize()) for name in ("verdict", "check", "where", "value", "target", "within")
    )
    rows = tuple(
        (
            "holds" if check.passed[0] else "FAILS",
            check.name,
            check.place,
            f"{check.value[0] + 0.0:.6g}",
            f"{'at most ' if check.at_most else ''}{check.target[0]:.6g}",
            f"{check.within[0]:.3g}",
        )
        for check in sorted(_checks(base), key=lambda check: bool(check.passed[0]))
    )
    return Grid("checks", "Checks of the model, base case", columns, rows)


def _checks(outcomes: Outcomes) -> "Sequence[CheckResult]":
    """The declared checks, and that QALYs do not exceed life-years, where the model counts both."""
    found: Sequence[CheckResult] = outcomes.kept.get("checks", ())
    return [*found, *_built_in(outcomes)]


def _built_in(outcomes: Outcomes) -> "list[CheckResult]":
    """No utility exceeds 1, so nobody gains more QALYs than life-years; told of the strategy nearest to breaking it."""
    if not (outcomes.select(kind="qaly").size and outcomes.select(kind="ly").size):
        return []
    from hecon.evaluate.keep.checks_and_reports import CheckResult

    qaly, ly = outcomes.effect("qaly"), outcomes.effect("ly")
    worst = int(np.argmax((qaly - ly).max(axis=1)))
    within = np.full(qaly.shape[1], 1e-9) * np.maximum(ly[worst], 1.0)
    name = outcomes.strategies[worst]
    return [CheckResult("QALYs against life-years", name, f"strategy {name}", qaly[worst], ly[worst], within, True)]


def _words(check: "CheckResult") -> str:
    wanted = "at most" if check.at_most else "equal to"
    allowance = f" within {check.within[0]:.3g}" if check.within[0] else ""
    value = told_sum(check.value[0], check.target[0])
    return f"{check.name} ({check.place}): {value}, not {wanted} {check.target[0]:.6g}{allowance}"
