"""Tests of transitions as they are written: rates that are no probabilities, deaths left out, one transition unlike its likes."""

from collections.abc import Iterator

import numpy as np

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number, names_in
from hecon.formula.text import to_text
from hecon.inputs.units import unit_of
from hecon.verification.formulas import values_in
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_LINEAR = ("+", "-", "*", "/", "neg", "min", "max", "where")


def cohorts_of(subject: Subject) -> list[Block]:
    """The blocks of the program that move a cohort.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> [block.strategy for block in cohorts_of(subject)]
    ['a']
    """
    blocks = [block for block in subject.program.blocks if block.clock is not None and block.states is not None]
    if not blocks:
        raise DoesNotApplyError("no structure with transitions")
    return blocks


def rates_converted(subject: Subject) -> Iterator[Finding]:
    """No rate stands for a probability: it is converted by `rate_to_prob` and not multiplied by time; no probability is divided."""
    told: set[tuple[str, str]] = set()
    for block in cohorts_of(subject):
        assert block.states is not None
        for (a, b), entry in block.states.entries.items():
            if entry.unit != "probability" or a == b:
                continue
            for name, place, tree, why in _linear(subject, block, entry.tree, f"{a} -> {b}", False, frozenset()):
                values = values_in(subject, block, tree)
                if (name, place) in told:
                    continue
                told.add((name, place))
                p = float(np.nanmax(np.abs(values))) if values is not None and values.size else 1.0
                gap = abs(p + np.expm1(-p)) / p if p else 0.0
                yield Finding(
                    f"{place} takes {name} for a probability: {why}", f"{block.name}, {a} -> {b}",
                    p, float(-np.expm1(-p)), to_text(tree), subject.cells([name]),
                    INFORMS if gap < 0.01 else "fails", (place, f"{a} -> {b}", name),
                )  # fmt: skip
    yield from _into_rates(subject)


def _linear(
    subject: Subject, block: Block, tree: Node, place: str, timed: bool, seen: frozenset[str]
) -> Iterator[tuple[str, str, Node, str]]:
    """Rates that enter a probability by sums and products alone, and probabilities divided by a number of cycles."""
    if isinstance(tree, Name):
        formula = subject.program.find(block, tree.name)
        if formula is not None and tree.name not in seen:
            yield from _linear(subject, block, formula.tree, tree.name, False, seen | {tree.name})
        return
    if not (isinstance(tree, Call) and tree.op in _LINEAR):
        return
    names = [n for n in names_in(tree) if n in subject.book.parameters and subject.program.find(block, n) is None]
    if tree.op in ("*", "/"):
        flat = list(_factors(tree))
        direct = {node.name for node, _ in flat if isinstance(node, Name)}
        over = [node.value for node, up in flat if isinstance(node, Number) and not up]
        clocked = "cycle_years" in direct or any(x in (2.0, 4.0, 12.0, 52.0, 365.0, 365.25) for x in over)
        for name in names:
            kind = unit_of(subject.book.parameters[name]).kind
            times = unit_of(subject.book.parameters[name]).time or {}
            if name in direct and kind == "rate" and times and sum(times.values()) < 0 and clocked:
                yield name, place, tree, "it is a rate, multiplied by a time and not converted by rate_to_prob"
            elif name in direct and kind == "probability" and clocked:
                yield (
                    name,
                    place,
                    tree,
                    "divided by the number of cycles; rescale_prob(p, old_years, new_years) converts it",
                )
        if clocked:
            for factor in sorted(direct):
                home = subject.program.find(block, factor)
                if home is None:
                    continue
                rates = [
                    n
                    for n in subject.inputs_of(block, home.tree)
                    if n in subject.book.parameters and unit_of(subject.book.parameters[n]).kind == "rate"
                ]
                if rates and _is_rate(subject, block, home.tree, frozenset({factor})):
                    yield (
                        rates[0],
                        place,
                        tree,
                        f"{factor} is a rate, multiplied by a time and not converted by rate_to_prob",
                    )
    for arg in tree.args[1:] if tree.op == "where" else tree.args:
        yield from _linear(subject, block, arg, place, timed, seen)


def _is_rate(subject: Subject, block: Block, tree: Node, seen: frozenset[str]) -> bool:
    """Whether a formula is made of a rate by products and sums alone."""
    if isinstance(tree, Name):
        formula = subject.program.find(block, tree.name)
        if formula is not None:
            return tree.name not in seen and _is_rate(subject, block, formula.tree, seen | {tree.name})
        one = subject.book.parameters.get(tree.name)
        return one is not None and unit_of(one).kind == "rate"
    if isinstance(tree, Call) and tree.op in _LINEAR:
        return any(_is_rate(subject, block, arg, seen) for arg in tree.args)
    return False


