"""Tests of events and states: traces, deaths, life-years, background mortality, clocks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.evaluate.last_tunnel import cut_short
from hecon.evaluate.middle import smooth_amounts
from hecon.evaluate.run import run
from hecon.formula.program import Block
from hecon.formula.syntax import Call, Node, Text, walk
from hecon.formula.text import to_text
from hecon.inputs.parameter import Table
from hecon.structure.lowering import as_tree
from hecon.structure.tree import paths_of
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9
_WEIGHTS = {"start": (1.0, 0.0), "end": (0.0, 1.0), "half-cycle": (0.5, 0.5)}


def traces(subject: Subject) -> list[tuple[Block, Array, Mapping[str, Array]]]:
    """By block with a clock: years since its start (row,) and the share of the cohort in each state (row,), base case."""
    found = []
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
        total = sum(states.values())
        entered[block.strategy] = entered.get(block.strategy, 0.0) + float(total[0])
        worst = int(np.argmax(np.abs(total - total[0])))
        if abs(total[worst] - total[0]) > _SLACK:
            yield Finding("the states do not add up to the cohort", f"{block.name}, row {worst}", total[worst], total[0])
    for strategy, total in entered.items():
        if total > 1 + _SLACK:
            yield Finding("more than one patient enters", f"strategy {strategy}", total, 1.0)
        elif total < 1 - _SLACK and all(leaf.to is not None for leaf in _leaves(subject, strategy)):
            yield Finding("less than one patient enters", f"strategy {strategy}", total, 1.0)


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
    for block, times, states in traces(subject):
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
            yield Finding("one cycle gives more life-years than the whole horizon", f"strategy {strategy}", lived, whole)


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
            yield Finding(f"{name} differs between arms: {told}", "structures")
    for block in subject.program.blocks:
        methods: dict[str, list[str]] = {}
        for term in block.terms:
            for node in walk(term.value):
                if isinstance(node, Call) and node.op == "time_in":
                    methods.setdefault(to_text(node.args[1]), []).append(term.item.name)
        if len(methods) > 1:
            few = min(methods, key=lambda one: len(methods[one]))
            yield Finding(f"{methods[few][0]} is counted by {few}, the rest otherwise", block.name)


def within_cycle_order(subject: Subject) -> Iterator[Finding]:
    """Life-years counted at the start of cycles are at least those of half-cycle, and these at least those at the end."""
    traces(subject)
    found = {
        way: subject.changed({"within_cycle": way}).effect("ly_undiscounted")[:, 0] for way in ("start", "half-cycle", "end")
    }
    for k, strategy in enumerate(subject.strategies):
        start, half, end = (float(found[way][k]) for way in ("start", "half-cycle", "end"))
        if not start + _SLACK >= half >= end - _SLACK:
            yield Finding("life-years do not fall from start over half-cycle to end", f"strategy {strategy}", half, start)


def smooth_in_time(subject: Subject) -> Iterator[Finding]:
    """Amounts that change within a cycle come to the same by its start and its middle; no tunnel is cut short."""
    traces(subject)
    for one in (*smooth_amounts(subject.model, subject.book.base()), *cut_short(subject.model, subject.book.base())):
        yield Finding(str(one), verdict=INFORMS)


def curves_cross(subject: Subject) -> Iterator[Finding]:
    """An earlier curve lies above a later one in no row."""
    reports = {key: x for key, x in subject.base.kept["reports"].items() if key[1] in ("crossings", "rises")}
    if not reports:
        raise DoesNotApplyError("no partitioned survival")
    for (strategy, name), x in reports.items():
        if x[0] > 0:
            told = "rows in which a curve lies above a later one" if name == "crossings" else "cycles in which a curve rises"
            share = x[0] / max(b.clock.cycles for b in subject.program.of(strategy) if b.clock)
            yield Finding(told, f"strategy {strategy}", float(x[0]), 0.0, verdict=INFORMS if share < 1 else "fails")


def alive_of(subject: Subject) -> list[tuple[Block, Array]]:
    """By block: the share alive in each row, base case."""
    return [
        (block, np.asarray(sum(states[state] for state in subject.alive[block.name])))
        for block, _, states in traces(subject)
        if subject.alive[block.name]
    ]


# Background mortality


def life_tables(subject: Subject) -> list[str]:
    """The life tables that formulas use."""
    known = [name for name in subject.book.tables if subject.roles[name] == "general mortality"]
    used = [name for name in known if any(name in subject.inputs_of(b, *_trees(b)) for b in subject.program.blocks)]
    if not used:
        raise DoesNotApplyError(
            "no formula uses a life table (a table by age with a column q...): background mortality cannot be judged"
        )
    return used


def mortality_reaches(subject: Subject) -> Iterator[Finding]:
    """Twice the general mortality shortens life in every arm, none of it lengthens it."""
    tables = life_tables(subject)
    lived = {
        factor: subject.changed(tables={name: _scaled(subject.book.tables[name], factor) for name in tables})
        for factor in (0.0, 2.0)
    }
    before = subject.base.effect("ly_undiscounted")[:, 0]
    entered = {b.strategy for b, alive in alive_of(subject) if alive[0] > _SLACK}
    idle = []
    for k, strategy in enumerate(subject.strategies):
        if strategy not in entered:
            continue
        more, none = (float(lived[factor].effect("ly_undiscounted")[k, 0]) for factor in (2.0, 0.0))
        if more > before[k] + _SLACK or none < before[k] - _SLACK:
            yield Finding("more general mortality lengthens life", f"strategy {strategy}", more, float(before[k]))
        elif abs(none - before[k]) <= _SLACK and abs(more - before[k]) <= _SLACK:
            idle.append((strategy, more))
    for strategy, years in idle:
        yield Finding(
            f"general mortality ({', '.join(tables)}) does not reach this arm"
            + ("" if len(idle) < len(entered) else ", nor any other: the risks of the disease stand above it throughout"),
            f"strategy {strategy}", years, verdict="fails" if len(idle) < len(entered) else INFORMS,
        )  # fmt: skip


def floor(subject: Subject) -> Iterator[Finding]:
    """In every cycle at least as many die as of the general population of their age."""
    tables = life_tables(subject)
    for block, alive in alive_of(subject):
        general = population(subject, block, tables[0])
        if general is None:
            continue
        enough = alive[:-1] > 1e-6
        kept = np.where(enough, alive[1:] / np.where(enough, alive[:-1], 1.0), 0.0)
        step = general[1:] / np.where(general[:-1] > 0, general[:-1], 1.0)
        gap = np.where(enough & (general[:-1] > 0), kept - step, 0.0)
        surplus = alive / max(alive[0], 1e-300) - general
        row = int(surplus.argmax())
        if surplus[row] > 1e-3:
            yield Finding(
                "more are alive than of the general population", f"{block.name}, row {row}", float(alive[row] / alive[0]),
                float(general[row]),
            )  # fmt: skip
        elif gap.max() > 1e-6:
            row = int(gap.argmax())
            rows = int((gap > 1e-6).sum())
            yield Finding(
                f"in {rows} of {len(gap)} cycles fewer die than of the general population; most so here (survival of a cycle)",
                f"{block.name}, row {row}", float(kept[row]), float(step[row]), verdict=INFORMS,
            )  # fmt: skip


def above_in_draws(subject: Subject) -> Iterator[Finding]:
    """In the draws too, survival at whole years is at most the general population's."""
    tables = life_tables(subject)
    at = subject.psa.kept["occupancy"]
    for block, alive in alive_of(subject):
        general = population(subject, block, tables[0])
        if general is None or block.clock is None or alive[0] <= _SLACK:
            continue
        times = np.array(at.times[block.strategy, block.name])
        rows = np.arange(len(general)) / block.clock.per_year
        most = np.interp(times, rows, general)[:, None]
        lived = sum(at.shares[block.strategy, block.name, state] for state in subject.alive[block.name])
        shares = lived / np.where(lived[:1] > _SLACK, lived[:1], 1.0)
        over = (shares - most).max(axis=0)
        count = int((over > 5e-3).sum())
        if count:
            draw = int(over.argmax())
            year = int((shares[:, draw] - most[:, 0]).argmax())
            yield Finding(
                f"in {count:,} of {over.size:,} draws more are alive than of the general population, such as draw {draw},"
                f" year {times[year]:g}", block.name, float(shares[year, draw]), float(most[year, 0]),
                verdict="fails" if count > 0.05 * over.size else INFORMS,
            )  # fmt: skip


