"""What the author of a model wrote: formulas, transitions and amounts of blocks; branches and leaves of strategies, as trees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.errors import ModelError
from hecon.formula.parsing import parse
from hecon.formula.program import Block
from hecon.formula.syntax import Node
from hecon.structure.lowering import as_tree
from hecon.structure.tree import enumerate_decisions, paths_of

if TYPE_CHECKING:
    from hecon.structure.tree import Path
    from hecon.verification.subject import Subject

_OURS = (
    "cycle",
    "t",
    "t_mid",
    "age",
    "age_mid",
    "state_time",
    "state_time_mid",
    "cycles",
    "mass",
    "cycle_years",
    "lasts",
)


@dataclass(frozen=True)
class Written:
    """A formula of a strategy: `place` is its name, its item or its transition; `state` the state it is an amount in."""

    strategy: str
    place: str
    tree: Node
    state: str = ""
    branch: str = ""


def written(block: Block) -> Iterator[tuple[str, Node]]:
    """Formulas, transitions and amounts of a block as the author wrote them; not what hecon adds to it.

    >>> from hecon.evaluate.example import two_visits
    >>> program, _ = two_visits("c_visit")
    >>> [place for place, _ in written(program.blocks[0])]
    ['visits']
    """
    for formula in block.formulas.values():
        if not formula.name.startswith(("p[", "path[", "all[", "within[")) and formula.name not in _OURS:
            yield formula.name, formula.tree
    if block.states:
        for (a, b), formula in block.states.entries.items():
            if formula.unit != "rest":
                yield f"{a} -> {b}", formula.tree
    for term in block.terms:
        if term.item.kind in ("cost", "qaly", "carer_qaly"):
            place = f"{term.item.name} ({term.where})" if term.where else term.item.name
            yield place, term.flow or term.amount or term.value


def paths(subject: "Subject") -> Iterator[tuple[str, "Path"]]:
    """Every path of every strategy, decisions taken apart.

    >>> from hecon import open_case
    >>> from hecon.verification.subject import Subject
    >>> from hecon.workbook.example import one_visit
    >>> model, book = one_visit()
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> [(name, len(path.leaf.outcomes)) for name, path in paths(subject)]
    [('a', 1)]
    """
    for declared in as_tree(subject.model, []).strategies:
        for strategy in enumerate_decisions(declared):
            for path in paths_of(strategy.to):
                yield strategy.name, path


def own(subject: "Subject") -> Iterator[Written]:
    """What a strategy has of its own: its formulas, branches and items, and those of leaves that no other strategy has.

    >>> from hecon import open_case
    >>> from hecon.verification.subject import Subject
    >>> from hecon.workbook.example import one_visit
    >>> model, book = one_visit()
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> [(one.strategy, one.place) for one in own(subject)]
    [('a', 'visits')]
    """
    leaves: dict[str, set[str]] = {}
    for name, path in paths(subject):
        leaves.setdefault(repr(path.leaf), set()).add(name)
    for declared in as_tree(subject.model, []).strategies:
        for strategy in enumerate_decisions(declared):
            yield from _of(
                strategy.name, {**strategy.let, **strategy.transitions, **strategy.rates}, strategy.outcomes, ""
            )
            for path in paths_of(strategy.to):
                label = path.branches[-1].label if path.branches else ""
                for branch in path.branches:
                    yield from _of(
                        strategy.name, {f"branch {branch.label}": branch.probability}, branch.outcomes, branch.label
                    )
                if len(leaves[repr(path.leaf)]) == 1:
                    leaf = path.leaf
                    yield from _of(strategy.name, {**leaf.let, **leaf.transitions, **leaf.rates}, leaf.outcomes, label)


def amounts_by_state(subject: "Subject") -> Iterator[Written]:
    """Amounts per state and transitions of all structures, once each.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> [(one.place, one.state) for one in amounts_by_state(subject)]
    [('life_years', 'well'), ('well -> dead', 'well')]
    """
    seen: set[tuple[str, str, Node]] = set()
    for block in subject.program.blocks:
        for term in block.terms:
            if term.where and "->" not in term.where and term.flow is not None:
                one = Written(block.strategy, term.item.name, term.flow, term.where)
                if (one.place, one.state, one.tree) not in seen:
                    seen.add((one.place, one.state, one.tree))
                    yield one
        for (a, b), entry in (block.states.entries if block.states else {}).items():
            if entry.unit != "rest" and a != b and (f"{a} -> {b}", "", entry.tree) not in seen:
                seen.add((f"{a} -> {b}", "", entry.tree))
                yield Written(block.strategy, f"{a} -> {b}", entry.tree, a)


def _of(strategy: str, texts: Mapping[str, object], outcomes: object, branch: str) -> Iterator[Written]:
    for place, text in texts.items():
        if (tree := _parsed(text)) is not None:
            yield Written(strategy, place, tree, branch=branch)
    for item in outcomes if isinstance(outcomes, list | tuple) else ():
        amount = item.amount if isinstance(item.amount, Mapping) else {"": item.amount}
        for state, text in amount.items():
            if (tree := _parsed(text)) is not None:
                yield Written(strategy, item.name, tree, state, branch)


def _parsed(text: object) -> Node | None:
    try:
        return parse(text) if isinstance(text, str) and text not in ("C", "") else None
    except ModelError:
        return None
