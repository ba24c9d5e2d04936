"""Tests that read formulas: numbers typed into them, look-ups by another row, what is counted twice, what it is tied to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hecon.formula.parsing import parse
from hecon.formula.program import Block, trees_of
from hecon.formula.syntax import Call, Name, Node, Number, Text, names_in, walk
from hecon.formula.text import to_text
from hecon.structure.lowering import as_tree
from hecon.verification.reading import written
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

_ALLOWED = {
    0.0,
    1.0,
    2.0,
    0.5,
    100.0,
    7.0,
    12.0,
    24.0,
    52.0,
    365.0,
    365.25,
    30.4375,
    52.18,
    1e-9,
    1e-12,
    1e-300,
    1000.0,
}
_TIMES = ("cycle", "t", "t_mid", "age", "age_mid", "state_time", "state_time_mid", "cycles")
_LOOK = {"lookup": 2, "interp": 2, "mortality_rate": 1, "mortality_prob": 1}  # where the row asked for stands
_COMPARE = ("<", "<=", ">", ">=", "==", "!=")


def typed_numbers(subject: Subject) -> Iterator[Finding]:
    """No number stands in a formula but 0, 1, those of time and those that a time or an age is compared with."""
    typed: dict[float, dict[str, tuple[Block, Node]]] = {}
    for block in subject.program.blocks:
        for place, tree in written(block):
            for value in _numbers(tree):
                typed.setdefault(value, {}).setdefault(place, (block, tree))
    age = as_tree(subject.model, []).age or ""
    if names_in(tree := parse(age or "0")) and (numbers := [n for n in walk(tree) if isinstance(n, Number)]):
        told = f"the number {numbers[0].value:g} is typed into the age of the cohort"
        yield Finding(told, got=numbers[0].value, formula=age, cell=subject.cells(names_in(tree)))
    for value, places in typed.items():
        place, (block, tree) = next(iter(places.items()))
        idle = next((one for one in _idle(subject) if abs(one.value - value) <= 1e-9 * abs(value)), None)
        telling = value != round(value) or abs(value) >= 1000  # a whole number may be anything: a month, an age
        more = f" and of {len(places) - 1} more, such as {list(places)[1]}" if len(places) > 1 else ""
        told = f"the number {value:g} is typed into the formula of {place}{more}"
        told += f"; the input {idle.name} has this value and moves nothing" if idle and telling else ""
        yield Finding(
            told, block.name, formula=to_text(tree), cell=idle.place("value") if idle and telling else "",
            verdict="fails" if idle and telling else INFORMS,
        )  # fmt: skip


def _idle(subject: Subject) -> "list[Parameter]":
    """Inputs that no outcome follows from."""
    return [one for name, one in subject.book.parameters.items() if name in subject.idle]


def right_row(subject: Subject) -> Iterator[Finding]:
    """A table by age is looked up at the age, one by time at the time: never a row before or after."""
    found = False
    asked: dict[tuple[str, Node], tuple[Block, str, Node, str]] = {}
    for block in subject.program.blocks:
        if block.clock is None or "age" not in block.formulas:
            continue
        for place, tree in trees_of(block):
            for node in walk(tree):
                if isinstance(node, Call) and node.op in _LOOK and isinstance(node.args[0], Name | Text):
                    first = node.args[0]
                    table, at = first.name if isinstance(first, Name) else first.value, node.args[_LOOK[node.op]]
                    if table in subject.book.tables:
                        asked.setdefault((block.name, at), (block, place, at, table))
    for block, place, at, table in asked.values():
        by = _axis(subject.book.tables[table].index_name)
        if by is None:
            continue
        found = True
        rows = values_in(subject, block, at)
        wanted = values_in(subject, block, Name(by))
        if rows is None or wanted is None:
            continue
        gap = rows - wanted
        steady = np.ptp(rows) < 1e-9  # the same row always: a norm at the start
        if (not steady and np.abs(gap).max() >= 1) or (steady and abs(gap[0]) >= 1):
            k = int(np.abs(gap).argmax()) if not steady else 0
            yield Finding(
                f"{place} looks {table} up at {to_text(at)}, another row than that of {by}", f"{block.name}, row {k}",
                float(rows[k]), float(wanted[k]), to_text(dict(trees_of(block))[place]), places=(place, table, to_text(at)),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no table by age or time is looked up")


def to_the_cycle(subject: Subject) -> Iterator[Finding]:
    """What moves a cohort is converted to its cycle: a yearly probability of a life table, a rate by `rate_to_prob`."""
    found = False
    for block in subject.program.blocks:
        if block.clock is None or block.states is None:
            continue
        for (a, b), entry in block.states.entries.items():
            if entry.unit == "rest":
                continue
            for node, told, name in _converted(
                subject, block, entry.tree, entry.unit == "probability", f"{a} -> {b}", frozenset()
            ):
                found = True
                if told:
                    inputs = list(subject.inputs_of(block, node))
                    yield Finding(
                        told, f"{block.name}, {a} -> {b}", formula=to_text(node), cell=subject.cells(inputs),
                        places=(name, f"{a} -> {b}", *inputs),
                    )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no transition converts a rate or takes a life table")


def _converted(
    subject: Subject, block: Block, tree: Node, probability: bool, name: str, seen: frozenset[str]
) -> Iterator[tuple[Node, str, str]]:
    """Conversions and look-ups of life tables that an entry consists of, what is wrong with each, and the formula it stands in."""
    assert block.clock is not None
    if isinstance(tree, Name):
        formula = subject.program.find(block, tree.name)
        if formula is not None and tree.name not in seen:
            yield from _converted(subject, block, formula.tree, probability, tree.name, seen | {tree.name})
    elif isinstance(tree, Call) and tree.op == "lookup" and isinstance(tree.args[0], Text):
        if subject.roles.get(tree.args[0].value) == "general mortality":
            off = probability and abs(block.clock.per_year - 1) > 1e-9
            yield tree, "a probability per year stands for one per cycle" if off else "", name
    elif isinstance(tree, Call) and tree.op in ("rate_to_prob", "mortality_prob", "competing_prob", "rescale_prob"):
        years = values_in(subject, block, tree.args[-1])
        off = years is not None and probability and abs(years[0] - block.clock.cycle_years) > 1e-9
        told = f"{tree.op} converts to {years[0] if years is not None else 0:g} years in cycles of {block.clock.cycle_years:g}"
        yield tree, told if off else "", name
    elif isinstance(tree, Call) and tree.op in (
        "+",
        "-",
        "*",
        "max",
        "min",
        "where",
        "hr_on_prob",
        "rr_on_prob",
        "or_on_prob",
    ):
        for arg in tree.args:
            yield from _converted(subject, block, arg, probability, name, seen)


def steps_last(subject: Subject) -> Iterator[Finding]:
    """A step by `cycle`, `t` or `state_time` lasts whole years, or as many months as a whole quarter has."""
    found = False
    for block in subject.program.blocks:
        if block.clock is None:
            continue
        for place, tree in written(block):
            for node in walk(tree):
                if not (isinstance(node, Call) and node.op in _COMPARE):
                    continue
                left, right = node.args
                if isinstance(left, Number):
                    left, right = right, left
                if not (
                    isinstance(left, Name) and left.name in ("cycle", "t", "state_time") and isinstance(right, Number)
                ):
                    continue
                found = True
                years = right.value * (block.clock.cycle_years if left.name == "cycle" else 1.0)
                strict = node.op in ("<=", ">") and left.name == "cycle"
                lasts = years + (block.clock.cycle_years if strict else 0.0)
                months = lasts * 12
                if (
                    lasts > 0.25
                    and abs(months / 3 - round(months / 3)) > 1e-6
                    and abs(lasts * 52 - round(lasts * 52)) > 1e-6
                ):
                    yield Finding(
                        f"{place} changes after {months:g} months ({left.name} {node.op} {right.value:g}); is that meant?",
                        block.name, lasts, formula=to_text(tree), verdict=INFORMS,
                    )  # fmt: skip
                row = lasts / block.clock.cycle_years
                if left.name != "state_time" and abs(row - round(row)) > 1e-6:
                    yield Finding(
                        f"{place} changes within a cycle ({left.name} {node.op} {right.value:g}): the step lasts to the next",
                        block.name, lasts, round(row + 0.5) * block.clock.cycle_years, to_text(tree),
                    )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no formula has a step in time")


def _numbers(tree: Node) -> Iterator[float]:
    """Numbers of a tree but those allowed, those compared with a time, and points in time asked for."""
    if isinstance(tree, Number):
        if abs(tree.value) not in _ALLOWED:
            yield tree.value
    elif isinstance(tree, Call):
        timed = tree.op in _COMPARE and any(set(names_in(arg)) & {*_TIMES, "occupancy"} for arg in tree.args)
        if timed or tree.op in ("at", "time_in", "discount_factor"):
            for arg in tree.args:
                if not isinstance(arg, Number) and tree.op not in ("time_in", "discount_factor"):
                    yield from _numbers(arg)
            return
        if tree.op in ("max", "min") and any(set(names_in(arg)) & set(_TIMES) for arg in tree.args):
            return
        for arg in tree.args:
            yield from _numbers(arg)


def _axis(index: str) -> str | None:
    """The name of time that a table's index stands for."""
    word = index.lower()
    return (
        "age"
        if word == "age"
        else "cycle"
        if word == "cycle"
        else "t"
        if word in ("t", "year", "years", "time")
        else None
    )


def values_in(subject: Subject, block: Block, tree: Node) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None":
    """A tree's values (row,) in a block, base case, in at most some forty of its rows; None where it has none that can be told.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> model, draws = two_years("0.2")
    >>> subject = Subject(open_case(model, draws.book), "", model, draws.book)
    >>> block = next(block for block in subject.program.blocks if block.clock)
    >>> values_in(subject, block, parse("10 * t")).tolist()
    [0.0, 10.0, 20.0]
    """
    from hecon.errors import HeconError
    from hecon.evaluate.compile.build import Builder
    from hecon.evaluate.explaining.single_values import values_of
    from hecon.formula.macros import expand

    assert block.clock is not None
    draws = subject.book.base()
    builder = Builder(subject.program, draws)
    rows = range(0, block.clock.cycles + 1, max(1, block.clock.cycles // 40))
    try:
        node = builder.node(block, expand(tree))
        with np.errstate(all="ignore"):
            found = values_of(subject.program, builder.graph, [(node, row) for row in rows], draws)
        return np.array([float(np.atleast_1d(found[node, row])[0]) for row in rows])
    except (HeconError, AssertionError, KeyError, IndexError, ValueError):
        return None
