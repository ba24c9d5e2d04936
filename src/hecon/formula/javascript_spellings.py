"""The JavaScript spellings of primitives that are more than a template; what they call stands in page/javascript/functions.js.

Every spelling stands by itself among operators: it is a name, a number, a call or in brackets.
"""

import re
from collections.abc import Callable

Spelling = Callable[[list[str]], str]
_WORD = re.compile(r"[\w.$\[\]]+")
_NUMBER = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?|\(-\d+(\.\d+)?(e[+-]?\d+)?\)")
_CHOICE = re.compile(r"\(([\w.$\[\]]+[<>=!]+[\w.$\[\]]+)\?1:0\)")


def call(name: str) -> Spelling:
    """A call of a function with all arguments.

    >>> call("Math.min")(["a", "b"])
    'Math.min(a,b)'
    """
    return lambda args: f"{name}({','.join(args)})"


def many(name: str) -> Spelling:
    """Calls of a function of two arguments, from the left.

    >>> many("both")(["a", "b", "c"])
    'both(both(a,b),c)'
    """

    def spell(args: list[str]) -> str:
        text = args[0]
        for arg in args[1:]:
            text = f"{name}({text},{arg})"
        return text

    return spell


def chain(sign: str) -> Spelling:
    """A condition of many, joined by && or ||, as 1 or 0.

    >>> chain("&&")(["a", "b", "c"])
    '(a&&b&&c?1:0)'
    """
    return lambda args: f"({sign.join(args)}?1:0)"


def where_text(args: list[str]) -> str:
    """One of two by a test, only that one evaluated; not a number where the test is none.

    >>> where_text(["(a<b?1:0)", "x", "y"]), where_text(["a", "x", "y"])
    ('(a<b?x:y)', '(a?x:a===0?y:NaN)')
    >>> where_text(["less(a,b)", "x", "y"])                            # `truth` is a variable of functions.js
    '((truth=less(a,b))?x:truth===0?y:NaN)'
    """
    test, yes, no = args
    if sure := _CHOICE.fullmatch(test):
        return f"({sure[1]}?{yes}:{no})"
    if _WORD.fullmatch(test):
        return f"({test}?{yes}:{test}===0?{no}:NaN)"
    return f"((truth={test})?{yes}:truth===0?{no}:NaN)"


def power_text(args: list[str]) -> str:
    """A power; JavaScript's own has 1 for NaN ** 0 and NaN for 1 ** Infinity.

    >>> power_text(["x", "2"]), power_text(["x", "(-1)"]), power_text(["x", "1.5"]), power_text(["2", "y"]), power_text(["x", "y"])
    ('(x*x)', '(1/x)', '(x**1.5)', '(2**y)', 'power(x,y)')
    """
    base, exponent = args
    if (number := _number(exponent)) is not None and number != 0:
        if number == 2 and _WORD.fullmatch(base):
            return f"({base}*{base})"
        return f"(1/{base})" if number == -1 else f"({base}**{exponent})"
    if (number := _number(base)) is not None and abs(number) != 1:
        return f"({base}**{exponent})"
    return f"power({base},{exponent})"


def round_text(args: list[str]) -> str:
    """Rounding; a power of ten is printed where the digits are a number.

    >>> round_text(["x"]), round_text(["x", "2"]), round_text(["x", "(-3)"]), round_text(["x", "n"])
    ('rounded(x,1)', 'rounded(x,1e2)', 'rounded(x,1e-3)', 'rounded(x,ten_to(n))')
    """
    digits = _number(args[1]) if len(args) > 1 else 0.0
    if digits is None:
        return f"rounded({args[0]},ten_to({args[1]}))"
    return f"rounded({args[0]},{f'1e{int(digits)}' if int(digits) else 1})"


def _number(text: str) -> float | None:
    """The number that a text is, with or without brackets; None where it is none."""
    return float(text.strip("()")) if _NUMBER.fullmatch(text) else None
