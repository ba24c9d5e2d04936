"""What a formula's text refers to: its cells as offsets (R1C1), the functions it calls, the names it uses.

Two cells of a column hold the same formula if their texts agree in this form.
"""

import re

from hecon.names import column_number, letters

_SAFE = """
ABS AND AVERAGE BETAINV CHOOSE COUNT COUNTIF EXP FIXED GAMMADIST GAMMAINV GAMMALN IF IFERROR INDEX INT ISNUMBER LARGE LN LOGINV
LOGNORMDIST MATCH MAX MIN MOD NA NORMINV NORMSDIST NORMSINV NOT OR PERCENTILE RANK ROUND SQRT STDEV SUM SUMIFS SUMPRODUCT WEIBULL
"""
SAFE = frozenset(_SAFE.split())  # what Excel, LibreOffice and formualizer all compute
REFERENCE = r"(?:'(?:[^']|'')+'!|[A-Za-z_][\w.]*!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(])"
Spot = tuple[str, int, int, int, int]  # sheet, first row, first column, last row, last column, counted from 0
_PLACE = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?$")
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
        place = column_number(match[2])
        c = str(place + 1) if match[1] else f"[{place - column}]"
        return f"R{r}C{c}"

    return _TOKEN.sub(one, text)


def in_rows(text: str, row: int) -> tuple[str, tuple[int, ...]]:
    """A formula for any row of its column: each %d stands for that row (counted from 0) plus its offset.

    >>> in_rows("A4+A3+$B$1*2%", 3)
    ('A%d+A%d+$B$1*2%%', (1, 0))
    """
    offsets: list[int] = []
    parts, at = [], 0
    for match in _TOKEN.finditer(text):
        if match[2] is None or match[3]:
            continue
        offsets.append(int(match[4]) - row)
        parts += [text[at : match.start(4)].replace("%", "%%"), "%d"]
        at = match.end(4)
    return "".join(parts) + text[at:].replace("%", "%%"), tuple(offsets)


def moved(text: str, rows: int, columns: int) -> str:
    """A formula as it reads when copied so many rows down and columns right.

    Written here because openpyxl's Translator takes eight times as long, and a workbook saved by Excel has one of these for
    nearly every cell.

    >>> moved("A1+$B$1", 2, 1)
    'B3+$B$1'
    """

    def one(match: re.Match[str]) -> str:
        if match[2] is None:
            return match[0]
        named = match[2] if match[1] else letters(column_number(match[2]) + columns)
        digits = match[4] if match[3] else str(int(match[4]) + rows)
        return f"{match[1]}{named}{match[3]}{digits}"

    return _TOKEN.sub(one, text)


def spot(reference: str, sheet: str) -> Spot:
    """The cells that a reference on a sheet stands for.

    >>> spot("Inputs!$C$7", "Results"), spot("A1:B2", "Results")
    (('Inputs', 6, 2, 6, 2), ('Results', 0, 0, 1, 1))
    """
    match = _PLACE.match(reference)
    assert match is not None
    named, *first = match.group(1, 3, 2)
    home = named.strip("'").replace("''", "'") if named else sheet
    top, left = int(first[0]) - 1, column_number(first[1])
    if match[4] is None:
        return home, top, left, top, left
    return home, top, left, int(match[5]) - 1, column_number(match[4])


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
