"""The text printer: a tree back into the formula a person would write, with as few brackets as Python needs."""

from collections.abc import Callable

from hecon.formula.syntax import Call, Name, Node, Number, Text

_LEVEL = {"or": 1, "and": 2, "not": 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4}
_LEVEL |= {"+": 5, "-": 5, "*": 6, "/": 6, "neg": 7, "**": 8}
_ATOM = 9


def to_text(tree: Node, name: Callable[[str], str] = str) -> str:
    """A tree as a formula; `name` may spell names another way (their values, for one).

    >>> from hecon.formula.parsing import parse
    >>> to_text(parse("-x ** 2 + (a + b) * c / (d - 1)"))
    '-x ** 2 + (a + b) * c / (d - 1)'
    >>> to_text(parse("life_table[age, 'qx_male'] if age > 40 else 0"))
    'where(age > 40, life_table[age, "qx_male"], 0)'
    """
    return _print(tree, name)[0]


def number(value: float) -> str:
    """A number as a person writes it.

    >>> number(12.0), number(0.1)
    ('12', '0.1')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _print(tree: Node, name: Callable[[str], str]) -> tuple[str, int]:
    match tree:
        case Number(value=value):
            return number(value), _ATOM if value >= 0 else 7
        case Text(value=value):
            return _quoted(value), _ATOM
        case Name(name=word):
            return name(word), _ATOM
        case Call(op="lookup", args=(Text(value=table), Text(value=column), index)):
            inner = _print(index, name)[0]
            return (f"{table}[{inner}, {_quoted(column)}]" if column else f"{table}[{inner}]"), _ATOM
        case Call(op=("occupancy" | "transitions") as op, args=(Text(value=word),)):
            return f"{op}[{_quoted(word)}]", _ATOM
        case Call(op="time_in", args=(occupied, method, start, end)):
            ends = [start] if start == end else [start, end]
            shown = [_print(one, name)[0] for one in (occupied, method, *(one for one in ends if one != Number(1.0)))]
            return f"time_in({', '.join(shown)})", _ATOM
        case Call(op="neg", args=(operand,)):
            return "-" + _wrap(operand, 7, name), 7
        case Call(op="not", args=(operand,)):
            return "not " + _wrap(operand, 3, name), 3
        case Call(op=("and" | "or") as op, args=args):
            level = _LEVEL[op]
            return f" {op} ".join(_wrap(arg, level + 1, name) for arg in args), level
        case Call(op=op, args=(left, right)) if op in _LEVEL:
            level = _LEVEL[op]
            left_level, right_level = (level + 1, level) if op == "**" else (level, level + 1)
            if level == 4:
                left_level = level + 1
            return f"{_wrap(left, left_level, name)} {op} {_wrap(right, right_level, name)}", level
        case Call(op=op, args=args):
            return f"{op}({', '.join(_print(arg, name)[0] for arg in args)})", _ATOM


def _quoted(word: str) -> str:
    return repr(word) if '"' in word or "\\" in word else f'"{word}"'


def _wrap(tree: Node, level: int, name: Callable[[str], str]) -> str:
    text, own = _print(tree, name)
    return text if own >= level else f"({text})"
