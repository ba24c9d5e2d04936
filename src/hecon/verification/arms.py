"""Tests that compare arms: relative effects, survival of their own, causes, the decision."""

from collections.abc import Iterator

import numpy as np

from hecon.analysis.cost_effectiveness.pairwise import pairwise
from hecon.formula.dependence import dependents
from hecon.verification.pieces import Key
from hecon.verification.places import users
from hecon.verification.reading import own
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding


def no_effect(subject: Subject) -> Iterator[Finding]:
    """With every relative effect at 1, arms that differ in these alone live equally long."""
    names = subject.needed("effect")
    moved = [n for n in names if any(key[1] == "ly" for key in subject.swings.moved.get(n, ()))]
    if not moved:
        raise DoesNotApplyError("no relative effect moves life-years")
    touched = dependents(subject.program, moved).moved
    places: dict[frozenset[str], list[str]] = {}
    for strategy in subject.strategies:
        used = {n for n, keys in subject.swings.moved.items() if any(k[0] == strategy and k[1] == "ly" for k in keys)}
        places.setdefault(frozenset(used - set(moved)), []).append(strategy)
    alike = [group for group in places.values() if len(group) > 1 and touched & set(group)]
    if not alike:
        raise DoesNotApplyError("arms differ in more than relative effects")
    none = subject.changed(values=dict.fromkeys(moved, 1.0))
    lived = dict(zip(none.strategies, none.effect("ly_undiscounted")[:, 0], strict=True))
    for group in alike:
        first, *others = group
        for other in others:
            if abs(lived[other] - lived[first]) > 1e-6:
                yield Finding(
                    f"with {', '.join(moved)} at 1, {other} and {first} do not live equally long", f"strategy {other}",
                    float(lived[other]), float(lived[first]), cell=subject.cells(moved),
                    places=(*moved, *(p for n in moved for p in users(subject, n, other))),
                )  # fmt: skip


def arms_differ(subject: Subject) -> Iterator[Finding]:
    """Arms with a relative effect or curves of their own do not live through the same trace."""
    lived: dict[float, list[str]] = {}
    for k, strategy in enumerate(subject.strategies):
        lived.setdefault(round(float(subject.base.effect("ly_undiscounted")[k, 0]), 12), []).append(strategy)
    wanted = [n for n in subject.book.parameters if subject.roles[n] == "effect" and n in subject.idle]
    for years, group in lived.items():
        if len(group) > 1 and years > 0:
            yield Finding(
                f"{' and '.join(group)} live equally long", "all arms", years,
                cell=subject.cells(wanted), verdict="fails" if wanted else INFORMS,
                places=(*wanted, *_cohort_formulas(subject, group)),
            )  # fmt: skip


def _cohort_formulas(subject: Subject, strategies: list[str]) -> list[str]:
    """The formulas and transitions that arms have of their own."""
    return [one.place for one in own(subject) if one.strategy in strategies and not one.state][:4]


def causes_in_both(subject: Subject) -> Iterator[Finding]:
    """A cause of cost that one arm has, the others have too."""
    if len(subject.strategies) < 2:
        raise DoesNotApplyError("one strategy")
    found: dict[str, dict[str, float]] = {}
    for (strategy, kind, item, where), x in subject.pieces.items():
        if kind == "cost" and abs(x) > 1e-6:
            term = subject.terms[strategy, kind, item, where][0][1]
            by = found.setdefault(term.item.category, {})
            by[strategy] = by.get(strategy, 0.0) + x
    for cause, by in found.items():
        missing = [strategy for strategy in subject.strategies if strategy not in by]
        if missing:
            items = [
                k[2]
                for k, x in subject.pieces.items()
                if k[1] == "cost" and abs(x) > 1e-6 and _cause(subject, k) == cause
            ]
            everywhere = (
                cause in ("disease care", "end of life") and _goes_on(subject, missing) and len(subject.strategies) > 1
            )
            yield Finding(
                f"'{cause}' is counted in {', '.join(by)} alone", f"strategy {', '.join(missing)}", 0.0,
                next(iter(by.values())), verdict="fails" if everywhere and _all_live(subject, missing) else INFORMS,
                places=tuple(dict.fromkeys(items)),
            )  # fmt: skip


def decision(subject: Subject) -> Iterator[Finding]:
    """ICER and net benefit say the same, and change sign with the comparison."""
    base = subject.base
    if len(base.strategies) < 2 or not base.select(kind="qaly").size:
        raise DoesNotApplyError("one strategy, or no QALYs")
    perspective = subject.book.settings.get("perspective", "") or next(iter(base.perspectives))
    cost, effect = base.cost(perspective)[:, 0], base.effect()[:, 0]
    wtp = float(subject.book.settings.get("threshold", "") or 50_000)
    first, *others = base.strategies
    there, back = (pairwise(base, one, perspective, "qaly") for one in (first, others[0]))
    row, opposite = there.row(others[0]), back.row(first)
    de, dc = float(effect[1] - effect[0]), float(cost[1] - cost[0])
    if row.icer.value is not None and abs(de) > 1e-12 and np.isfinite(row.icer.value):
        if abs(row.icer.value * de - dc) > 1e-6 * max(1.0, abs(dc)):
            yield Finding(
                "the ICER is not the difference in cost over that in effect", others[0], row.icer.value, dc / de
            )
        if (wtp * de - dc > 0) != ((dc / de < wtp) if de > 0 else (dc / de > wtp)):
            yield Finding("ICER and net benefit disagree", others[0], wtp * de - dc)
    for what, one, two in (
        ("cost", row.inc_cost.mean, opposite.inc_cost.mean),
        ("effect", row.inc_effect.mean, opposite.inc_effect.mean),
    ):
        if abs(one + two) > 1e-6 * max(1.0, abs(one)):
            yield Finding(
                f"the difference in {what} does not change its sign with the comparison", others[0], one, -two
            )


def _cause(subject: Subject, key: Key) -> str:
    return subject.terms[key][0][1].item.category


def _all_live(subject: Subject, strategies: list[str]) -> bool:
    """Whether people live longer than a month in each of these arms."""
    years = dict(zip(subject.strategies, subject.base.effect("ly_undiscounted")[:, 0], strict=True))
    return all(float(years[one]) > 1 / 12 for one in strategies)


def _goes_on(subject: Subject, strategies: list[str]) -> bool:
    """Whether one of these arms leads into a structure with a clock."""
    return any(block.clock for one in strategies for block in subject.program.of(one))
