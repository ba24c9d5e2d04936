"""Tests of units of time inside formulas: what is converted twice or by another unit, compared or added across units."""

from collections.abc import Iterator
from itertools import pairwise

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number, names_in, walk
from hecon.formula.text import to_text
from hecon.verification.reading import written
from hecon.verification.spans import YEARS, Span, converts, same, span_of
from hecon.verification.subject import Subject, amounts_of, place_of
from hecon.verification.verdict import INFORMS, Finding

_SUMS = ("+", "-", "min", "max", "where")
_COMPARE = ("<", "<=", ">", ">=", "==")


def units_of_time(subject: Subject) -> Iterator[Finding]:
    """In formulas, units of time are converted once: nothing per year times 12, no months with years, no sum of both."""
    told: set[tuple[str, str]] = set()
    for block in subject.program.blocks:
        for place, tree in written(block):
            for found in (*_compared(subject, block, place, tree), *_added(subject, block, place, tree),
                          *_twice(subject, block, place, tree)):  # fmt: skip
                if (found.formula, found.told) not in told:
                    told.add((found.formula, found.told))
                    yield found
    yield from _amounts(subject)


def _compared(subject: Subject, block: Block, place: str, tree: Node) -> Iterator[Finding]:
    """Comparisons of a time with an input of another unit of time."""
    for node in walk(tree):
        if not (isinstance(node, Call) and node.op in _COMPARE) or block.clock is None:
            continue
        left, right = node.args
        sizes = [_size(subject, block, one) for one in (left, right)]
        one, other = sizes
        if one is None or other is None or not any(_axis(side) for side in (left, right)):
            continue
        if not same(one, other) and converts(one / other):
            inputs = [n for side in (left, right) for n in subject.inputs_of(block, side)]
            yield Finding(
                f"{place} compares {to_text(left)} with {to_text(right)}, which is in another unit of time", block.name,
                formula=to_text(node), cell=subject.cells(inputs), places=(place, *inputs),
            )  # fmt: skip


def _axis(tree: Node) -> bool:
    return bool(set(names_in(tree)) & {*YEARS, "cycle"})


def _size(subject: Subject, block: Block, tree: Node) -> float | None:
    """The length in years of the unit in which a time is written; None for a bare number, or what is not a time."""
    assert block.clock is not None
    if tree == Name("cycle"):
        return block.clock.cycle_years
    if isinstance(tree, Call) and tree.op == "/" and tree.args[1] == Name("cycle_years"):
        inner = _size(subject, block, tree.args[0])
        return None if inner is None else inner * block.clock.cycle_years
    if isinstance(tree, Call) and tree.op in ("ceil", "floor", "round"):
        return _size(subject, block, tree.args[0])
    span = span_of(subject, block, tree)
    if span is None or span.order != 1 or not span.names:
        return None
    return 1 / span.factor


def _added(subject: Subject, block: Block, place: str, tree: Node) -> Iterator[Finding]:
    """Sums and choices of money per time and money at once, or of money per year and per month."""
    for node in walk(tree):
        if not (isinstance(node, Call) and node.op in _SUMS):
            continue
        args = node.args[1:] if node.op == "where" else node.args
        spans = [(arg, span_of(subject, block, arg)) for arg in args]
        money = [(arg, one) for arg, one in spans if one is not None and one.money and not one.loose]
        for (_, one), (arg, other) in pairwise(money):
            if any(not same(span.number, 1.0) and not converts(span.number) for span in (one, other)):
                continue  # a number may be a length of time: half of an amount per year
            if one.order == other.order and (same(one.factor, other.factor) or not converts(one.factor / other.factor)):
                continue
            words = "an amount at once and one per time" if one.order != other.order else "amounts per different times"
            inputs = [n for n in subject.inputs_of(block, arg) if n in subject.book.parameters]
            others = [n for n in subject.inputs_of(block, node) if n in subject.book.parameters]
            yield Finding(
                f"{place} adds up or chooses between {words}", block.name, formula=to_text(node),
                cell=subject.cells(others), places=(place, *inputs, *others),
            )  # fmt: skip


def _twice(subject: Subject, block: Block, place: str, tree: Node) -> Iterator[Finding]:
    """Lengths of time over each other, of which one is converted and need not be."""
    for node in walk(tree):
        if not (isinstance(node, Call) and node.op == "/"):
            continue
        span = span_of(subject, block, node)
        if span is None or span.order or span.loose or span.money or len(span.names) < 2:
            continue
        if not same(span.factor, 1.0) and converts(span.factor) and set(span.names) & {*YEARS}:
            inputs = list(subject.inputs_of(block, node))
            yield Finding(
                f"{place} divides {to_text(node.args[0])} by {to_text(node.args[1])}: one of them is in another unit of time",
                block.name, formula=to_text(tree), cell=subject.cells(inputs), places=(place, *inputs),
            )  # fmt: skip


def _amounts(subject: Subject) -> Iterator[Finding]:
    """Amounts per year that are converted though they need not be, and amounts at an event that are per time."""
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if key[1] not in ("cost", "qaly", "carer_qaly") or abs(subject.pieces[key]) <= 1e-9:
            continue
        flows = term.flow is not None and term.falls is None
        tree = _core(amounts_of(term))
        span = span_of(subject, block, tree)
        if span is None or span.loose or (key[1] == "cost" and not span.money):
            continue
        told = _wrong(span, flows, key[1] == "cost")
        if told:
            inputs = [n for n in subject.inputs_of(block, tree) if n in subject.book.parameters]
            first = [n for n in span.names if n in inputs]
            yield Finding(
                f"{key[2]} {told}", place_of(key), subject.pieces[key], formula=to_text(tree), cell=subject.cells(inputs),
                verdict="fails" if converts(span.factor) and span.order else INFORMS, places=(key[2], *names_in(tree), *first),
            )  # fmt: skip


def _wrong(span: Span, flows: bool, money: bool) -> str:
    """What is wrong with the units of time of an amount, in words; nothing where all is well."""
    wanted = -1 if flows and money else 0
    if (
        span.order == (1 if not money and not flows else wanted)
        and not same(span.factor, 1.0)
        and converts(span.factor)
    ):
        return "is converted by another unit of time than its inputs have, or converted twice"
    if money and not flows and span.order == -1 and same(span.number, 1.0):
        return "is paid at once and its inputs are per time: for how long is not in it"
    if money and flows and not span.time and same(span.number, 1.0):
        return "is paid per year and its inputs give an amount at once"
    return ""


def _core(tree: Node) -> Node:
    """What the author wrote of an amount: without the time spent, the cycle length, events and the share of a path."""
    if isinstance(tree, Call) and tree.op == "*":
        kept = [_core(arg) for arg in tree.args if not _added_by_hecon(arg)]
        if not kept:
            return Number(1.0)
        return kept[0] if len(kept) == 1 else Call("*", tuple(kept))
    return tree


def _added_by_hecon(tree: Node) -> bool:
    if isinstance(tree, Call):
        return tree.op in ("time_in", "transitions", "occupancy")
    return isinstance(tree, Name) and (
        tree.name in ("cycle_years", "mass") or tree.name.startswith(("path[", "all[", "within["))
    )
