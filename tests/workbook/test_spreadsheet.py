"""The few formulas computed here are what another program makes of them, errors included."""

from pathlib import Path

import numpy as np
import pytest

from hecon.errors import HeconError
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.withheld.spreadsheet import NOT_AVAILABLE, UNKNOWN, Area, Error, Spot, computed

FORMULAS = (
    "FIXED(1234567.5,0)",
    "FIXED(-1234.45,1)",
    "FIXED(A2,0)",
    "SUM(A1:A3)", "SUM(B1:B3)", "MAX(A1:A3)", "MIN(1E+300,B1:B3)", "MAX(-1E+300,D1:D3)", "SUMPRODUCT((B1:B3>1)*1)",
    "SUMPRODUCT((B1:B3>1)*1,B1:B3)", "SUMPRODUCT((A1:A3>0)*1)", "COUNTIF(B1:B3,1)", "COUNTIF(A1:A3,1)",
    "PERCENTILE(B1:B3,0.25)", "PERCENTILE(A1:A3,0.5)", "MATCH(3,A1:A3,0)", "MATCH(\"two\",D1:D3,0)", "MATCH(7,A1:A3,0)",
    "MATCH(MAX(A1:A3),A1:A3,0)", "INDEX(A1:A3,1)", "INDEX(A1:A3,2)", "INDEX(A1:C1,3)", "INDEX(A1:C3,3,2)", "AND(A2>0,1>2)",
    "AND(1>0,B1>0)", "OR(A2>0,2>1)", "OR(B1>5,B2>5)", "SUMIFS(B1:B3,B1:B3,2)", "SUMIFS(A1:A3,B1:B3,2,C1:C3,0)",
    "SUMIFS(A1:A3,B1:B3,1)+IF(SUMIFS(C1:C3,B1:B3,1)>0,NA(),0)", "IF(A2>1,1,2)", "IF(1>0,1,A2)", "IF(B1>1,A2,\"no\")",
    "CHOOSE(2,A2,B3,1)", "CHOOSE(1,A2,B3,1)", "IFERROR(A2,5)", "IFERROR(B1,5)", "A2&\"x\"", "B3&\" of 3\"", "1.5&\"\"",
    "IF(ISNUMBER(A1),0,1)", "IF(ISNUMBER(A2),0,1)",
    "IF(ISNUMBER(D2),1,0)", "IF(D2=\"Two\",1,0)", "IF(D2=B1,1,0)", "IF(D2<>\"\",1,0)", "0*A2", "-2^2", "2^3^2", "1-2-3",
    "-(B3-1)*2/4", "ROUND(2.5,0)", "ROUND(-0.125,2)", "MOD(7,3)", "MOD(-7,3)", "INT(-1.5)", "ABS(-2)", "EXP(1)", "LN(2)",
    "SQRT(2)", "1/0", "IF(1=1,\"a\"\"b\",2)", "1E-9*MAX(1,B1,-B1)", "NOT(B1>1)", "'S'!B3+$B$1*B$2",
)  # fmt: skip
CELLS: dict[tuple[int, int], float | str] = {
    (0, 0): 1.0, (2, 0): 3.0, (0, 1): 1.0, (1, 1): 1.0, (2, 1): 2.0, (0, 2): 0.0, (1, 2): 1.0, (2, 2): 0.0, (1, 3): "two",
}  # fmt: skip


def area(spot: Spot) -> Area:
    """The cells above, with #N/A in A2."""
    _, top, left, bottom, right = spot
    found = Area(np.full((bottom - top + 1, right - left + 1), np.nan), {}, {})
    for r, c in np.ndindex(found.numbers.shape):
        value = CELLS.get((top + r, left + c))
        if (top + r, left + c) == (1, 0):
            found.errors[r, c] = NOT_AVAILABLE
        elif isinstance(value, str):
            found.words[r, c] = value
        elif value is not None:
            found.numbers[r, c] = value
    return found


def test_what_is_not_known_here() -> None:
    assert computed("GAMMADIST(B1,2,3,1)*2", "S", area, float) is UNKNOWN
    assert computed("GAMMADIST(A2,2,3,1)", "S", area, float) == NOT_AVAILABLE
    assert computed("GAMMADIST(B1,2,3,1)+A2", "S", area, float) == NOT_AVAILABLE
    assert computed("IF(B1>0,GAMMADIST(B1,2,3,1),A2)", "S", area, float) is UNKNOWN
    with pytest.raises(HeconError, match="which way an IF goes"):
        computed("IF(GAMMADIST(B1,2,3,1)>0,1,A2)", "S", area, float)


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_agrees(tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "one.xlsx"))
    sheet = book.add_worksheet("S")
    for (r, c), value in CELLS.items():
        sheet.write(r, c, value)
    sheet.write_formula(1, 0, "=NA()")
    for k, text in enumerate(FORMULAS):
        sheet.write_formula(k, 5, f"={text}")
    book.close()
    found = open_session(tmp_path / "one.xlsx", "libreoffice", tmp_path).values({})["S"]
    for k, text in enumerate(FORMULAS):
        value = computed(text, "S", area, float)
        there = found.errors.get((k, 5)) or found.words.get((k, 5)) or float(found.numbers[k, 5])
        if isinstance(value, float):
            assert there == pytest.approx(value, rel=1e-14), text
        else:
            assert there == (value.code if isinstance(value, Error) else value), text
