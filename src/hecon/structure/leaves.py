"""Leaves that lead into one block: what makes them equal, and what the block is called after."""

from collections.abc import Sequence
from typing import Any

from hecon.structure.payoffs import on_a_clock
from hecon.structure.tree import Leaf, Path

_NAMED = 2  # leaves named in full


def leaf_names(paths: Sequence[Path]) -> str:
    """The branches that lead to each of some leaves; of more than two the first, and how many there are besides.

    >>> from hecon.structure.tree import Branch
    >>> a, b, c = (Branch(label, "0.3", Leaf()) for label in "abc")
    >>> leaf_names([Path((a, b), Leaf()), Path((c,), Leaf())])
    'a / b + c'
    """
    named = [" / ".join(branch.label for branch in path.branches) for path in paths]
    return " + ".join(named if len(named) <= _NAMED else [named[0], f"{len(named) - 1} more"])


def sameness(leaf: Leaf) -> tuple[Any, ...]:
    """What two leaves must share to lead into one block.

    >>> sameness(Leaf(let={"x": "1"})) == sameness(Leaf(let={"x": "1"})), sameness(Leaf()) == sameness(Leaf(let={"x": "1"}))
    (True, False)
    """
    overrides = [tuple(sorted(texts.items())) for texts in (leaf.let, leaf.transitions, leaf.rates)]
    return (id(leaf.to), *overrides, tuple(repr(one) for one in (*leaf.checks, *filter(on_a_clock, leaf.outcomes))))
