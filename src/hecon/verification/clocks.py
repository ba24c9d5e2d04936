"""Tests of clocks: horizons, within-cycle methods, one clock for all arms, amounts within a cycle."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from hecon.evaluate.last_tunnel import cut_short
from hecon.evaluate.middle import smooth_amounts
from hecon.formula.syntax import Call, walk
from hecon.formula.text import to_text
from hecon.structure.lowering import as_tree
from hecon.structure.tree import paths_of
from hecon.verification.states import traces
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9


def one_cycle(subject: Subject) -> Iterator[Finding]:
    """With a horizon of one cycle nobody lives longer than that cycle."""
    clocks = {block.clock for block in subject.program.blocks if block.clock}
    if len({clock.per_year for clock in clocks}) != 1:
        raise DoesNotApplyError("no structure with a clock, or several of different cycles")
    length = next(iter(clocks)).cycle_years
    months = length * 12
    text = f"{round(months)} months" if abs(months - round(months)) < _SLACK else f"{length!r} years"
    short = subject.changed({"horizon": text})
    for k, strategy in enumerate(subject.strategies):
        lived = sum(
            float(p.value[0])
            for p in short.kept["by_state"]
            if p.strategy == strategy and p.kind == "ly_undiscounted" and p.where
        )
        if lived > length * (1 + _SLACK):
            yield Finding("more is lived in one cycle than it lasts", f"strategy {strategy}", lived, length)
        whole = float(subject.base.effect("ly_undiscounted")[k, 0])
        if lived > whole + _SLACK:
            yield Finding(
                "one cycle gives more life-years than the whole horizon", f"strategy {strategy}", lived, whole
            )


def longer_is_more(subject: Subject) -> Iterator[Finding]:
    """Half the horizon gives no more life-years than all of it; rows before it do not change."""
    blocks = traces(subject)
    clocks = {block.clock for block, *_ in blocks}
    if len(clocks) != 1:
        raise DoesNotApplyError("structures of different clocks")
    clock = blocks[0][0].clock
    assert clock is not None
    half = int(clock.cycles // 2 // clock.per_year)
    if half < 1:
        raise DoesNotApplyError("the horizon is shorter than two years")
    short = subject.changed({"horizon": f"{half} years"}, keep=("trace",))
    rows = round(half * clock.per_year) + 1
    for strategy, kept in short.kept["trace"].items():
        several = kept if isinstance(kept, list) else [kept]
        mine = [one for one in blocks if one[0].strategy == strategy]
        for (block, _, whole), (_, states) in zip(mine, several, strict=True):
            for state, x in states.items():
                gap = np.abs(np.asarray(x)[:rows, 0] - whole[state][:rows])
                if gap.max() > _SLACK:
                    row = int(gap.argmax())
                    yield Finding(
                        f"{state} depends on where the horizon lies", f"{block.name}, row {row}", float(x[row, 0]),
                        float(whole[state][row]),
                    )  # fmt: skip


def same_clock(subject: Subject) -> Iterator[Finding]:
    """All arms have one cycle length, horizon, within-cycle method and time of events."""
    found: dict[str, dict[Any, list[str]]] = {}
    tree = as_tree(subject.model, [])
    for strategy in tree.strategies:
        for path in paths_of(strategy.to) if strategy.to is not None else ():
            structure = path.leaf.to
            if structure is None:
                continue
            for name in ("cycle", "horizon", "within_cycle", "events", "flows"):
                value = getattr(structure, name, None)
                found.setdefault(name, {}).setdefault(value, []).append(f"{strategy.name} ({structure.name})")
    if not found:
        raise DoesNotApplyError("no structure with a clock: a decision tree alone")
    for name, values in found.items():
        if len(values) > 1:
            told = "; ".join(f"'{value}' in {', '.join(dict.fromkeys(some))}" for value, some in values.items())
            yield Finding(f"{name} differs between arms: {told}", "structures", places=(name,))
    for block in subject.program.blocks:
        methods: dict[str, list[str]] = {}
        for term in block.terms:
            for node in walk(term.value):
                if isinstance(node, Call) and node.op == "time_in":
                    methods.setdefault(to_text(node.args[1]), []).append(term.item.name)
        if len(methods) > 1:
            few = min(methods, key=lambda one: len(methods[one]))
            told = f"{methods[few][0]} is counted by {few}, the rest otherwise"
            yield Finding(told, block.name, places=(methods[few][0], "within_cycle"))


def within_cycle_order(subject: Subject) -> Iterator[Finding]:
    """Life-years counted at the start of cycles are at least those of half-cycle, and these at least those at the end."""
    traces(subject)
    found = {
        way: subject.changed({"within_cycle": way}).effect("ly_undiscounted")[:, 0]
        for way in ("start", "half-cycle", "end")
    }
    for k, strategy in enumerate(subject.strategies):
        start, half, end = (float(found[way][k]) for way in ("start", "half-cycle", "end"))
        if not start + _SLACK >= half >= end - _SLACK:
            yield Finding(
                "life-years do not fall from start over half-cycle to end", f"strategy {strategy}", half, start
            )


def smooth_in_time(subject: Subject) -> Iterator[Finding]:
    """Amounts that change within a cycle come to the same by its start and its middle; no tunnel is cut short."""
    traces(subject)
    for one in (*smooth_amounts(subject.model, subject.book.base()), *cut_short(subject.model, subject.book.base())):
        yield Finding(str(one), verdict=INFORMS)
