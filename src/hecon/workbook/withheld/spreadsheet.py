"""A formula of the workbook computed here, as Excel would, errors included: for the few cells whose stored result must be put
right when inputs are withheld.

Only the functions that such cells use are known; what any other gives is UNKNOWN, unless an argument is an error.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, floor, log, sqrt
from typing import Any

import numpy as np

from hecon.errors import HeconError
from hecon.outcomes import Array
from hecon.workbook.xlsx.package import column_number

LAZY = ("IF(", "CHOOSE(", "INDEX(", "SUMIFS(", "COUNTIF(", "MATCH(", "IFERROR(", "ISNUMBER(")
REFERENCE = r"(?:'(?:[^']|'')+'!|[A-Za-z_][\w.]*!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(])"
_TOKEN = re.compile(
    rf'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<ref>{REFERENCE})|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)'
    r"|(?P<call>[A-Z][A-Z0-9.]*\()|(?P<name>[A-Za-z_]\w*)|(?P<sign><>|<=|>=|[-+*/^&=<>(),:]))"
)
_PLACE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?(?P<first>[^:!]+)(?::(?P<last>.+))?$")
_LEVEL = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5, ":": 7}


@dataclass(frozen=True)
class Error:
    """An error as a cell shows it, such as #N/A."""

    code: str


NOT_AVAILABLE, NUMBER, DIVISION = Error("#N/A"), Error("#NUM!"), Error("#DIV/0!")
UNKNOWN = Error("unknown")  # no error of a cell: what a function would give that is not known here
Spot = tuple[str, int, int, int, int]  # sheet, first row, first column, last row, last column, counted from 0


@dataclass(frozen=True)
class Area:
    """A range: `numbers` (row, column) with nan where there is none, and what else stands in it by (row, column)."""

    numbers: Array
    words: dict[tuple[int, int], str]
    errors: dict[tuple[int, int], Error]

    def at(self, row: int, column: int) -> Any:
        """What one cell holds; 0 where it is empty."""
        if (row, column) in self.errors:
            return self.errors[row, column]
        if (row, column) in self.words:
            return self.words[row, column]
        number = float(self.numbers[row, column])
        return 0.0 if number != number else number


def spot(text: str, sheet: str) -> Spot:
    """The cells that a reference on a sheet stands for.

    >>> spot("Inputs!$C$7", "Results"), spot("A1:B2", "Results")
    (('Inputs', 6, 2, 6, 2), ('Results', 0, 0, 1, 1))
    """
    match = _PLACE.match(text)
    assert match is not None
    named = match["sheet"]
    home = named.strip("'").replace("''", "'") if named else sheet
    first = _corner(match["first"])
    return (home, *first, *(_corner(match["last"]) if match["last"] else first))


def computed(text: str, sheet: str, area: Callable[[Spot], Area], named: Callable[[str], Any]) -> Any:
    """A formula's result: a number, a text, an Error or UNKNOWN. `area` gives the cells of a reference, `named` the value of
    a defined name.

    Raises:
        HeconError: a choice that hangs on what is unknown; a text that is no formula.

    >>> empty = lambda spot: Area(np.full((1, 1), np.nan), {}, {(0, 0): NOT_AVAILABLE})
    >>> computed("IF(1>0,2*price,A1)", "Results", empty, lambda name: 3.0), computed("A1*0", "Results", empty, float)
    (6.0, Error(code='#N/A'))
    """

    def value(node: Any) -> Any:
        match node:
            case ("constant", constant):
                return constant
            case ("ref", words):
                found = area(spot(words, sheet))
                return found.at(0, 0) if found.numbers.shape == (1, 1) else found
            case ("name", name):
                return float(name == "TRUE") if name in ("TRUE", "FALSE") else named(name)
            case ("call", name, args):
                return _call(name, args, value)
            case (":", ("ref", words), ("call", "INDEX", (_, rows, _))):
                count = value(rows)
                home, top, left, _, _ = spot(words, sheet)
                return count if isinstance(count, Error) else area((home, top, left, top + int(count) - 1, left))
            case (sign, *sides):
                return _signed(sign, [value(side) for side in sides])

    return value(_parsed(text))


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise HeconError(f"cannot read the formula {text[:120]} at {text[at : at + 20]}")
        tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        at = match.end()
    tree, rest = _side(tokens, 0, 0)
    if rest != len(tokens):
        raise HeconError(f"cannot read the formula {text[:120]}")
    return tree


