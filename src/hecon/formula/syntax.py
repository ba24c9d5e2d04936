"""The formula language: Python's expression grammar, whitelisted node by node, read into a small tree of our own.

A tree has four kinds of node; everything that computes is a Call, so a back end is one walk with one table.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from hecon.errors import ModelError, nearest
from hecon.formula.vocabulary import CURVES, MANY, arity, words


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted word: a state, a transition, a column of a table."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """An input, a formula or a reserved name."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on other nodes: `+`, `exp`, `where`, `lookup`, a macro."""

    op: str
    args: tuple["Node", ...]


Node = Number | Text | Name | Call

_BINARY: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_INSTEAD: dict[type[ast.AST], str] = {
    ast.BitXor: "^ is not a power here: write **",
    ast.BitAnd: "& is not part of the formula language: write and",
    ast.BitOr: "| is not part of the formula language: write or",
    ast.Invert: "~ is not part of the formula language: write not",
    ast.Mod: "% is not part of the formula language: write x - y * floor(x / y)",
    ast.FloorDiv: "// is not part of the formula language: write floor(x / y)",
}
DEEPEST = 200  # nested operations; a sum of so many terms is one
MOST = 1.79e308  # the largest number that Python and a spreadsheet hold, but for its last digits
_LONG = re.compile(r"[0-9_]{400}")  # Python itself refuses to read such a number


@lru_cache(maxsize=20_000)
def read(text: str) -> Node:
    """Read one formula; what it becomes with its macros written out is measured by `parse` (parsing.py).

    Raises:
        ModelError: anything outside the language, with a caret under it.

    >>> read("a + 2 * b")
    Call(op='+', args=(Name(name='a'), Call(op='*', args=(Number(value=2.0), Name(name='b')))))
    >>> read("p.x")
    Traceback (most recent call last):
    hecon.errors.ModelError: attributes are not part of the formula language
      p.x
      ^
    """
    source = text.strip()
    if _LONG.search(source):
        raise ModelError(
            f"a number of more than 400 digits is larger than a computer holds; the formula begins {source[:60]}..."
        )
    try:
        body = ast.parse(source, mode="eval").body
    except SyntaxError as error:
        column = max((error.offset or 1) - 1, 0)
        line = source.splitlines()[(error.lineno or 1) - 1] if source else "(empty)"
        raise ModelError(f"not a formula: {error.msg}\n  {line}\n  {' ' * column}^") from None
    except (RecursionError, MemoryError):
        raise _too_deep(source) from None
    try:
        tree = _Reader(source).node(body)
    except RecursionError:
        raise _too_deep(source) from None
    if _depth(tree) > DEEPEST:
        raise _too_deep(source)
    return tree


def _depth(tree: Node) -> int:
    """How many operations are nested, counted without recursion."""
    deepest, queue = 0, [(tree, 0)]
    while queue:
        node, depth = queue.pop()
        deepest = max(deepest, depth)
        if isinstance(node, Call):
            queue += [(arg, depth + 1) for arg in node.args]
    return deepest


def _too_deep(source: str) -> ModelError:
    return ModelError(
        f"a formula nests more than {DEEPEST} operations: give its longest terms names of their own; it begins {source[:60]}..."
    )


