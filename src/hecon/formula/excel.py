"""The Excel printer of single formulas: the same tree, spelled for a cell.

Excel's precedence differs from Python's (-x^2 is (-x)^2, 2^3^2 is (2^3)^2), so brackets are set from the tree.
"""

from collections.abc import Callable

from hecon.errors import ModelError
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.special_excel import Written
from hecon.formula.syntax import Call, Name, Node, Number, Text, read

LONGEST = 8192
_LEVEL = {"<": 1, "<=": 1, ">": 1, ">=": 1, "==": 1, "!=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "**": 4, "neg": 5}
_ATOM = 9
_CONDITIONS = ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not")


def to_excel(tree: Node, reference: Callable[[Name | Call], str] | None = None) -> str:
    """A tree as the text of an Excel formula, without the leading `=`.

    `reference` spells a name, or a look-up, occupancy, move or reduction, as a cell, a range or a defined name; left
    out, names stand as they are. Macros are expanded. Strings are quoted with doubled quotes. A condition that is used as a
    number becomes 1 or 0, because Excel's TRUE is not 1: TRUE=1 is FALSE, and MAX leaves it out. A power that may be 0^0,
    an error in Excel, says so.

    Raises:
        ModelError: a function without an Excel spelling; a formula over 8,192 characters.

    >>> from hecon.formula.parsing import parse
    >>> to_excel(parse("-x ** 2")), to_excel(parse("2 ** 3 ** 2")), to_excel(parse("(-x) ** 2"))
    ('-(x^2)', '2^(3^2)', '(-x)^2')
    >>> to_excel(parse("c_drug if cycle < 24 and not done else round(c_late)"))
    'IF(AND(cycle<24,NOT(done)),c_drug,ROUND(c_late,0))'
    >>> to_excel(parse("2 * (cycle < 24)")), to_excel(parse("p ** k"))
    ('2*IF(cycle<24,1,0)', 'IF(AND(p=0,k=0),1,p^k)')
    >>> to_excel(parse("gamma_side(x, b * 2, side)"))
    'IF(side>0,1-GAMMADIST(x,(b*2),1,TRUE),GAMMADIST(x,(b*2),1,TRUE))'
    >>> to_excel(parse("gamma_side(x, b, -1)"))  # a side that is a number decides its branch here
    'GAMMADIST(x,b,1,TRUE)'
    """
    text = _print(_numeric(expand(tree)), reference)[0]
    if len(text) > LONGEST:
        raise ModelError(
            f"a formula of {len(text):,} characters does not fit into an Excel cell ({LONGEST:,}): give its longest terms"
            f" names of their own; it begins {text[:60]}..."
        )
    return text


def zero_to_zero(tree: Node) -> bool:
    """Whether a tree is a power that may be 0 to the 0th: 1 in numpy and LibreOffice, an error in Excel.

    1 + x is taken for not 0: a rate of -100% is none.

    >>> from hecon.formula.parsing import parse
    >>> [zero_to_zero(parse(text)) for text in ("p ** k", "p ** 2", "p ** (1 / k)", "(1 + r) ** -t", "2 ** k")]
    [True, False, False, False, False]
    """
    if not isinstance(tree, Call) or tree.op != "**":
        return False
    base, exponent = tree.args
    more_than_one = isinstance(base, Call) and base.op == "+" and Number(1.0) in base.args
    return _may_be_zero(base) and _may_be_zero(exponent) and not more_than_one


def _may_be_zero(tree: Node) -> bool:
    match tree:
        case Number(value=value):
            return value == 0.0
        case Call(op="exp"):
            return False
        case Call(op=("neg" | "/"), args=(first, *_)):
            return _may_be_zero(first)
        case Call(op="max", args=args):
            return not any(isinstance(one, Number) and one.value > 0 for one in args)
    return True


def _numeric(tree: Node) -> Node:
    """The tree with a number for each condition that is used as one."""
    if isinstance(tree, Call) and tree.op in _CONDITIONS:
        return Call("where", (_condition(tree), Number(1.0), Number(0.0)))
    if isinstance(tree, Call) and tree.op == "where":
        return Call("where", (_condition(tree.args[0]), *(_numeric(arg) for arg in tree.args[1:])))
    if isinstance(tree, Call) and tree.op in PRIMITIVES:
        return Call(tree.op, tuple(_numeric(arg) for arg in tree.args))
    return tree


def _condition(tree: Node) -> Node:
    """The tree where Excel expects TRUE or FALSE."""
    if isinstance(tree, Call) and tree.op in ("and", "or", "not"):
        return Call(tree.op, tuple(_condition(arg) for arg in tree.args))
    if isinstance(tree, Call) and tree.op in _CONDITIONS:
        return Call(tree.op, tuple(_numeric(arg) for arg in tree.args))
    return _numeric(tree)


def _print(tree: Node, reference: Callable[[Name | Call], str] | None) -> tuple[str, int]:
    match tree:
        case Number(value=value):
            text = repr(float(value))
            text = text[:-2] if text.endswith(".0") else text.replace("e", "E")
            return text, _ATOM if value >= 0 else 5
        case Text(value=value):
            return '"' + value.replace('"', '""') + '"', _ATOM
        case Name(name=name):
            return (reference(tree) if reference else name), _ATOM
        case Call(op="neg", args=(operand,)):
            return "-" + _wrap(operand, _ATOM, reference), 5
        case Call(op="**", args=(base, exponent)) if zero_to_zero(tree):
            both = ",".join(f"{_wrap(one, 2, reference)}=0" for one in (base, exponent))
            power = f"{_wrap(base, _ATOM, reference)}^{_wrap(exponent, _ATOM, reference)}"
            return f"IF(AND({both}),1,{power})", _ATOM
        case Call(op="**", args=(base, exponent)):
            return f"{_wrap(base, _ATOM, reference)}^{_wrap(exponent, _ATOM, reference)}", 4
        case Call(op=("+" | "-" | "*" | "/") as op, args=(left, right)):
            level = _LEVEL[op]
            # a minus sign at the head of a sum reads the same in both languages; elsewhere it is bracketed
            first = _wrap(left, level, reference, sign=op in "+-")
            return f"{first}{op}{_wrap(right, level + 1, reference, sign=False)}", level
        case Call(op=op, args=(left, right)) if op in _LEVEL:
            sides = [_wrap(side, 2, reference) for side in (left, right)]
            return PRIMITIVES[op].excel.format(*sides), 1  # type: ignore[union-attr]  # comparisons are templates
        case Call(op=op, args=args) if op in PRIMITIVES:
            return _function(op, [_print(arg, reference)[0] for arg in args], args, reference)
        case Call(op=op):
            if reference is None:
                raise ModelError(f"{op} has no spelling of its own in a cell: pass `reference` to say where it stands")
            return reference(tree), _ATOM


def _function(
    op: str, plain: list[str], args: tuple[Node, ...], reference: Callable[[Name | Call], str] | None
) -> tuple[str, int]:
    spelling = PRIMITIVES[op].excel
    if spelling is None:
        raise ModelError(f"{op} has no Excel spelling: its cells would hold values, not live formulas")
    if isinstance(spelling, Written):
        return _written(spelling, plain), _ATOM
    if callable(spelling):
        return spelling(plain), _ATOM
    if _is_one_call(spelling):
        return spelling.format(*plain), _ATOM
    return spelling.format(*(_wrap(arg, _ATOM, reference) for arg in args)), 2


def _written(spelling: Written, arguments: list[str]) -> str:
    """A spelling written in the formula language, printed with the arguments, already Excel, in their places."""
    tree = read(spelling.text)
    if spelling.parameters[-1] == "side" and arguments[-1] in ("1", "-1") and isinstance(tree, Call):
        tree = tree.args[1 if arguments[-1] == "1" else 2]
    given = dict(zip(spelling.parameters, (_bracketed(one) for one in arguments), strict=True))

    def place(node: Name | Call) -> str:
        assert isinstance(node, Name)
        return given[node.name]

    return to_excel(tree, place)


def _bracketed(text: str) -> str:
    """An argument in brackets, unless it is one word or number."""
    return text if text.replace(".", "").replace("_", "").replace("$", "").replace("!", "").isalnum() else f"({text})"


def _is_one_call(spelling: str) -> bool:
    """Whether a spelling is one call, such as EXP(...), so that it needs no brackets: EXP({0})/(1+EXP({0})) is not."""
    if not spelling[:1].isalpha() or not spelling.endswith(")"):
        return False
    depth = 0
    for k, letter in enumerate(spelling):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == ")" and depth == 0:
            return k == len(spelling) - 1
    return False


def _wrap(tree: Node, level: int, reference: Callable[[Name | Call], str] | None, *, sign: bool = True) -> str:
    text, own = _print(tree, reference)
    bracketed = own < level or (text.startswith("-") and (not sign or level == _ATOM))
    return f"({text})" if bracketed else text
