"""Which names an input or a formula may bear: legal in Python, legal as an Excel defined name, and not reserved.

LibreOffice accepts names that Excel refuses, and programs differ in how far their grid reaches, so the rule is kept here
and not left to the workbook: one to three letters with digits after them are a cell, whether the grid has it or not.
"""

import keyword
import re
from collections.abc import Iterable

RESERVED = {
    "cycle": "the row's number, 0 at the start",
    "cycles": "the number of cycles",
    "t": "years since the block's start",
    "t_mid": "years since the block's start in the middle of the cycle",
    "cycle_years": "length of a cycle in years",
    "age": "age in years in this row",
    "age_mid": "age in years in the middle of the cycle",
    "state_time": "years since entry into a tunnel state",
    "state_time_mid": "years since entry into a tunnel state, in the middle of the cycle",
    "mass": "the share of the cohort that enters the block",
    "lasts": "years from the decision to the structures a strategy leads to",
    "occupancy": 'occupancy["state"], the share of the cohort in a state',
    "transitions": 'transitions["a -> b"], the share of the cohort that moves in a cycle',
    "C": "the rest of the row or of the branches",
    "pi": "the circle's constant",
}
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]+)")
_R1C1 = re.compile(r"[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*|[RrCc][0-9]+[RrCc][0-9]+")


def name_fault(name: str) -> str:
    """Why `name` cannot be the name of an input or a formula; an empty string when it can.

    >>> name_fault("hr1"), name_fault("p0")
    ("'hr1' is an Excel cell; write 'hr_1'", "'p0' reads as an Excel cell; write 'p_0'")
    >>> name_fault("p_relapse")
    ''
    """
    if not name.isidentifier() or not name.isascii():
        return f"'{name}' is not a name: use letters, digits and underscores, and begin with a letter"
    if keyword.iskeyword(name) or name.upper() in {"TRUE", "FALSE"}:
        return f"'{name}' is a word of the formula language; choose another name"
    if name in RESERVED:
        return f"'{name}' is reserved ({RESERVED[name]}); choose another name"
    if name.startswith("_"):
        return f"'{name}' begins with an underscore, which hecon keeps for itself"
    if match := _CELL.fullmatch(name):
        reads = "is" if _is_cell(match[1], match[2]) else "reads as"
        return f"'{name}' {reads} an Excel cell; write '{match[1]}_{match[2]}'"
    if _R1C1.fullmatch(name):
        return f"'{name}' is an Excel reference; write '{name.lower()}_' with a word after it"
    if len(name) > 200:
        return f"'{name[:20]}...' has {len(name)} letters; Excel takes at most 255, hecon 200"
    return ""


def case_clashes(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that differ only in case, which Excel takes for one.

    >>> case_clashes(["p_die", "P_die", "c_drug"])
    [('p_die', 'P_die')]
    """
    seen: dict[str, str] = {}
    clashes = []
    for name in names:
        first = seen.setdefault(name.lower(), name)
        if first != name:
            clashes.append((first, name))
    return clashes


def letters(column: int) -> str:
    """The letters of a spreadsheet's column counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(letters: str) -> int:
    """A column's number, from 0.

    >>> column_number("A"), column_number("Z"), column_number("AA")
    (0, 25, 26)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_cell(letters: str, digits: str) -> bool:
    """Whether letters and digits name a cell of Excel's grid (columns A to XFD, rows 1 to 1,048,576)."""
    return column_number(letters) < 16384 and 1 <= int(digits) <= 1048576
