"""What a cell's text means: numbers as a spreadsheet writes them, addresses, texts that a spreadsheet would run.

Every file of numbers is judged by these rules, so that the same cell is read alike or refused alike wherever it stands.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from math import isfinite

_DANGEROUS = re.compile(r"^'*[=+\-@\t\r]")  # a spreadsheet would run such text as a formula
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_ESCAPED = re.compile(r"^'+[=+\-@\t\r]")
_GROUPED = re.compile(r"[+-]?[0-9][0-9_,.'\u2019 \u00a0\u202f]*")
_POINT = "write a point for the decimals and nothing between thousands"


def is_number(text: str) -> bool:
    """Whether a text is a number as a spreadsheet writes it; nan, inf, TRUE and 1_000 are not.

    >>> is_number("-1.5e3"), is_number("1_000"), is_number("nan"), is_number("0,5")
    (True, False, False, False)
    """
    return bool(_NUMBER.fullmatch(text))


def number(text: str) -> float | None:
    """The finite number that a cell's text is, or None.

    >>> number("1e3"), number("1e999"), number("TRUE")
    (1000.0, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else None
    return value if value is not None and isfinite(value) else None


def not_a_number(text: str) -> str:
    """What to say of a cell that `number` refuses, with what to write in its place.

    >>> not_a_number("0,5")
    "is not a number: '0,5'; write a point for the decimals and nothing between thousands"
    >>> not_a_number("7%"), not_a_number("")
    ("is not a number: '7%'; write 0.07 for 7%", 'is blank; it needs a number')
    """
    if not text:
        return "is blank; it needs a number"
    hint = ""
    if text.upper() in ("TRUE", "FALSE"):
        hint = "; write 1 for TRUE and 0 for FALSE"
    elif text.endswith("%") and is_number(text[:-1].strip()):
        hint = f"; write {float(text[:-1]) / 100:g} for {text}"
    elif is_number(text):
        hint = "; it is too large for a number"
    elif _GROUPED.fullmatch(text):
        hint = f"; {_POINT}"
    return f"is not a number: '{text}'{hint}"


def cell_text(value: object) -> str:
    """A cell's value as text: whole numbers without a point, others with the fewest digits that give them back.

    >>> cell_text(2017.0), cell_text(0.1), cell_text(None), cell_text(True)
    ('2017', '0.1', '', 'TRUE')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        whole = float(value).is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(float(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value).strip()


def escape(text: str) -> str:
    """Text for a CSV cell: what a spreadsheet would run as a formula gets a leading apostrophe; numbers do not.

    >>> escape("=1+1"), escape("-0.5"), escape("drug")
    ("'=1+1", '-0.5', 'drug')
    """
    return f"'{text}" if _DANGEROUS.match(text) and not is_number(text) else text


def unescape(text: str) -> str:
    """Undo `escape`.

    >>> unescape("'=1+1"), unescape("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return text[1:] if _ESCAPED.match(text) else text


def column_letters(columns: Sequence[str]) -> dict[str, str]:
    """The spreadsheet letter of each column.

    >>> column_letters(["name", "value"])
    {'name': 'A', 'value': 'B'}
    """
    return {column: letter(k) for k, column in enumerate(columns) if column}


def letter(k: int) -> str:
    """The spreadsheet letters of a column counted from 0.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    return (letter(k // 26 - 1) if k >= 26 else "") + chr(ord("A") + k % 26)
