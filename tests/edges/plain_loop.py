"""A model by plain loops, one draw at a time: strategies, branches, leaves, rows, tunnels; an oracle for the engine.

Of hecon only the declarations are read (states, formulas' texts, items), never its arithmetic. An amount belongs to its
interval: that of row k times the time spent in [k, k + 1]. In a tunnel, who entered during the run takes at each of the
interval's ends the amount of the sub-state it is in there; who started there takes that of the interval's start. The
latter need no mark of their own: at row k they alone are in sub-state k, until the last one, where both take the same.

Where the conventions leave room: a payment of a tree without `at=` is at time 0; what enters a structure pays when the structure
begins; an event of row k is at t + 0, 1/2 or 1 cycle, and exactly on a year's boundary in the later year.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from edges.plain_clock import Intervals, Ledger, Rates, cycles, weights, years
from edges.plain_cohort import Block, Moves, Names

SHIFT = {"start": 0.0, "mid": 0.5, "end": 1.0}


def play(model: Any, inputs: Mapping[str, Any]) -> dict[str, Ledger]:
    """The ledger of each strategy under one draw: values of parameters, and tables, by name."""
    outer = Names({}, inputs)
    rates = {kind: _rates(rate, outer) for kind, rate in model.discount.items()}
    found = {}
    for strategy in model.strategies:
        found[strategy.name] = Ledger(rates, model.discount_timing == "whole_year")
        _strategy(model, strategy, inputs, found[strategy.name])
    return found


@dataclass(frozen=True)
class Reached:
    """A leaf, and the probability of getting there."""

    reach: float
    leaf: Any


def _strategy(model: Any, strategy: Any, inputs: Mapping[str, Any], ledger: Ledger) -> None:
    overrides = {**getattr(model, "let", {}), **strategy.let}
    outer = Names(overrides, inputs)
    wait = _time(strategy.lasts, outer)
    outer["lasts"] = wait
    alone = hasattr(model, "states")
    leaves = [Reached(1.0, None)] if alone and strategy.to is None else list(_leaves(strategy.to, 1.0, outer, ledger))
    for outcome in strategy.outcomes:
        if not on_a_clock(outcome):
            _payoff(outcome, 1.0, outer, ledger)
    groups: dict[Any, list[Reached]] = {}
    for one in leaves:
        structure = model if one.leaf is None else one.leaf.to
        if structure is not None:
            groups.setdefault(_sameness(structure, one.leaf), []).append(one)
    age = None if model.age is None else outer.value(model.age) + wait
    for members in groups.values():
        leaf = members[0].leaf
        structure = model if leaf is None else leaf.to
        start: dict[str, float] = {}
        for one in members:
            given = getattr(one.leaf, "start", None) or strategy.start or getattr(structure, "start", None)
            given = structure.states[0] if given is None else given
            for state, text in ({given: "1"} if isinstance(given, str) else given).items():
                start[state] = start.get(state, 0.0) + one.reach * outer.value(text)
        entries: dict[str, str] = {}
        for source in (strategy, leaf):
            entries |= {**getattr(source, "transitions", {}), **getattr(source, "rates", {})}
        per_year, n = cycles(structure.cycle, structure.horizon)
        formulas = {**structure.let, **overrides, **getattr(leaf, "let", {})}
        block = Block(structure, formulas, {**inputs, "lasts": wait}, entries, start, per_year, n, age)
        extra = [o for o in (*strategy.outcomes, *getattr(leaf, "outcomes", ())) if on_a_clock(o)]
        _structure(block, [*structure.outcomes, *extra], ledger, wait)


def _structure(block: Block, outcomes: list[Any], ledger: Ledger, wait: float) -> None:
    structure = block.structure
    when = Intervals(ledger, wait, block.per_year, block.n, structure.flows)
    for outcome in outcomes:
        _count(outcome, block, when, ledger)
    dead = structure.dead
    if dead is None and hasattr(structure, "curves"):
        dead = structure.states[-1:]
    elif dead is None:
        moves = [[end.strip() for end in move.split("->")] for move in (structure.transitions or structure.rates)]
        dead = [s for s in structure.states if not any(a == s != b for a, b in moves)]
    alive = dict.fromkeys((state for state in structure.states if state not in dead), "1")
    for kind in ("ly", "ly_undiscounted"):
        _flow(kind, "life_years", alive, "year", block, when)


def _count(outcome: Any, block: Block, when: Intervals, ledger: Ledger) -> None:
    kind, name = outcome.kind, outcome.name
    on, at, per = (getattr(outcome, word, "") for word in ("on", "at", "per"))
    if on:
        for k in range(block.n):
            time = when.times[k] + SHIFT[block.structure.events] / block.per_year
            for sub, share in _moved(on, block.moves[k]):
                ledger.pay(kind, name, share * block.names(k, sub).value(outcome.amount), time)
    elif at:
        row = round(float(years(at)) * block.per_year)
        time = when.offset + float(years(at))
        for (state, sub), share in block.rows[row].items():
            if state in outcome.amount:
                ledger.pay(kind, name, share * block.names(row, sub).value(outcome.amount[state]), time)
    elif isinstance(outcome.amount, str) and not per:
        mass = sum(block.start.values())
        ledger.pay(kind, name, mass * block.names(0).value(outcome.amount), when.offset)
    else:
        _flow(kind, name, outcome.amount, per or "year", block, when)


def _flow(kind: str, name: str, amounts: str | Mapping[str, str], per: str, block: Block, when: Intervals) -> None:
    """Amount of row k x time spent in the interval from k to k + 1; an amount alone is for all who entered."""
    length = 1 / block.per_year if per == "year" else 1.0
    for k in range(block.n):
        spent = []
        for row, weight in weights(block.structure.within_cycle, block.n, k):
            if isinstance(amounts, str):
                x = sum(block.start.values()) * block.names(k).value(amounts)
            else:
                x = 0.0
                for (state, sub), share in block.rows[row].items():
                    if state in amounts:
                        started = sub is not None and sub == min(row, block.tunnels[state].length - 1)
                        own = min(k, block.tunnels[state].length - 1) if started else sub
                        x += share * block.names(k, own).value(amounts[state])
            spent.append((row, x * weight * length))
        when.flow(kind, name, k, spent)


def _moved(on: str, moves: Moves) -> Iterator[tuple[int | None, float]]:
    """Who makes a transition, by the sub-state they leave; "a -> *" is every way out of a."""
    ends = tuple(end.strip() for end in on.split("->"))
    if ends in moves:
        yield from moves[ends].items()  # type: ignore[index]
        return
    for (a, b), shares in moves.items():
        if a != b and ends[0] in (a, "*") and ends[1] in (b, "*"):
            yield from shares.items()


def _leaves(node: Any, reach: float, outer: Names, ledger: Ledger) -> Iterator[Reached]:
    """The ends of a tree; what its branches and leaves pay is paid on the way."""
    if hasattr(node, "branches"):
        known = {b.label: outer.value(b.probability) for b in node.branches if b.probability != "C"}
        for branch in node.branches:
            here = reach * known.get(branch.label, 1 - sum(known.values()))
            for outcome in branch.outcomes:
                _payoff(outcome, here, outer, ledger)
            yield from _leaves(branch.to, here, outer, ledger)
        return
    for outcome in node.outcomes:
        if not (node.to is not None and on_a_clock(outcome)):
            _payoff(outcome, reach, outer, ledger)
    yield Reached(reach, node)


def _payoff(outcome: Any, reach: float, outer: Names, ledger: Ledger) -> None:
    amount, at = reach * outer.value(outcome.amount), getattr(outcome, "at", "")
    time = _time(at, outer) if at else 0.0
    for kind in ("ly", "ly_undiscounted") if outcome.kind == "ly" else (outcome.kind,):
        ledger.pay(kind, outcome.name, amount, time, now=not at)


def on_a_clock(outcome: Any) -> bool:
    """Whether an item needs a structure: per state, per cycle or per transition."""
    return not isinstance(outcome.amount, str) or bool(getattr(outcome, "on", "") or getattr(outcome, "per", ""))


def _sameness(structure: Any, leaf: Any) -> Any:
    if leaf is None:
        return id(structure)
    overrides = [tuple(sorted(texts.items())) for texts in (leaf.let, leaf.transitions, leaf.rates)]
    return (id(structure), *overrides, repr([o for o in leaf.outcomes if on_a_clock(o)]))


def _time(text: str, outer: Names) -> float:
    """ "6 months", or a formula in years."""
    try:
        return float(years(text))
    except (ValueError, KeyError):
        return outer.value(text)


def _rates(rate: Any, outer: Names) -> Rates:
    return [(0.0, outer.value(rate))] if isinstance(rate, str) else [(a, outer.value(text)) for a, text in rate]