def _into_rates(subject: Subject) -> Iterator[Finding]:
    """Probabilities that stand where `rate_to_prob` takes a rate."""
    from hecon.formula.syntax import walk
    from hecon.verification.reading import written

    told: set[tuple[str, str]] = set()
    for block in subject.program.blocks:
        for place, tree in written(block):
            for node in walk(tree):
                if not (isinstance(node, Call) and node.op == "rate_to_prob"):
                    continue
                for name in names_in(node.args[0]):
                    one = subject.book.parameters.get(name)
                    alone = node.args[0] == Name(name)
                    if alone and one is not None and unit_of(one).kind == "probability" and (place, name) not in told:
                        told.add((place, name))
                        yield Finding(
                            f"{place} converts {name} as a rate, and it is a probability", block.name, one.value,
                            formula=to_text(tree), cell=subject.cells([name]), verdict=INFORMS, places=(place, name),
                        )  # fmt: skip


def ways_out(subject: Subject) -> Iterator[Finding]:
    """From every state in which people live some die; every state is entered; none is left at random."""
    told: set[tuple[str, ...]] = set()
    for block in cohorts_of(subject):
        assert block.states is not None
        alive = subject.alive.get(block.name) or []
        dead = set(block.states.states) - set(alive)
        if not alive or not dead:
            continue
        entries = {(a, b): one for (a, b), one in block.states.entries.items() if a != b and one.tree != Number(0.0)}
        immortal = [a for a in alive if not any((a, b) in entries for b in dead)]
        if len(immortal) < len(alive):
            for state in immortal:
                if ("die", state) not in told:
                    told.add(("die", state))
                    yield Finding(
                        f"nobody dies in {state}: there is no transition from it to {', '.join(sorted(dead))}", block.name,
                        verdict=INFORMS, places=(*(f"{state} -> {b}" for b in sorted(dead)), state),
                    )  # fmt: skip
        for state in (*alive, *dead):
            starts = block.states.start.get(state, Number(0.0)) != Number(0.0)
            if not starts and not any(b == state for _, b in entries) and ("enter", state) not in told:
                told.add(("enter", state))
                yield Finding(f"nobody enters {state}", block.name, verdict=INFORMS, places=(state,))


def alike(subject: Subject) -> Iterator[Finding]:
    """What all transitions into a state but one have in them, that one has too: general mortality, a relative effect."""
    told: set[tuple[str, str]] = set()
    for block in cohorts_of(subject):
        assert block.states is not None
        into: dict[str, dict[str, set[str]]] = {}
        for (a, b), entry in block.states.entries.items():
            if a != b and entry.unit != "rest" and entry.tree != Number(0.0):
                into.setdefault(b, {})[f"{a} -> {b}"] = _all_names(subject, block, entry.tree)
        for state, entries in into.items():
            for name in dict.fromkeys(n for names in entries.values() for n in names):
                lacking = [place for place, names in entries.items() if name not in names]
                table = name in subject.book.tables and subject.roles[name] == "general mortality"
                enough = len(entries) >= 4 or (table and len(entries) >= 2)
                if len(lacking) != 1 or not enough or (lacking[0], state) in told:
                    continue
                told.add((lacking[0], state))
                yield Finding(
                    f"{name} is in every transition to {state} but {lacking[0]}", block.name, formula=to_text(
                        block.states.entries[tuple(lacking[0].split(" -> "))].tree  # type: ignore[index]  # two states
                    ), verdict=INFORMS, places=(lacking[0], name),
                )  # fmt: skip


def _all_names(subject: Subject, block: Block, tree: Node) -> set[str]:
    """Names of a tree and what they stand for, tables included."""
    found = set(subject.inputs_of(block, tree))
    waiting = [tree]
    while waiting:
        for name in names_in(waiting.pop()):
            formula = subject.program.find(block, name)
            if formula is not None and name not in found:
                waiting.append(formula.tree)
            if name not in ("cycle_years", "t", "age", "cycle"):
                found.add(name)
    return found


def _factors(tree: Node, up: bool = True) -> Iterator[tuple[Node, bool]]:
    """The factors of products and quotients: above (True) or below the line."""
    if isinstance(tree, Call) and tree.op == "*":
        for arg in tree.args:
            yield from _factors(arg, up)
    elif isinstance(tree, Call) and tree.op == "/":
        yield from _factors(tree.args[0], up)
        yield from _factors(tree.args[1], not up)
    else:
        yield tree, up
