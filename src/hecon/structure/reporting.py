"""Reports of a strategy whose leaves lead to several structures: added up where they count the cohort, else weighted by who
enters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hecon.errors import Fault
from hecon.formula.program import Block
from hecon.formula.syntax import Call, Name, Node, Number
from hecon.formula.vocabulary import REDUCTIONS
from hecon.structure.partitioned import COUNTED
from hecon.structure.scope import product, total

_SAME = ("+", "-", "neg", "abs", "min", "max", "cumulative", "next", *REDUCTIONS)
_COMPARED = ("<", "<=", ">", ">=", "==", "!=")


def weigh_reports(blocks: Sequence[Block], place: str, faults: list[Fault]) -> list[Block]:
    """A strategy's blocks with reports that add up to the strategy's.

    A share of the cohort (built of occupancy, transitions, mass) adds up as it is. What is the same however many enter, such as a
    curve at a time or a ratio, is weighted by the share of those who enter that enters each block. A mixture of both is a fault.

    >>> from hecon.formula.program import Clock
    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.text import to_text
    >>> ill, well = (Block(n, "a", None, Clock(1.0, 4), Number(m), Number(0.0), {}, reports={"alive at 2": parse("at(s_os, 2)")})
    ...              for n, m in (("ill", 0.3), ("well", 0.7)))
    >>> [to_text(one.reports["alive at 2"]) for one in weigh_reports([ill, well], "strategy a", [])]
    ['at(s_os, 2) * (0.3 / (0.3 + 0.7))', 'at(s_os, 2) * (0.7 / (0.3 + 0.7))']
    """
    by_name = {block.name: block for block in blocks}
    found = {block.name: dict(block.reports) for block in blocks}
    for name in dict.fromkeys(name for block in blocks for name in block.reports):
        homes = [block for block in blocks if name in block.reports]
        if len(homes) < 2 or (name in COUNTED and any(block.occupied for block in homes)):
            continue
        together = total(block.mass for block in homes)
        for block in homes:
            degree = _degree(block.reports[name], block, by_name)
            if degree == 0:
                weight = Call("/", (block.mass, together))
                found[block.name][name] = _times(block.reports[name], weight)
            elif degree != 1:
                faults.append(
                    Fault(
                        f"{place}, report {name}",
                        f"the strategy's leaves lead to {len(homes)} structures, and this is neither a share of the cohort"
                        " (occupancy, transitions, mass), which adds up, nor a value per patient, which is weighted: write it as"
                        ' one of them, such as mass - at(occupancy["dead"], 5) in place of 1 - at(occupancy["dead"], 5)',
                    )
                )
                break
    return [replace(block, reports=found[block.name]) for block in blocks]


def _times(tree: Node, weight: Node) -> Node:
    """A report times a weight; of a table by year, of what is added up in it."""
    if isinstance(tree, Call) and tree.op == "by_year":
        return Call("by_year", (product(tree.args[0], weight),))
    return product(tree, weight)


def _degree(tree: Node, block: Block, blocks: Mapping[str, Block]) -> int | None:
    """The power of the cohort's size in a formula: 1 for a share of the cohort, 0 for a value per patient, None for neither."""
    if isinstance(tree, Name):
        home: Block | None = block
        while home is not None and tree.name not in home.formulas:
            home = blocks.get(home.parent or "")
        if tree.name == "mass" and block.clock:
            return 1
        return _degree(home.formulas[tree.name].tree, home, blocks) if home is not None else 0
    if not isinstance(tree, Call):
        return 0
    if tree.op in ("occupancy", "transitions"):
        return 1
    degrees = [_degree(arg, block, blocks) for arg in tree.args]
    counted = slice(0, 1) if tree.op in REDUCTIONS else slice(1, None) if tree.op == "where" else slice(None)
    parts = zip(tree.args[counted], degrees[counted], strict=True)
    powers = {degree for arg, degree in parts if arg != Number(0.0)} or {0}
    known = [degree for degree in degrees if degree is not None]
    if len(known) < len(degrees):
        return None
    if tree.op in ("*", "/"):
        return known[0] + (known[1] if tree.op == "*" else -known[1])
    if tree.op in _COMPARED:
        return 0 if len(powers) == 1 else None
    if tree.op in _SAME or (tree.op == "where" and known[0] == 0):
        return powers.pop() if len(powers) == 1 else None
    return 0 if set(known) <= {0} else None