def population(subject: Subject, block: Block, table: str) -> Array | None:
    """Survival (row,) of the general population from the block's start, as the model mixes the sexes; None without an age."""
    from hecon.evaluate.compile.build import Builder
    from hecon.evaluate.explaining.single_values import values_of
    from hecon.formula.macros import expand
    from hecon.formula.parsing import parse
    from hecon.formula.syntax import Name

    if "age" not in block.formulas or block.clock is None:
        return None
    mixed = next(
        (n for b in subject.program.blocks for t in _trees(b) for n in walk(t)
         if isinstance(n, Call) and n.op in ("mortality_rate", "mortality_prob", "alive_mix") and n.args[0] == Name(table)),
        None,
    )  # fmt: skip
    one = subject.book.tables[table]
    columns = [name for name in one.columns if name.lower().startswith("q")]
    if mixed is not None:
        women, start = to_text(mixed.args[2]), to_text(mixed.args[3])
        rate: Node = parse(f"mortality_rate({table}, age, {women}, {start})")
    elif len(columns) == 1:
        rate = parse(f'-log(1 - {table}[age, "{columns[0]}"])')
    else:
        return None
    draws = subject.book.base()
    last = float(one.index[-1])
    builder = Builder(subject.program, draws)
    cycles = block.clock.cycles
    age = builder.node(block, Name("age"))
    node = builder.node(block, expand(Call("*", (rate, Name("cycle_years")))))
    wanted = [(node, row) for row in range(cycles)] + [(age, 0)]
    with np.errstate(all="ignore"):
        values = values_of(subject.program, builder.graph, wanted, draws)
    hazard = np.array([float(values[node, row][0]) for row in range(cycles)])
    ages = float(values[age, 0][0]) + np.arange(cycles) / block.clock.per_year
    hazard = np.where(ages >= last, np.inf, np.nan_to_num(hazard, nan=np.inf))
    return np.concatenate([[1.0], np.exp(-np.cumsum(hazard))])


def _scaled(table: Table, factor: float) -> Table:
    """The life table with its probabilities times a factor, at most almost 1."""
    return replace(
        table,
        columns={
            name: np.minimum(x * factor, np.maximum(x, 0.99)) if name.lower().startswith("q") else x
            for name, x in table.columns.items()
        },
    )


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


def reversed_order(subject: Subject) -> Iterator[Finding]:
    """The order of the strategies changes nothing."""
    model = replace(subject.model, strategies=tuple(reversed(tuple(subject.model.strategies))))
    other = run(model, subject.book.base())
    places = {name: k for k, name in enumerate(other.strategies)}
    items = {(item.kind, item.name): k for k, item in enumerate(other.items)}
    for k, strategy in enumerate(subject.base.strategies):
        for i, item in enumerate(subject.base.items):
            got = float(other.values[places[strategy], items[item.kind, item.name], 0])
            wanted = float(subject.base.values[k, i, 0])
            if abs(got - wanted) > _SLACK * max(1.0, abs(wanted)):
                yield Finding(f"{item.name} depends on the order of strategies", f"strategy {strategy}", got, wanted)
