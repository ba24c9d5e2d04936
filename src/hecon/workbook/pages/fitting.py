"""Formulas cut to what a cell can bear: what is no primitive becomes an address, and long terms get cells of their own."""

from typing import TYPE_CHECKING

from hecon.formula.excel import zero_to_zero
from hecon.formula.functions import PRIMITIVES
from hecon.formula.special_excel import SPELLINGS, spelled
from hecon.formula.syntax import Call, Name, Node, Number

if TYPE_CHECKING:
    from hecon.workbook.pages.spelling import Speller

LONG = 900  # characters, roughly, beyond which a formula's longest term is given a cell of its own
SPELLED = "\x06"  # marks a name that is already an address
_BRIEF = 60  # characters, roughly, below which a choice stays within its formula


def fitted(speller: "Speller", tree: Node, state: str) -> Node:
    """A tree with everything that is not a primitive replaced by where it stands, and no formula too long."""
    return _fitted(speller, tree, state)[0]


def _fitted(speller: "Speller", tree: Node, state: str) -> tuple[Node, int]:
    """The tree and, roughly, how many characters it takes."""
    if not isinstance(tree, Call):
        return tree, 12
    if tree.op not in PRIMITIVES or PRIMITIVES[tree.op].excel is None:
        text = speller.call(tree, state)
        return Name(SPELLED + text), len(text)
    parts = [_fitted(speller, arg, state) for arg in tree.args]
    sizes = [size for _, size in parts]
    nodes = [node for node, _ in parts]

    def own_cell(k: int, title: str = "") -> None:
        nodes[k], sizes[k] = Name(SPELLED + speller.cell(speller.hoist(tree.args[k], state, title))), 8

    if (choice := _choice(tree)) and sizes[1] > _BRIEF:
        own_cell(1, choice)
    if tree.op in SPELLINGS:  # an argument stands many times in a special function's spelling
        for k in [k for k, node in enumerate(nodes) if isinstance(node, Call)]:
            own_cell(k)
        return Call(tree.op, tuple(nodes)), len(spelled(tree.op)(["A1"] * len(nodes)))
    if zero_to_zero(tree):  # and twice in a power that looks out for 0^0
        for k in [k for k, node in enumerate(nodes) if isinstance(node, Call) and sizes[k] > _BRIEF]:
            own_cell(k)
        return Call(tree.op, tuple(nodes)), 2 * sum(sizes) + 16
    most = LONG // (2 if tree.op == "where" else 1)
    while sum(sizes) > most:
        free = [k for k, node in enumerate(nodes) if isinstance(node, Call) and not _chained(tree, k)]
        if not free:
            break
        own_cell(max(free, key=lambda k: sizes[k]))
    return Call(tree.op, tuple(nodes)), sum(sizes) + 6


def _choice(tree: Call) -> str:
    """What a `where` on a choice by number says, such as "os_family = 2"; a column for each choice is easier to read."""
    match tree:
        case Call(op="where", args=(Call(op="==", args=(Name(name=name), Number(value=value))), _, _)):
            return f"{name} = {value:g}"
    return ""


def _chained(tree: Call, k: int) -> bool:
    """Whether an argument is the rest of a chain of choices, which alone may be an error."""
    inner = tree.args[k]
    return tree.op == "where" and k == 2 and isinstance(inner, Call) and inner.op == "where"
