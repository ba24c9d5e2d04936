"""What follows from some inputs, by the text of the formulas alone: never by their numbers, so nothing is missed by chance.

A cohort counts as one: if any of its transitions or starts depends, so does every state, and all that is made of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from hecon.formula.program import Block, Program
from hecon.formula.syntax import Name, Node, names_in, walk


@dataclass(frozen=True)
class Dependents:
    """What depends on some inputs: formulas by (block, name), blocks whose cohort does, the strategies of those (`moved`),
    pieces (strategy, kind, item, where) and reports (strategy, name).
    """

    formulas: frozenset[tuple[str, str]]
    cohorts: frozenset[str]
    moved: frozenset[str]
    pieces: frozenset[tuple[str, str, str, str]]
    reports: frozenset[tuple[str, str]]

    @property
    def items(self) -> set[tuple[str, str, str]]:
        """Outcomes with a piece that depends: (strategy, kind, item)."""
        return {piece[:3] for piece in self.pieces}


def dependents(program: Program, names: Collection[str]) -> Dependents:
    """All that is computed from inputs of these names, in one step or in many.

    >>> from hecon.formula.program import Formula, Term
    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.outcomes import Item
    >>> drug, care = Item("drug", "cost"), Item("care", "cost")
    >>> twice = Formula("twice", "2 * price", parse("2 * price"))
    >>> terms = (Term(drug, "", parse("twice + 1")), Term(care, "", parse("c_care")))
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {"twice": twice}, terms=terms)
    >>> sorted(dependents(Program("Demo", (("a", "A"),), (block,), (drug, care)), ["price"]).items)
    [('a', 'cost', 'drug')]
    """
    formulas: set[tuple[str, str]] = set()
    cohorts: set[str] = set()

    def told(block: Block, tree: Node | None) -> bool:
        return tree is not None and _follows(program, block, tree, names, formulas, cohorts)

    before = -1
    while before < len(formulas) + len(cohorts):
        before = len(formulas) + len(cohorts)
        for block in program.blocks:
            formulas |= {(block.name, name) for name, one in block.formulas.items() if told(block, one.tree)}
            cohorts |= {block.name for tree in _transitions(block) if told(block, tree)}
    pieces = {
        (block.strategy, term.item.kind, term.item.name, term.where)
        for block in program.blocks
        for term in block.terms
        if any(told(block, tree) for tree in (term.value, term.flow, term.discount)) or block.name in cohorts
    }
    reports = {
        (block.strategy, name)
        for block in program.blocks
        for name, tree in block.reports.items()
        if told(block, tree) or block.name in cohorts
    }
    moved = frozenset(block.strategy for block in program.blocks if block.name in cohorts)
    return Dependents(frozenset(formulas), frozenset(cohorts), moved, frozenset(pieces), frozenset(reports))


def followed(program: Program) -> set[str]:
    """The inputs that some cost, effect or life-year follows from: those of which `dependents` finds a piece, in one pass.

    >>> from hecon.formula.program import Formula, Term
    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> from hecon.outcomes import Item
    >>> twice = {"twice": Formula("twice", "2 * price", parse("2 * price")), "idle": Formula("idle", "x", parse("x"))}
    >>> terms = (Term(Item("drug", "cost"), "", parse("twice + 1")),)
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), twice, terms=terms)
    >>> followed(Program("Demo", (("a", "A"),), (block,), ()))
    {'price'}
    """
    inputs: set[str] = set()
    formulas: set[tuple[str, str]] = set()
    cohorts: set[str] = set()
    waiting = [
        (block, tree)
        for block in program.blocks
        for term in block.terms
        for tree in (term.value, term.flow, term.discount)
    ]
    while waiting:
        block, tree = waiting.pop()
        if block.name not in cohorts:
            cohorts.add(block.name)
            waiting += [(block, one) for one in _transitions(block)]
        for name in names_in(tree) if tree is not None else ():
            home = _home(program, block, name)
            if home is None:
                inputs.add(name)
            elif (home.name, name) not in formulas:
                formulas.add((home.name, name))
                waiting.append((home, home.formulas[name].tree))
    return inputs


def _transitions(block: Block) -> Iterable[Node]:
    """Every tree that places the cohort of a block."""
    yield from (block.mass, block.offset)
    if block.states is not None:
        yield from block.states.start.values()
        yield from (entry.tree for entry in block.states.entries.values())
    yield from (one.tree for one in (*block.occupied.values(), *block.moved.values()))


def _follows(
    program: Program, block: Block, tree: Node, names: Collection[str],
    formulas: Collection[tuple[str, str]], cohorts: Collection[str],
) -> bool:  # fmt: skip
    if block.name in cohorts:
        return True
    return any(isinstance(node, Name) and _named(program, block, node.name, names, formulas) for node in walk(tree))


def _named(
    program: Program, block: Block, name: str, names: Collection[str], formulas: Collection[tuple[str, str]]
) -> bool:
    home = _home(program, block, name)
    return name in names if home is None else (home.name, name) in formulas


def _home(program: Program, block: Block, name: str) -> Block | None:
    """The block whose formula a name stands for; None for an input."""
    home: Block | None = block
    while home is not None and name not in home.formulas:
        home = program.block(home.parent) if home.parent else None
    return home