def _side(tokens: Sequence[tuple[str, str]], at: int, level: int) -> tuple[Any, int]:
    """The tree from a token on, as far as operators bind more tightly than `level`."""
    kind, word = tokens[at]
    tree: Any
    if kind == "sign" and word in "+-":
        tree, at = _side(tokens, at + 1, 6)  # Excel's sign binds more tightly than any operator
        tree = ("negative", tree) if word == "-" else tree
    elif word == "(":
        tree, at = _side(tokens, at + 1, 0)
        at += 1
    elif kind == "call":
        args, at = [], at + 1
        while tokens[at][1] != ")":
            if tokens[at][1] == ",":
                at += 1
                continue
            one, at = _side(tokens, at, 0)
            args.append(one)
        tree, at = ("call", word[:-1], tuple(args)), at + 1
    else:
        constant = word[1:-1].replace('""', '"') if kind == "text" else word
        tree = ("constant", constant if kind == "text" else float(word)) if kind in ("text", "number") else (kind, word)
        at += 1
    while at < len(tokens) and _LEVEL.get(tokens[at][1], 0) > level and tokens[at][0] == "sign":
        sign = tokens[at][1]
        right, at = _side(tokens, at + 1, _LEVEL[sign])
        tree = (sign, tree, right)
    return tree, at


def _signed(sign: str, sides: list[Any]) -> Any:
    """An operator on numbers, texts or ranges; an error in either is the result."""
    if (wrong := _first_error(sides)) is not None:
        return wrong
    if sign == "&":
        return "".join(_shown(side) for side in sides)
    if sign in ("=", "<>", "<", ">", "<=", ">=") and any(isinstance(side, str) for side in sides):
        sides = [side.lower() if isinstance(side, str) else "" if sign in ("=", "<>") else side for side in sides]
        return float((sides[0] == sides[1]) == (sign == "="))
    a, b = (np.asarray(_plain(side), dtype=float) for side in (*sides, 0.0)[:2])
    with np.errstate(all="ignore"):
        match sign:
            case "negative":
                found = -a
            case "/" if not np.all(b):
                return DIVISION
            case _:
                found = {
                    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power, "=": np.equal,
                    "<>": np.not_equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
                }[sign](a, b).astype(float)  # fmt: skip
    return found if found.ndim else float(found) if np.isfinite(found) else NUMBER


def _call(name: str, args: Sequence[Any], value: Callable[[Any], Any]) -> Any:
    match name:
        case "NA":
            return NOT_AVAILABLE
        case "IF" | "CHOOSE":
            test = value(args[0])
            if test is UNKNOWN:
                raise HeconError(f"cannot tell which way an {name} goes when inputs are withheld")
            if isinstance(test, Error):
                return test
            place = (1 if test else 2) if name == "IF" else int(test)
            return value(args[place]) if place < len(args) else 0.0
        case "IFERROR":
            found = value(args[0])
            if found is UNKNOWN:
                raise HeconError("cannot tell whether an IFERROR meets an error when inputs are withheld")
            return value(args[1]) if isinstance(found, Error) else found
        case "ISNUMBER":
            return float(isinstance(value(args[0]), float))
    found = [value(arg) for arg in args]
    if name in ("INDEX", "MATCH", "COUNTIF", "SUMIFS"):
        return _looked_up(name, found)
    if (wrong := _first_error(found)) is not None:
        return wrong
    return _KNOWN[name](found) if name in _KNOWN else UNKNOWN


