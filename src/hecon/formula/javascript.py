"""The JavaScript printer of single formulas: the same tree, spelled as an expression over scalars.

What the expressions call beyond `Math` stands in page/javascript/functions.js.
"""

import json
from collections.abc import Callable, Sequence
from math import isfinite, isnan

from hecon.errors import ModelError
from hecon.formula.functions import PRIMITIVES
from hecon.formula.macros import expand
from hecon.formula.syntax import Call, Name, Node, Number, Text


def to_javascript(tree: Node, reference: Callable[[Name | Call], str] | None = None) -> str:
    """A tree as a JavaScript expression; macros are expanded, and brackets are set around every operation.

    `reference` spells a name, or a look-up, occupancy, move or reduction; left out, names stand as they are. Not a number
    is contagious in all of it.

    Raises:
        ModelError: a function without a JavaScript spelling.

    >>> from hecon.formula.parsing import parse
    >>> to_javascript(parse("-x ** 2 + rate_to_prob(r, 1 / 12)"))
    '((-(x*x))+(1-Math.exp(((-r)*(1/12)))))'
    >>> to_javascript(parse("c_drug if cycle < 24 and not done else round(c_late)"))
    '((truth=both(less(cycle,24),opposite(done)))?c_drug:truth===0?rounded(c_late,1):NaN)'
    """
    return _print(expand(tree), reference)


def spelled(op: str, arguments: Sequence[str], *, sure: bool = False) -> str:
    """One primitive on arguments that are JavaScript already, each a name, a number, a call or in brackets.

    `sure`: the arguments are numbers for sure, so that the spelling need not watch for what is not a number.

    Raises:
        ModelError: a function without a JavaScript spelling.

    >>> spelled("<", ["a", "b"]), spelled("<", ["a", "b"], sure=True), spelled("-", ["a", "-1"])
    ('less(a,b)', '(a<b?1:0)', '(a-(-1))')
    """
    row = PRIMITIVES[op]
    spelling = row.javascript_sure if sure and row.javascript_sure is not None else row.javascript
    if spelling is None:
        raise ModelError(
            f"'{op}' has no JavaScript spelling, so that a page cannot compute it: register it with"
            f' primitive("{op}", ..., javascript="...")'
        )
    args = [f"({one})" if one.startswith("-") else one for one in arguments]
    return spelling.format(*args) if isinstance(spelling, str) else spelling(args)


def number_text(value: float) -> str:
    """A number as JavaScript, to its last bit.

    >>> number_text(24.0), number_text(0.1), number_text(-1e-300), number_text(float("inf"))
    ('24', '0.1', '(-1e-300)', 'Infinity')
    """
    if isnan(value):
        return "NaN"
    text = repr(float(value)).removesuffix(".0") if isfinite(value) else str(value).replace("inf", "Infinity")
    return f"({text})" if text.startswith("-") else text


def _print(tree: Node, reference: Callable[[Name | Call], str] | None) -> str:
    match tree:
        case Number(value=value):
            return number_text(value)
        case Text(value=value):
            return json.dumps(value)
        case Name(name=name):
            return reference(tree) if reference else name
        case Call(op=op, args=args) if op in PRIMITIVES:
            return spelled(op, [_print(arg, reference) for arg in args])
        case Call(op=op):
            if reference is None:
                raise ModelError(f"{op} has no JavaScript of its own: pass `reference` to say where it stands")
            return reference(tree)
