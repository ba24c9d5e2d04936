"""Reading: folder and workbook give the same book, nothing is lost on the way, and each fault is told with its cell."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

import hecon
from hecon.errors import InputError
from hecon.inputs.checks import remarks
from hecon.inputs.reading import read_inputs
from hecon.inputs.tables.cells import cell_text, escape, unescape
from hecon.inputs.tables.packing import pack, unpack

COLUMNS = ["name", "label", "group", "unit", "value", "low", "high", "distribution", "par1", "par2"]
COLUMNS += ["correlation_group", "source", "provenance", "price_year", "currency", "mean_differs", "note"]
ROWS: dict[str, dict[str, str]] = {
    "p_crs": {"unit": "probability", "value": "0.7", "distribution": "beta", "par1": "14", "par2": "6"},
    "c_crs": {
        "unit": "EUR",
        "value": "1000",
        "distribution": "gamma mean se",
        "par1": "1000",
        "par2": "200",
        "price_year": "2019",
        "currency": "EUR",
    },
    "c_stay": {"unit": "EUR", "value": "500", "low": "400", "high": "650", "price_year": "2019", "currency": "EUR"},
    # Sick-Sicker as published: the base case is perfect health, the distribution's mean 200 / 203
    "u_healthy": {"value": "1", "distribution": "beta", "par1": "200", "par2": "3", "mean_differs": "as published"},
    "p_cured": {"value": "0.4", "distribution": "dirichlet", "par1": "4", "correlation_group": "end"},
    "p_dead": {"value": "0.6", "distribution": "dirichlet", "par1": "6", "correlation_group": "end"},
    "b_shape": {"value": "0.2", "distribution": "mvn", "correlation_group": "fit"},
    "b_scale": {"value": "-3", "distribution": "mvn", "correlation_group": "fit"},
    "share": {"value": "0.12345678901234566", "label": "=SUM(A1)", "note": "-x, and a comma"},
}
OTHERS = {
    "settings": "name,value,note\nthreshold,50000,\ndraws,1000,\nseed,1,\n"
    "currency,EUR,\nprice_year,2019,\nlevers,c_crs,\n",
    "sources": 'id,citation,place,year,country,address\nsmith,"Smith, J. A trial",table 2,2019,NL,\n',
    "life_table": "age,qx_male,qx_female\n0,0.006,0.005\n1,0.0004,0.0003\n",
    "life_table_2016": "age,qx_male,qx_female\n0,0.007,0.006\n1,0.0005,0.0004\n",
    "correlations": "group,kind,name_1,name_2,value\nfit,covariance,b_shape,b_shape,0.01\n"
    "fit,covariance,b_shape,b_scale,-0.004\nfit,covariance,b_scale,b_scale,0.04\n",
    "scenarios": "scenario,label,target,name,value,note\n"
    "cheap,Half the price,parameter,c_crs,500,\n"
    "wide,Less certain,par2,c_crs,400,\n"
    "table,Life table of 2016,table,life_table,life_table_2016,\n"
    "table,,setting,threshold,30000,\n",
}


def write(
    folder: Path, rows: dict[str, dict[str, str]] | None = None, columns: list[str] = COLUMNS, **files: str
) -> Path:
    """The example's folder with some rows (by name) and files replaced; a file given as "" is left out."""
    folder.mkdir(exist_ok=True)
    merged = {name: {**row, **(rows or {}).get(name, {})} for name, row in ROWS.items()}
    merged |= {name: row for name, row in (rows or {}).items() if name not in ROWS}
    with (folder / "parameters.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        defaults = {"source": "smith", "provenance": "read"}
        writer.writerows({"name": name, **defaults, **row} for name, row in merged.items())
    for name, text in {**OTHERS, **files}.items():
        if text:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def faults(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        read_inputs(path)
    return str(raised.value)


def test_a_folder_becomes_a_book(tmp_path: Path) -> None:
    book = read_inputs(write(tmp_path / "demo"))
    assert book.case == "demo"
    assert book.parameters["p_crs"].cell == "parameters!E2"
    assert book.parameters["p_crs"].low == pytest.approx(0.48797065465412715)  # 2.5% of a beta(14, 6)
    assert (book.parameters["c_stay"].low, book.parameters["c_stay"].high) == (400, 650)
    assert book.settings["threshold"] == "50000"
    assert book.tables["life_table"].columns["qx_female"].tolist() == [0.005, 0.0003]
    assert book.sources["smith"].citation == "Smith, J. A trial"
    draws = book.sample(20_000, seed=1)
    assert np.corrcoef(draws["b_shape"], draws["b_scale"])[0, 1] == pytest.approx(-0.2, abs=0.03)
    assert draws["share"] == 0.12345678901234566


def test_scenarios_change_parameters_settings_and_tables(tmp_path: Path) -> None:
    book = read_inputs(write(tmp_path / "demo"))
    assert book.scenario("cheap").parameters["c_crs"].value == 500
    assert book.scenario("cheap").sample(5)["c_crs"] == 500
    assert book.scenario("wide").margins.distributions["c_crs"].sd == pytest.approx(400)
    changed = book.scenario("table")
    assert changed.tables["life_table"].columns["qx_male"].tolist() == [0.007, 0.0005]
    assert changed.settings["threshold"] == "30000"
    with pytest.raises(InputError, match="demo has no scenario 'chaep'; did you mean 'cheap'"):
        book.scenario("chaep")


def test_folder_workbook_and_folder_again_are_equal(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    workbook = pack(folder, tmp_path / "demo.xlsx")
    again = unpack(workbook, tmp_path / "again")
    books = [read_inputs(path) for path in (folder, workbook, again)]
    assert len({book.fingerprint() for book in books}) == 1
    assert books[1].case == "demo"
    assert books[1].parameters["share"].value == 0.12345678901234566  # every digit, though Excel shows 15
    for one in sorted(folder.iterdir()):
        assert (again / one.name).read_text() == one.read_text().replace("=SUM", "'=SUM").replace('"-x', "\"'-x")
    assert pack(again, tmp_path / "second.xlsx").read_bytes() == workbook.read_bytes()


def test_a_changed_number_changes_the_fingerprint(tmp_path: Path) -> None:
    one = read_inputs(write(tmp_path / "one"))
    two = read_inputs(write(tmp_path / "two", {"c_stay": {"value": "501"}}))
    assert one.fingerprint() != two.fingerprint()


def test_a_changed_subgroup_changes_the_fingerprint(tmp_path: Path) -> None:
    found = []
    for name, weight in (("one", "0.5"), ("two", "0.4")):
        folder = write(tmp_path / name)
        text = f"subgroup,weight,parameter,value\nyoung,{weight},c_stay,400\nold,{1 - float(weight)},,\n"
        (folder / "subgroups.csv").write_text(text)
        found.append(read_inputs(folder))
        assert read_inputs(pack(folder, tmp_path / f"{name}.xlsx")).fingerprint() == found[-1].fingerprint()
    assert len({book.fingerprint() for book in [*found, read_inputs(write(tmp_path / "none"))]}) == 3


def test_labels_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    workbook = pack(folder, tmp_path / "demo.xlsx")
    cell = load_workbook(workbook)["parameters"]["B10"]
    assert (cell.value, cell.data_type) == ("=SUM(A1)", "s")
    again = unpack(workbook, tmp_path / "again")
    assert ",'=SUM(A1)," not in (folder / "parameters.csv").read_text()
    assert ",'=SUM(A1)," in (again / "parameters.csv").read_text()
    assert read_inputs(again).parameters["share"].label == "=SUM(A1)"
    assert read_inputs(again).parameters["b_scale"].value == -3


@given(st.text(alphabet="'=+-@1.e x", max_size=8))
def test_escaping_can_always_be_undone(text: str) -> None:
    assert unescape(escape(text)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_as_text_come_back_with_every_bit(number: float) -> None:
    assert float(cell_text(number)) == number


def test_unpacking_into_a_folder_keeps_its_other_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    workbook = pack(folder, tmp_path / "demo.xlsx")
    (folder / "README.md").write_text("kept")
    unpack(workbook, folder)
    assert (folder / "README.md").read_text() == "kept"
    (folder / "old_table.csv").write_text("age,qx\n0,0.1\n")
    with pytest.raises(InputError, match=r"holds old_table.csv, which demo.xlsx lacks"):
        unpack(workbook, folder)
    assert not list(tmp_path.glob(".hecon-*"))


def test_a_sheet_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    workbook = pack(write(tmp_path / "demo"), tmp_path / "demo.xlsx")
    book = load_workbook(workbook)
    book[
        "life_table"
    ]._WorkbookChild__title = "..!x"  # what a hand-made file may hold and no spreadsheet program writes
    book.save(workbook)
    with pytest.raises(InputError, match="a sheet's name becomes a file's"):
        unpack(workbook, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_remarks_tell_of_a_mean_that_differs_for_a_reason(tmp_path: Path) -> None:
    told = [str(one) for one in remarks(read_inputs(write(tmp_path / "demo")))]
    assert told == ["parameters!P5 (u_healthy): value 1, mean 0.9852: as published"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"p_crs": {"value": "1.2"}}, "parameters!E2 (p_crs): beta needs 0 < mean < 1; got 1.2"),
        ({"p_crs": {"value": "1.2"}}, "parameters!E2 (p_crs): a probability lies between 0 and 1; its value is 1.2"),
        (
            {"p_crs": {"distribution": "beta mean se", "par1": "0.7", "par2": "0.5"}},
            "parameters!H2 (p_crs): beta needs SE below sqrt(m (1 - m)) = 0.4583 for a mean of 0.7; got 0.5",
        ),
        ({"u_ill": {"value": "1.1"}}, "parameters!E11 (u_ill): a utility is at most 1; its value is 1.1"),
        (
            {"u_ill": {"value": "0.95", "distribution": "normal", "par1": "0.95", "par2": "0.05"}},
            "parameters!G11 (u_ill): a utility is at most 1; its high is 1.048",
        ),
        ({"c_stay": {"low": "700"}}, "parameters!F4 (c_stay): low 700 is above high 650"),
        ({"c_stay": {"value": "900"}}, "parameters!E4 (c_stay): value 900 is not within low 400 and high 650"),
        ({"c_stay": {"low": ""}}, "parameters!E4 (c_stay): has one of low and high; give both"),
        (
            {"p_crs": {"value": "0.6"}},
            "parameters!E2 (p_crs): value 0.6 is not the mean of its distribution, 0.7 (SE 0.1); correct one of them, "
            "or give the reason in mean_differs",
        ),
        ({"c_stay": {"currency": "USD"}}, "parameters!O4 (c_stay): currency is USD, but the settings say EUR"),
        ({"c_stay": {"price_year": "2012"}}, "parameters!N4 (c_stay): price year is 2012, but the settings say 2019"),
        ({"c_stay": {"price_year": ""}}, "parameters!N4 (c_stay): has no price year"),
        ({"c_stay": {"value": "5oo"}}, "parameters!E4 (c_stay): value is not a number: '5oo'"),
        ({"c_stay": {"value": "500,5"}}, "value is not a number: '500,5'; write a point for the decimals"),
        ({"c_stay": {"value": ""}}, "parameters!E4 (c_stay): has no value"),
        ({"c_stay": {"source": "smyth"}}, "parameters!L4 (c_stay): there is no source 'smyth'; did you mean 'smith'?"),
        ({"c_stay": {"provenance": "reed"}}, "parameters!M4 (c_stay): unknown provenance 'reed'; did you mean 'read'?"),
        ({"c_stay": {"provenance": ""}}, "parameters!M4 (c_stay): no provenance; write one of read, derived"),
        (
            {"c_crs": {"distribution": "gama mean se"}},
            "unknown distribution 'gama mean se'; did you mean 'gamma mean se'?",
        ),
        ({"c_crs": {"par2": ""}}, "parameters!H3 (c_crs): gamma mean se needs par2 (SE)"),
        ({"hr1": {"value": "1"}}, "parameters!A11 (hr1): 'hr1' is an Excel cell; write 'hr_1'"),
        ({"P_crs": {"value": "0.5"}}, "differs from 'P_crs' only in case"),
        ({"life_table": {"value": "1"}}, "life_table: is both a parameter and a table"),
        ({"p_dead": {"par1": "0"}}, "a count of 0 needs a stated prior above 0 in par2"),
        ({"p_dead": {"distribution": "fixed", "par1": ""}}, "Dirichlet group end holds p_dead"),
        ({"c_stay": {"correlation_group": "end2"}}, "has a correlation_group ('end2') but no distribution"),
        ({"c_crs": {"correlation_group": "end2"}}, "group 'end2' has no correlations; list its pairs"),
        (
            {"x_emp": {"value": "1", "distribution": "empirical life_tabel.qx"}},
            "no table 'life_tabel'; did you mean 'life_table'?",
        ),
    ],
)
def test_faults_of_parameters_are_told_with_their_cell(
    tmp_path: Path, rows: dict[str, dict[str, str]], message: str
) -> None:
    folder = write(tmp_path / "demo", rows)
    assert message in faults(folder)
    if "life_table" not in rows:  # a case clash or text survives the way into a workbook, and so does its address
        assert message in faults(pack(folder, tmp_path / "demo.xlsx"))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"settings": "name,value\ndraws,many\n"}, "settings!B2 (draws): draws must be a whole number of at least 1"),
        (
            {"settings": "name,value\nthreshold,-1\n"},
            "settings!B2 (threshold): threshold must be a number of at least 0",
        ),
        ({"settings": "name,value\ntreshold,1\n"}, "there is no setting 'treshold'; did you mean 'threshold'?"),
        ({"settings": "name,value\nlevers,c_csr\n"}, "(levers): there is no parameter 'c_csr'; did you mean 'c_crs'?"),
        ({"settings": "name,value\nseed,1\nseed,2\n"}, "settings!A3 (seed): 'seed' is already in settings!A2"),
        ({"sources": "id\nsmith\n"}, "sources: has no column 'citation'"),
        ({"life_table": "age,qx\n1,0.1\n1,0.2\n"}, "life_table!A3: age must increase from row to row"),
        ({"life_table": "age,qx\n1,0.1\n2,x\n"}, "life_table!B3 (qx): qx is not a number: 'x'"),
        ({"life_table": "age,qx\n1,0.1\n2,\n"}, "life_table!B3: is blank; a table needs a number in every cell"),
        ({"life_table": "age,qx\n1,0.1,7\n"}, "life_table!C2: '7' stands under no column's name"),
        ({"life_table": "age;qx\n1;0,1\n"}, "life_table!B2 (qx): qx is not a number: '0,1'; write a point"),
        ({"life_table": "age;qx,low\n1;0.1,0\n"}, "life_table!A1: 'age;qx' is no column's name; separate the columns"),
        ({"life_table": "age,qx,qx\n1,0.1,7\n"}, "life_table!C1: column 'qx' appears twice"),
        ({"tp1": "age,qx\n1,0.1\n"}, "tp1: 'tp1' is an Excel cell; write 'tp_1'"),
        (
            {"scenarios": "scenario,target,name,value\nlow,parameter,c_csr,1\n"},
            "scenarios!D2 (c_csr): there is no parameter 'c_csr'; did you mean 'c_crs'?",
        ),
        (
            {"scenarios": "scenario,target,name,value\nlow,paramter,c_crs,1\n"},
            "scenarios!D2 (c_crs): unknown target 'paramter'; did you mean 'parameter'?",
        ),
        (
            {"scenarios": "scenario,target,name,value\nlow,parameter,c_crs,cheap\n"},
            "scenarios!D2 (c_crs): parameter is not a number: 'cheap'",
        ),
        (
            {"scenarios": "scenario,target,name,value\nlow,parameter,p_crs,1.2\n"},
            "scenarios!D2 (p_crs): a probability lies between 0 and 1; its value is 1.2",
        ),
        (
            {"scenarios": "scenario,target,name,value\nlow,par1,p_crs,2\n"},
            "parameters!E2 (p_crs): value 0.7 is not the mean of its distribution, 0.25",
        ),
        (
            {"scenarios": "scenario,target,name,value\nlow,setting,threshhold,2\n"},
            "there is no setting 'threshhold'; did you mean 'threshold'?",
        ),
        (
            {"correlations": OTHERS["correlations"].replace("-0.004", "-0.04")},
            "group fit: the covariance matrix of b_scale, b_shape is not positive definite",
        ),
        ({"correlations": ""}, "group 'fit' has no correlations; list its pairs in correlations.csv"),
    ],
)
def test_faults_of_other_files_are_told_with_their_cell(tmp_path: Path, files: dict[str, str], message: str) -> None:
    assert message in faults(write(tmp_path / "demo", **files))


