"""Tests of background mortality: it reaches every arm, and nobody outlives the general population."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hecon.arrays import Array
from hecon.evaluate.compile.build import Builder
from hecon.evaluate.explaining.single_values import values_of
from hecon.formula.macros import expand
from hecon.formula.parsing import parse
from hecon.formula.program import Block, trees_of
from hecon.formula.syntax import Call, Name, Node, walk
from hecon.formula.text import to_text
from hecon.inputs.parameter import Table
from hecon.verification.states import alive_of
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9


def _life_tables(subject: Subject) -> list[str]:
    """The life tables that formulas use."""
    known = [name for name in subject.book.tables if subject.roles[name] == "general mortality"]
    used = [
        name
        for name in known
        if any(name in subject.inputs_of(b, *(tree for _, tree in trees_of(b))) for b in subject.program.blocks)
    ]
    if not used:
        raise DoesNotApplyError(
            "no formula uses a life table (a table by age with a column q...): background mortality cannot be judged"
        )
    return used


def mortality_reaches(subject: Subject) -> Iterator[Finding]:
    """Twice the general mortality shortens life in every arm, none of it lengthens it."""
    tables = _life_tables(subject)
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
    if not any(
        table in subject.inputs_of(block, *_acting(block)) for table in tables for block in subject.program.blocks
    ):
        yield Finding(f"no outcome follows from {', '.join(tables)}: checks and reports alone use it")
        return
    for strategy, years in idle:
        yield Finding(
            f"general mortality ({', '.join(tables)}) does not reach this arm"
            + ("" if len(idle) < len(entered) else ", nor any other: is it a floor that is reached nowhere?"),
            f"strategy {strategy}", years, verdict="fails" if len(idle) < len(entered) else INFORMS,
        )  # fmt: skip


def floor(subject: Subject) -> Iterator[Finding]:
    """In every cycle at least as many die as of the general population of their age."""
    tables = _life_tables(subject)
    for block, alive in alive_of(subject):
        general = _population(subject, block, tables[0])
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
    tables = _life_tables(subject)
    at = subject.psa.kept["occupancy"]
    for block, alive in alive_of(subject):
        general = _population(subject, block, tables[0])
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


def _population(subject: Subject, block: Block, table: str) -> Array | None:
    """Survival (row,) of the general population from the block's start, as the model mixes the sexes; None without an age."""
    if "age" not in block.formulas or block.clock is None:
        return None
    mixed = next(
        (n for b in subject.program.blocks for _, t in trees_of(b) for n in walk(t)
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


def _acting(block: Block) -> list[Node]:
    """What places the cohort of a block and what is counted there."""
    entries = block.states.entries.values() if block.states else ()
    moved = (*entries, *block.occupied.values(), *block.moved.values())
    return [*(one.tree for one in moved), *(term.value for term in block.terms)]


def _scaled(table: Table, factor: float) -> Table:
    """The life table with its probabilities times a factor, at most almost 1."""
    return replace(
        table,
        columns={
            name: np.minimum(x * factor, np.maximum(x, 0.99)) if name.lower().startswith("q") else x
            for name, x in table.columns.items()
        },
    )
