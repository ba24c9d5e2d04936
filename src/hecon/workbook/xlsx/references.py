"""What a formula's text refers to: its cells as offsets (R1C1), the functions it calls, the names it uses.

Two cells of a column hold the same formula if their texts agree in this form.
"""

import re

_SAFE = """
ABS AND AVERAGE BETAINV CHOOSE COUNT COUNTIF EXP FIXED GAMMADIST GAMMAINV GAMMALN IF IFERROR INDEX INT ISNUMBER LARGE LN LOGINV
LOGNORMDIST MATCH MAX MIN MOD NA NORMINV NORMSDIST NORMSINV NOT OR PERCENTILE RANK ROUND SQRT STDEV SUM SUMIFS SUMPRODUCT WEIBULL
"""
SAFE = frozenset(_SAFE.split())  # what Excel, LibreOffice and formualizer all compute
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|'(?:[^']|'')*'!"  # a quoted sheet
    r"|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(.!])"  # a cell
)
_CALL = re.compile(r"([A-Z][A-Z0-9.]*)\(")
_WORD = re.compile(r"(?<![\w.$!])([A-Za-z_]\w*)(?![\w(!.])")


def relative(text: str, row: int, column: int) -> str:
    """A formula as it reads from its own cell (row and column counted from 0): R and C with offsets in brackets.

    >>> relative("A3+$B$1*p_die", 3, 1)
    'R[-1]C[-1]+R1C2*p_die'
    """

    def one(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        r = match[4] if match[3] else f"[{int(match[4]) - 1 - row}]"
        place = _number(match[2])
        c = str(place + 1) if match[1] else f"[{place - column}]"
        return f"R{r}C{c}"

    return _TOKEN.sub(one, text)


def moved(text: str, rows: int, columns: int) -> str:
    """A formula as it reads when copied so many rows down and columns right.

    >>> moved("A1+$B$1", 2, 1)
    'B3+$B$1'
    """

    def one(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        letters = match[2] if match[1] else _letters(_number(match[2]) + columns)
        digits = match[4] if match[3] else str(int(match[4]) + rows)
        return f"{match[1]}{letters}{match[3]}{digits}"

    return _TOKEN.sub(one, text)


def functions(text: str) -> set[str]:
    """The functions a formula calls.

    >>> sorted(functions('IF(A1="SUM(", EXP(2), 0)'))
    ['EXP', 'IF']
    """
    return set(_CALL.findall(_bare(text)))


def words(text: str) -> set[str]:
    """The defined names (and TRUE, FALSE) that a formula uses.

    >>> sorted(words("Inputs!A1 * p_die + SUM($B$1:B4) + 'p_no'!A1"))
    ['p_die']
    """
    return set(_WORD.findall(_TOKEN.sub(" ", _bare(text).replace(" ", ""))))


def nesting(text: str) -> int:
    """How deep a formula nests calls and brackets; Excel takes 64 levels.

    >>> nesting('IF(A1>0,MAX(A1,(B1+2)*3),"((((")')
    3
    """
    depth = most = 0
    for letter in re.sub(r"[^()]", "", _bare(text)):
        depth += 1 if letter == "(" else -1
        most = max(most, depth)
    return most


def _bare(text: str) -> str:
    """A formula without the texts in it and the names of quoted sheets."""
    return re.sub(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'!', " ", text)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
