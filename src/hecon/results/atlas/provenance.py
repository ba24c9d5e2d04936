"""What a bar rests on: the worst fact that its items' amounts use, and how much of its money is assumed.

An item's facts are the inputs that its amount names, through named formulas: unit costs, probabilities, days. Who is in which
state, and which branch people take, is the model's survival and is judged apart. A switch is no fact, nor is an input of 0: what is
not given, such as a rebate, puts no money into a bar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hecon.formula.program import Block, Program, Term
from hecon.formula.syntax import Node, names_in
from hecon.outcomes import Outcomes
from hecon.results.atlas.causes import Bar, bar_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book

ORDER = ("read", "derived", "expert", "unverified", "assumption")  # from best to worst
ASSUMED = "assumption"
HALF = 0.5
_PLACED = ("p[", "path[", "all[", "curve[", "within[")  # formulas that say where people are


@dataclass(frozen=True)
class Basis:
    """What some money rests on: its `worst` fact ("" where it is a number of the model), and the share of the money (of both
    strategies, without signs) whose worst fact is assumed.
    """

    worst: str
    assumed: float

    @property
    def hatched(self) -> bool:
        """Whether over half of the money is assumed; such a bar is never summarised in a sentence.

        >>> Basis("assumption", 0.6).hatched, Basis("assumption", 0.4).hatched
        (True, False)
        """
        return self.assumed > HALF


def item_facts(program: Program, book: "Book") -> dict[tuple[str, str], str]:
    """The worst provenance of each cost by (strategy, item); "" where its amount names no input.

    >>> from hecon.evaluate.example import later_scan
    >>> from hecon.structure.lowering import lower
    >>> tree, draws = later_scan()
    >>> item_facts(lower(tree), draws.book)
    {('a', 'scan'): ''}
    """
    found: dict[tuple[str, str], str] = {}
    for block in program.blocks:
        for term in block.terms:
            if term.item.kind == "cost":
                key = (block.strategy, term.item.name)
                names = _inputs(program, block, _amount(term))
                known = (book.parameters[name] for name in names if name in book.parameters)
                facts = (one.provenance for one in known if one.value != 0 and one.unit != "switch")
                found[key] = worst([found.get(key, ""), *facts])
    return found


def worst(facts: Iterable[str]) -> str:
    """The worst of some provenances.

    >>> worst(["read", "unverified", "derived"]), worst([])
    ('unverified', '')
    """
    known = [one for one in facts if one in ORDER]
    return max(known, key=ORDER.index, default="")


def bases(
    outcomes: Outcomes, facts: Mapping[tuple[str, str], str], arms: tuple[str, str], by_sector: bool = False
) -> dict[Bar, dict[str, float]]:
    """The money (base case, both arms, without signs) of each bar by provenance.

    >>> import numpy as np
    >>> from hecon.outcomes import Item
    >>> items = (Item("drug", "cost", "product", "health care"), Item("vector", "cost", "product", "health care"))
    >>> one = Outcomes(np.array([[[0.0], [0.0]], [[30.0], [70.0]]]), ("care", "drug"), items)
    >>> bases(one, {("drug", "drug"): "read", ("drug", "vector"): "assumption"}, ("drug", "care"))
    {Bar(cause='product', of='', method='', sector=''): {'read': 30.0, 'assumption': 70.0}}
    """
    found: dict[Bar, dict[str, float]] = {}
    for k, item in enumerate(outcomes.items):
        if item.kind != "cost":
            continue
        for arm in arms:
            money = abs(float(outcomes.values[outcomes.strategies.index(arm), k, 0]))
            if money > 0:
                mine = found.setdefault(bar_of(item, by_sector), {})
                fact = facts.get((arm, item.name), "")
                mine[fact] = mine.get(fact, 0.0) + money
    return found


def basis(money: Iterable[Mapping[str, float]]) -> Basis:
    """What several bars rest on together.

    >>> basis([{"read": 30.0}, {"assumption": 70.0}])
    Basis(worst='assumption', assumed=0.7)
    """
    total: dict[str, float] = {}
    for one in money:
        for fact, size in one.items():
            total[fact] = total.get(fact, 0.0) + size
    whole = sum(total.values())
    return Basis(worst(total), total.get(ASSUMED, 0.0) / whole if whole else 0.0)


def _amount(term: Term) -> Node:
    """The term's amount before discounting."""
    return term.flow or term.amount or term.value


def _inputs(program: Program, block: Block, tree: Node) -> set[str]:
    """The inputs that a tree names, through named formulas that do not say where people are."""
    inputs: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(block, tree)]
    while waiting:
        home, node = waiting.pop()
        for name in names_in(node):
            if name.startswith(_PLACED):
                continue
            owner: Block | None = home
            while owner is not None and name not in owner.formulas:
                owner = program.block(owner.parent) if owner.parent else None
            if owner is None:
                inputs.add(name)
            elif (owner.name, name) not in seen:
                seen.add((owner.name, name))
                waiting.append((owner, owner.formulas[name].tree))
    return inputs
