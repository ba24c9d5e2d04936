"""The cells of a sheet as programs store them, read from their XML."""

import zipfile
from pathlib import Path

import numpy as np

from hecon.workbook.xlsx.package import read_package

BOOK = '<workbook><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
CELLS = (
    '<c r="A1" s="1"><f aca="false">B1*2&lt;3</f><v>1.5</v></c><c r="B1"><v>2</v></c><c r="C1" s="4"/>'
    '<c r="D1"><f>B1+1</f><v></v></c><c r="E1"><f>B1+2</f><v/></c><c r="F1"><f>B1+3</f></c>'
    '<c r="A2" t="s"><v>1</v></c><c r="B2" t="inlineStr"><is><t>two &amp; more</t></is></c>'
    '<c r="C2" t="str"><f>"a"</f><v>a</v></c><c r="D2" t="str"><f>""</f></c><c r="E2" t="e"><f>NA()</f><v>#N/A</v></c>'
    '<c r="A3"><f t="shared" ref="A3:A4" si="0">B3+$B$1</f><v>2</v></c><c r="A4"><f t="shared" si="0"/><v>3</v></c>'
    '<c r="B3" t="b"><v>1</v></c><c r="C3" t="b"><f>TRUE()</f><v>1</v></c><c r="B4"><v>7</v><extLst/></c>'
)


def test_every_way_to_store_a_cell_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>zero</t></si><si><t>one</t></si></sst>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{CELLS}</sheetData></worksheet>")
    cells = read_package(tmp_path / "a.xlsx").sheets["One"]
    assert cells.formulas == {
        (0, 0): "B1*2<3", (0, 3): "B1+1", (0, 4): "B1+2", (0, 5): "B1+3", (1, 2): '"a"', (1, 3): '""', (1, 4): "NA()",
        (2, 0): "B3+$B$1", (3, 0): "B4+$B$1", (2, 2): "TRUE()",
    }  # fmt: skip
    assert cells.words == {(1, 0): "one", (1, 1): "two & more", (1, 2): "a", (1, 3): "", (2, 1): "TRUE"}
    assert cells.errors == {(1, 4): "#N/A"}
    nan = np.nan
    expected = [[1.5, 2, nan, nan, nan, nan], [nan] * 6, [2, nan, 1, nan, nan, nan], [3, 7, nan, nan, nan, nan]]
    np.testing.assert_array_equal(cells.numbers, expected)