class _Reader:
    """Turns Python's syntax tree into ours, refusing what the language has not."""

    def __init__(self, source: str) -> None:
        self.source = source

    def fail(self, node: ast.AST, why: str) -> ModelError:
        line = self.source.splitlines()[getattr(node, "lineno", 1) - 1]
        return ModelError(f"{why}\n  {line}\n  {' ' * getattr(node, 'col_offset', 0)}^")

    def node(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=bool()):
                raise self.fail(node, "True and False are not part of the formula language; write 1 and 0")
            case ast.Constant(value=int() | float() as value):
                if not -MOST < value < MOST:
                    raise self.fail(node, "a number is larger than a computer holds, 1.8e308")
                return Number(float(value))
            case ast.Constant(value=str() as word):
                return Text(word)
            case ast.Name(id=name):
                return Name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.node(operand)
                return Number(-inner.value) if isinstance(inner, Number) else Call("neg", (inner,))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Call("not", (self.node(operand),))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return Call(_BINARY[type(operator)], (self.node(left), self.node(right)))
            case ast.BoolOp(op=operator, values=values):
                word = "and" if isinstance(operator, ast.And) else "or"
                return Call(word, tuple(self.node(value) for value in values))
            case ast.Compare(left=left, ops=operators, comparators=others):
                return self.comparison(node, left, operators, others)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return Call("where", (self.node(test), self.node(body), self.node(orelse)))
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self.call(node, function, arguments)
            case ast.Subscript(value=ast.Name(id=table), slice=index):
                return self.subscript(node, table, index)
            case ast.BinOp(op=operator) | ast.UnaryOp(op=operator) if type(operator) in _INSTEAD:
                raise self.fail(node, _INSTEAD[type(operator)])
            case ast.Call():
                raise self.fail(node, "only known functions can be called, by position")
            case ast.Attribute():
                raise self.fail(node, "attributes are not part of the formula language")
            case _:
                raise self.fail(node, f"{type(node).__name__.lower()} is not part of the formula language")

    def comparison(self, node: ast.expr, left: ast.expr, operators: list[ast.cmpop], others: list[ast.expr]) -> Node:
        terms = [left, *others]
        pairs = []
        for operator, a, b in zip(operators, terms, terms[1:], strict=False):
            if type(operator) not in _COMPARE:
                raise self.fail(node, "only < <= > >= == != can be used to compare")
            pairs.append(Call(_COMPARE[type(operator)], (self.node(a), self.node(b))))
        return pairs[0] if len(pairs) == 1 else Call("and", tuple(pairs))

    def call(self, node: ast.expr, function: str, arguments: list[ast.expr]) -> Node:
        known = arity(function)
        if known is None:
            raise self.fail(node, f"unknown function '{function}'{nearest(function, words())}")
        low, high = known
        if not low <= len(arguments) <= high:
            wanted = str(low) if low == high else f"{low} to {high if high < MANY else 'many'}"
            raise self.fail(node, f"{function} takes {wanted} arguments; got {len(arguments)}")
        return Call(function, tuple(self.node(argument) for argument in arguments))

    def subscript(self, node: ast.expr, table: str, index: ast.expr) -> Node:
        if table in ("occupancy", "transitions"):
            word = self.node(index)
            if not isinstance(word, Text):
                example = 'occupancy["state"]' if table == "occupancy" else 'transitions["a -> b"]'
                raise self.fail(node, f"{table} takes a quoted name: {example}")
            return Call(table, (word,))
        if isinstance(index, ast.Tuple):
            parts = [self.node(part) for part in index.elts]
            if len(parts) != 2 or not isinstance(parts[1], Text):
                raise self.fail(node, f'a table is read as {table}[x] or {table}[x, "column"]')
            return Call("lookup", (Text(table), parts[1], parts[0]))
        return Call("lookup", (Text(table), Text(""), self.node(index)))


def walk(tree: Node) -> Iterator[Node]:
    """Every node of a tree, parents before children.

    >>> [node.name for node in walk(read("a * exp(b)")) if isinstance(node, Name)]
    ['a', 'b']
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Call):
            waiting += node.args[::-1]


def factors(tree: Node | None) -> list[Node]:
    """The factors of a product, from the left; none of nothing.

    >>> len(factors(read("a * (b * c) * (d + e)")))
    4
    """
    if isinstance(tree, Call) and tree.op == "*":
        return [one for arg in tree.args for one in factors(arg)]
    return [tree] if tree is not None else []


def asks_for_curve(tree: Node) -> bool:
    """Whether a tree calls a function of a fitted curve.

    >>> asks_for_curve(read("2 * survival(os, t)")), asks_for_curve(read("exp(-r * t)"))
    (True, False)
    """
    return any(isinstance(node, Call) and node.op in CURVES for node in walk(tree))


def names_in(tree: Node) -> dict[str, None]:
    """The names a tree uses, in order of appearance.

    >>> list(names_in(read("c_drug * (1 - rebate) + c_drug")))
    ['c_drug', 'rebate']
    """
    return {node.name: None for node in walk(tree) if isinstance(node, Name)}


def substitute(tree: Node, replace: Callable[[Node], Node | None]) -> Node:
    """The tree with every node for which `replace` gives another one replaced by it.

    >>> substitute(read("x + 1"), lambda node: Number(2.0) if node == Name("x") else None)
    Call(op='+', args=(Number(value=2.0), Number(value=1.0)))
    """
    other = replace(tree)
    if other is not None:
        return other
    if isinstance(tree, Call):
        return Call(tree.op, tuple(substitute(arg, replace) for arg in tree.args))
    return tree