def _looked_up(name: str, found: list[Any]) -> Any:
    """Functions that read some cells of a range, and let errors in the others be."""
    ranges = [one for one in found if isinstance(one, Area)]
    for one in found:
        if isinstance(one, Error):
            return one
    match name:
        case "INDEX":
            rows = ranges[0].numbers.shape[0]
            row, column = (int(found[1]), int(found[2])) if len(found) > 2 else (int(found[1]), 1)
            if rows == 1 and len(found) == 2:
                row, column = 1, int(found[1])
            return ranges[0].at(row - 1, column - 1)
        case "COUNTIF":
            return float(np.sum(ranges[0].numbers == found[1]))
        case "MATCH":
            if isinstance(found[0], str):
                places = [k for k, word in ranges[0].words.items() if word.lower() == found[0].lower()]
                return float(min(max(place) for place in places) + 1) if places else NOT_AVAILABLE
            hits = np.flatnonzero(ranges[0].numbers.ravel() == found[0])
            return float(hits[0] + 1) if hits.size else NOT_AVAILABLE
    chosen = np.ones(ranges[0].numbers.shape, dtype=bool)
    for k in range(1, len(found), 2):
        chosen &= found[k].numbers == found[k + 1]
    for place, wrong in ranges[0].errors.items():
        if chosen[place]:
            return wrong
    return float(np.nansum(ranges[0].numbers[chosen]))


def _first_error(sides: Sequence[Any]) -> Error | None:
    """The first error among values and ranges; UNKNOWN only where there is no other."""
    found = [
        wrong
        for side in sides
        for wrong in (side.errors.values() if isinstance(side, Area) else [side] if isinstance(side, Error) else [])
    ]
    return next((wrong for wrong in found if wrong is not UNKNOWN), found[0] if found else None)


def _plain(side: Any) -> Any:
    return np.nan_to_num(side.numbers) if isinstance(side, Area) else side


def _numbers(found: list[Any]) -> Array:
    """All numbers of the arguments in one row."""
    parts = [np.ravel(one.numbers if isinstance(one, Area) else one) for one in found if not isinstance(one, str)]
    whole = np.concatenate([np.asarray(part, dtype=float) for part in parts]) if parts else np.zeros(0)
    return whole[~np.isnan(whole)]


def _product(found: list[Any]) -> float:
    whole = np.asarray(1.0)
    for one in found:
        whole = whole * _plain(one)
    return float(np.sum(whole))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _fixed(found: list[Any]) -> str:
    """A number to some decimals, half away from zero, with commas."""
    decimals = int(found[1]) if len(found) > 1 else 2
    size = floor(abs(found[0]) * 10**decimals + 0.5) / 10**decimals
    return f"{-size if found[0] < 0 and size else size:,.{decimals}f}"


def _corner(text: str) -> tuple[int, int]:
    bare = text.replace("$", "")
    letters = bare.rstrip("0123456789")
    return int(bare[len(letters) :]) - 1, column_number(letters)


_KNOWN: dict[str, Callable[[list[Any]], Any]] = {
    "SUM": lambda found: float(_numbers(found).sum()),
    "MAX": lambda found: float(_numbers(found).max(initial=-np.inf)) if _numbers(found).size else 0.0,
    "MIN": lambda found: float(_numbers(found).min(initial=np.inf)) if _numbers(found).size else 0.0,
    "SUMPRODUCT": _product,
    "AND": lambda found: float(all(found)),
    "OR": lambda found: float(any(found)),
    "NOT": lambda found: float(not found[0]),
    "ABS": lambda found: abs(found[0]),
    "EXP": lambda found: exp(found[0]),
    "LN": lambda found: log(found[0]) if found[0] > 0 else NUMBER,
    "SQRT": lambda found: sqrt(found[0]) if found[0] >= 0 else NUMBER,
    "INT": lambda found: float(floor(found[0])),
    "MOD": lambda found: found[0] - found[1] * floor(found[0] / found[1]) if found[1] else DIVISION,
    "ROUND": lambda found: float(
        np.sign(found[0]) * floor(abs(found[0]) * 10 ** found[1] + 0.5) / 10 ** found[1]
    ),
    "COUNT": lambda found: float(_numbers(found).size),
    "PERCENTILE": lambda found: float(np.quantile(_numbers(found[:1]), found[1])),
    "FIXED": _fixed,
}  # fmt: skip