def test_a_missing_column_and_a_misspelt_one(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    file = folder / "parameters.csv"
    text = file.read_text()
    file.write_text(text.replace(",value,", ",vlaue,"))
    assert "parameters: has no column 'value'; did you mean 'vlaue'?" in faults(folder)
    file.write_text(text.replace(",par1,", ",para1,"))
    assert "parameters: has an unknown column 'para1'; did you mean 'par1'?" in faults(folder)


def test_a_duplicate_name_is_told_with_both_cells(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    file = folder / "parameters.csv"
    file.write_text(file.read_text() + file.read_text().splitlines()[1] + "\n")
    assert "parameters!A11 (p_crs): 'p_crs' is already in parameters!A2" in faults(folder)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    rows = {"p_crs": {"value": "1.2"}, "c_stay": {"low": "x"}, "hr1": {"value": "1", "source": "smyth"}}
    told = faults(write(tmp_path / "demo", rows, life_table="age,qx\n1,0.1\n1,0.2\n"))
    for part in ("parameters!E2", "parameters!F4", "parameters!A11", "parameters!L11", "life_table!A3"):
        assert part in told
    assert told.startswith(f"{tmp_path / 'demo'}: ")


def test_files_that_are_not_there_or_cannot_be_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "demo")
    assert "demmo: not found; did you mean 'demo'?" in faults(tmp_path / "demmo")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"not a workbook")
    assert "broken.xlsx: cannot be read as a workbook" in faults(broken)
    (tmp_path / "empty").mkdir()
    assert "holds no CSV files" in faults(tmp_path / "empty")
    (folder / "parameters.csv").rename(folder / "paramters.csv")
    assert "has no parameters; did you mean 'paramters'?" in faults(folder)
    (folder / "sources.csv").write_bytes("id,citation\nsmith,Müller\n".encode("latin-1"))
    assert "sources.csv: is not UTF-8 text; save it as 'CSV UTF-8' (sources!B2 is Latin-1 'ü')" in faults(folder)


def test_a_formula_never_calculated_is_a_fault_and_not_a_blank(tmp_path: Path) -> None:
    workbook = pack(write(tmp_path / "demo"), tmp_path / "demo.xlsx")
    book = load_workbook(workbook)
    book["parameters"]["E4"] = "=1+1"
    book.save(workbook)
    assert "parameters!E4: holds a formula that was never calculated" in faults(workbook)


def test_an_edit_in_the_workbook_is_read(tmp_path: Path) -> None:
    workbook = pack(write(tmp_path / "demo"), tmp_path / "demo.xlsx")
    book = load_workbook(workbook)
    book["parameters"]["E4"] = 600
    book.save(workbook)
    assert read_inputs(workbook).parameters["c_stay"].value == 600


def test_a_starting_age_in_the_settings_is_an_input() -> None:
    book = hecon.make_book("demo", [], settings={"starting_age": "12"})
    assert book.base()["starting_age"] == 12.0
    assert book.parameter("starting_age").unit == "years"
