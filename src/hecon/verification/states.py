"""Tests of events and states: traces, deaths, life-years, background mortality, clocks."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.evaluate.run import run
from hecon.formula.program import Block
from hecon.formula.syntax import Call, Node, Text, walk
from hecon.structure.lowering import as_tree
from hecon.structure.tree import paths_of
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9
_WEIGHTS = {"start": (1.0, 0.0), "end": (0.0, 1.0), "half-cycle": (0.5, 0.5)}


def traces(subject: Subject) -> list[tuple[Block, Array, Mapping[str, Array]]]:
    """By block with a clock: years since its start (row,) and the share of the cohort in each state (row,), base case.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> model, draws = two_years("0.2")
    >>> ((block, years, states),) = traces(Subject(open_case(model, draws.book), "", model, draws.book))
    >>> years.tolist(), states["well"].round(2).tolist()
    ([0.0, 1.0, 2.0], [1.0, 0.8, 0.64])
    """
    found: list[tuple[Block, Array, Mapping[str, Array]]] = []
    for strategy, kept in subject.base.kept["trace"].items():
        blocks = [block for block in subject.program.of(strategy) if block.clock]
        several = kept if isinstance(kept, list) else [kept]
        for block, (times, states) in zip(blocks, several, strict=True):
            found.append((block, times, {state: np.asarray(x)[:, 0] for state, x in states.items()}))
    if not found:
        raise DoesNotApplyError("no structure with a clock: a decision tree alone")
    return found


def adds_up(subject: Subject) -> Iterator[Finding]:
    """Occupancy adds up to the same cohort in every row and, over the blocks of a strategy, to one."""
    entered: dict[str, float] = {}
    for block, _, states in traces(subject):
        total = _sum(states, states)
        entered[block.strategy] = entered.get(block.strategy, 0.0) + float(total[0])
        worst = int(np.argmax(np.abs(total - total[0])))
        if abs(total[worst] - total[0]) > _SLACK:
            yield Finding(
                "the states do not add up to the cohort", f"{block.name}, row {worst}", total[worst], total[0]
            )
    for strategy, all_ in entered.items():
        if all_ > 1 + _SLACK:
            yield Finding("more than one patient enters", f"strategy {strategy}", all_, 1.0)
        elif all_ < 1 - _SLACK and all(leaf.to is not None for leaf in _leaves(subject, strategy)):
            yield Finding("less than one patient enters", f"strategy {strategy}", all_, 1.0)


def never_negative(subject: Subject) -> Iterator[Finding]:
    """No state is occupied by less than nobody."""
    for block, _, states in traces(subject):
        for state, x in states.items():
            if x.min() < -_SLACK:
                yield Finding(
                    f"{state} holds less than nobody", f"{block.name}, row {int(x.argmin())}", float(x.min()), 0.0
                )


def dead_stay_dead(subject: Subject) -> Iterator[Finding]:
    """The share of those who are alive never rises."""
    for block, alive in alive_of(subject):
        rise = np.diff(alive)
        if rise.size and rise.max() > _SLACK:
            row = int(rise.argmax())
            yield Finding("people return from death", f"{block.name}, row {row + 1}", alive[row + 1], alive[row])


def lifetime(subject: Subject) -> Iterator[Finding]:
    """At the horizon almost nobody is alive, or the horizon cuts off what the decision is about."""
    for block, alive in alive_of(subject):
        left = float(alive[-1] / alive[0]) if alive[0] > _SLACK else 0.0
        if left > 0.01:
            yield Finding(
                "of those who enter, so many are alive at the horizon", block.name, left, 0.0, verdict=INFORMS
            )


def years_lived(subject: Subject) -> Iterator[Finding]:
    """Undiscounted life-years are those counted from the trace by hand, and none exceeds the horizon."""
    for block, _, states in traces(subject):
        weights = _WEIGHTS.get(_method(block))
        assert block.clock is not None
        if weights is None:
            continue
        for state in subject.alive[block.name]:
            x = states[state]
            by_hand = float((weights[0] * x[:-1] + weights[1] * x[1:]).sum() * block.clock.cycle_years)
            key = (block.strategy, "ly_undiscounted", "life_years", state)
            if len(subject.terms.get(key, ())) == 1 and abs(subject.pieces[key] - by_hand) > 1e-9 * max(by_hand, 1):
                yield Finding(
                    f"life-years in {state} are not those of the trace", block.name, subject.pieces[key], by_hand,
                    subject.formula(key),
                )  # fmt: skip
    longest = {b.strategy: float(t[-1]) for b, t, _ in traces(subject)}
    for k, strategy in enumerate(subject.strategies):
        lived, most = float(subject.base.effect("ly_undiscounted")[k, 0]), longest.get(strategy, np.inf)
        own = sum(x for key, x in subject.pieces.items() if key[0] == strategy and key[1] == "ly" and not key[3])
        if lived > most + abs(own) + _SLACK:
            yield Finding("more life-years than the horizon holds", f"strategy {strategy}", lived, most)


def curves_cross(subject: Subject) -> Iterator[Finding]:
    """An earlier curve lies above a later one in no row."""
    blocks = [block for block in subject.program.blocks if block.occupied]
    if not blocks:
        raise DoesNotApplyError("no partitioned survival")
    kept = run(subject.model, subject.book.base(), keep=("one_draw",)).kept["one_draw"]
    for block in blocks:
        curves = {name: kept[block.name][name] for name in block.formulas if name.startswith("curve[")}
        for (one, early), (other, late) in pairwise(curves.items()):
            gap = early - late
            row, rows = int(gap.argmax()), int((gap > _SLACK).sum())
            if rows:
                yield Finding(
                    f"{one} lies above {other} in {rows} of {len(gap)} rows, most so in row {row}", block.name, float(early[row]),
                    float(late[row]), verdict="fails" if gap[row] > 0.1 else INFORMS,
                )  # fmt: skip


def alive_of(subject: Subject) -> list[tuple[Block, Array]]:
    """By block: the share alive in each row, base case.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> model, draws = two_years("0.2")
    >>> ((block, alive),) = alive_of(Subject(open_case(model, draws.book), "", model, draws.book))
    >>> alive.round(2).tolist()
    [1.0, 0.8, 0.64]
    """
    return [
        (block, _sum(states, subject.alive[block.name]))
        for block, _, states in traces(subject)
        if subject.alive[block.name]
    ]


def _method(block: Block) -> str:
    """How the block counts time in a state."""
    for term in block.terms:
        for node in walk(term.value):
            if isinstance(node, Call) and node.op == "time_in" and isinstance(node.args[1], Text):
                return node.args[1].value
    return ""


def _trees(block: Block) -> list[Node]:
    entries = [one.tree for one in block.states.entries.values()] if block.states else []
    return [
        *(one.tree for one in block.formulas.values()), *entries, *(one.tree for one in block.occupied.values()),
        *(term.value for term in block.terms),
    ]  # fmt: skip


def _leaves(subject: Subject, strategy: str) -> list[Any]:
    from hecon.structure.tree import enumerate_decisions

    tree = as_tree(subject.model, [])
    return [
        path.leaf
        for declared in tree.strategies
        for one in enumerate_decisions(declared)
        if one.name == strategy
        for path in paths_of(one.to)
    ]


def _sum(states: Mapping[str, Array], names: Iterable[str]) -> Array:
    """The share (row,) in some states."""
    return np.sum([states[name] for name in names], axis=0)  # type: ignore[no-any-return]  # numpy's sum is untyped
