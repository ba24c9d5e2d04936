"""Tests of amounts as they are written: what is counted twice, what a harm is tied to, of which kind an amount is."""

from collections.abc import Iterator

from hecon.formula.program import Block
from hecon.formula.syntax import Call, Node, walk
from hecon.inputs.units import unit_of
from hecon.verification.subject import Key, Subject, amounts_of, place_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding


def counted_twice(subject: Subject) -> Iterator[Finding]:
    """No two items of an arm are the same amount of money, of the same inputs, at the same place and time."""
    seen: dict[tuple[str, str, Node, str], list[Key]] = {}
    for key, terms in subject.terms.items():
        if key[1] not in ("cost", "qaly"):
            continue
        for block, term in terms:
            tree = term.flow or term.amount or term.value
            if not subject.inputs_of(block, tree) or abs(subject.pieces[key]) <= 1e-9:
                continue
            sector = term.item.sector if "productivity" in term.item.sector else ""
            place = seen.setdefault((block.name, key[1] + sector, _sorted(tree), str(term.time)), [])
            if key not in place:
                place.append(key)
    for (block_name, _, tree, _), keys in seen.items():
        names = list(dict.fromkeys(key[2] for key in keys))
        if len(names) > 1:
            block = subject.program.block(block_name)
            yield Finding(
                f"{' and '.join(names)} are the same amount: counted twice", f"strategy {keys[0][0]} ({keys[0][3]})",
                subject.pieces[keys[0]] + subject.pieces[keys[1]], subject.pieces[keys[0]], subject.formula(keys[0]),
                subject.cells(subject.inputs_of(block, tree)),
            )  # fmt: skip


def once_each(subject: Subject) -> Iterator[Finding]:
    """An amount that is paid once per event is in one item of that event alone."""
    seen: dict[tuple[str, str, str], dict[str, None]] = {}
    for key, terms in subject.terms.items():
        if key[1] != "cost" or "->" not in key[3] or abs(subject.pieces[key]) <= 1e-9:
            continue
        block, term = terms[0]
        names = [n for n in subject.inputs_of(block, amounts_of(term)) if n in subject.book.parameters]
        if any(unit_of(subject.book.parameters[n]).kind in ("count", "time") for n in names):
            continue  # a unit cost, times how many
        for name in names:
            one = unit_of(subject.book.parameters[name])
            rises = (
                subject.swings.steps(name).get(key, 0.0) > 0
            )  # what is taken off in one and paid in the other is paid once
            if one.kind == "money" and not one.time and rises:
                seen.setdefault((key[0], key[3], name), {})[key[2]] = None
    for (strategy, where, name), items in seen.items():
        if len(items) > 1:
            yield Finding(
                f"{name} is paid at {where} by {' and by '.join(items)}: counted twice?", f"strategy {strategy}",
                cell=subject.cells([name]), verdict=INFORMS, places=(*items, name),
            )  # fmt: skip


def harms_tied(subject: Subject) -> Iterator[Finding]:
    """The cost of a harm, of what follows failure and of the end of life is tied to how often it happens."""
    causes = ("side effects", "subsequent treatment", "end of life")
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if key[1] != "cost" or term.item.category not in causes or abs(subject.pieces[key]) <= 1e-9:
            continue
        found = True
        tree = term.flow or term.amount or term.value
        names = subject.inputs_of(block, tree)
        dies = key[3].endswith("-> dead") or key[3].rpartition("-> ")[2] in _dead(subject, block)
        if "->" in key[3] and dies != (term.item.category == "end of life") and term.item.category != "side effects":
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid {'on death' if dies else 'on another event than death'}",
                place_of(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(names),
            )  # fmt: skip
        often = any(
            unit_of(subject.book.parameters[n]).kind in ("probability", "rate", "count", "ratio")
            for n in names
            if n in subject.book.parameters
        )
        if not (
            often
            or key[3]
            or any(isinstance(node, Call) and node.op in ("transitions", "occupancy", "time_in") for node in walk(tree))
        ):
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid by everybody: no probability, count or transition is in it",
                f"strategy {key[0]}", subject.pieces[key], formula=subject.formula(key), cell=subject.cells(names),
                verdict=INFORMS,
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError(f"no cost of {', '.join(causes)}")


def same_incidence(subject: Subject) -> Iterator[Finding]:
    """Cost and QALYs of one harm follow from the same incidence."""
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        other = (key[0], "qaly", key[2], key[3])
        if key[1] != "cost" or term.item.category != "side effects" or other not in subject.terms:
            continue
        found = True
        there, mate = subject.terms[other][0]
        mine, theirs = (
            {n for n in subject.inputs_of(b, t.flow or t.amount or t.value) if subject.roles.get(n) == "incidence"}
            for b, t in ((block, term), (there, mate))
        )
        if mine != theirs:
            told = ", ".join(sorted(mine ^ theirs))
            yield Finding(
                f"cost and QALYs of {key[2]} do not follow from the same incidence: {told}", f"strategy {key[0]}",
                formula=f"{subject.formula(key)}; {subject.formula(other)}", cell=subject.cells(sorted(mine ^ theirs)),
                verdict=INFORMS,
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no harm has both a cost and a loss of QALYs under one name")


def product_after_failure(subject: Subject) -> Iterator[Finding]:
    """The product is not paid as a flow in a state that follows its failure."""
    words = ("progress", "relapse", "post", "fail", "recur", "after")
    found = False
    for key, terms in subject.terms.items():
        block, term = terms[0]
        if (
            key[1] != "cost"
            or term.item.category not in ("product", "upfront")
            or term.flow is None
            or term.falls is not None
        ):
            continue
        found = True
        state = key[3].lower().replace("progression_free", "").replace("event_free", "")
        if any(word in state for word in words) and abs(subject.pieces[key]) > 1e-9:
            yield Finding(
                f"{key[2]} ({term.item.category}) is paid in {key[3]}: treatment goes on after failure, or is filed wrongly",
                f"strategy {key[0]}", subject.pieces[key], 0.0, subject.formula(key),
                subject.cells(subject.inputs_of(block, term.flow)),
            )  # fmt: skip
    if not found:
        raise DoesNotApplyError("no product is paid as a flow in states")


def _dead(subject: Subject, block: Block) -> set[str]:
    """The states of a block in which nobody lives."""
    states = [*block.occupied] if block.occupied else [*block.states.states] if block.states else []
    return set(states) - set(subject.alive.get(block.name, states))


def _sorted(tree: Node) -> Node:
    """The tree with the arguments of sums and products in one order."""
    if not isinstance(tree, Call):
        return tree
    args = tuple(_sorted(arg) for arg in tree.args)
    return Call(tree.op, tuple(sorted(args, key=repr)) if tree.op in ("+", "*") else args)
