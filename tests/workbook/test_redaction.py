"""Confidential workbooks and runs: nothing that is withheld can be told from them, and they come alive when it is typed."""

import csv
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.cases import find_case, open_case, read_book
from hecon.confidential.gate import differences
from hecon.confidential.plan import Confidential, plan_confidential
from hecon.confidential.write import write_confidential_run, write_confidential_twin
from hecon.errors import HeconError
from hecon.inputs.withheld import WITHHELD
from hecon.results.case import run_case
from hecon.results.options import Options
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.sheets.status import status_places
from hecon.workbook.verify.recalculate import convert, open_session
from hecon.workbook.xlsx.package import Package, Place, read_package, set_cells

ROOT = Path(__file__).parents[2]
SICK = ROOT / "tests" / "validation" / "sick_sicker"
SALT = b"a salt for the tests"
OPTIONS = Options(draws=60)


def planned(folder: Path, names: str, show: str = "", options: Options = OPTIONS) -> Confidential:
    return plan_confidential(find_case(str(folder)), options, names, show, SALT)[0]


def rewritten(inputs: Path, name: str, **cells: str) -> None:
    """Other cells of one input, in a copy of a case's inputs."""
    path = inputs / "parameters.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        columns, rows = list(reader.fieldnames or ()), list(reader)
    columns += [column for column in cells if column not in columns]
    for row in rows:
        if row["name"] == name:
            row |= cells
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def fixed_price(folder: Path) -> Path:
    """A copy of sick-sicker whose treatment A has a price without a distribution, as prices are."""
    shutil.copytree(SICK, folder / "sick_sicker")
    rewritten(folder / "sick_sicker" / "inputs", "c_trtA", distribution="", par1="", par2="", low="9876", high="13579")
    return folder / "sick_sicker"


def without_fingerprint(plan: Confidential) -> Confidential:
    return replace(plan, withheld=replace(plan.withheld, fingerprint="0" * 64))


def one_of(package: Package, place: Place) -> object:
    cells = package.sheets[place[0]]
    return cells.errors.get(place[1:]) or cells.words.get(place[1:]) or package.number(place)


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> tuple[Confidential, Path]:
    """The plan of sick-sicker without the price of its treatment A, and the workbook."""
    folder = tmp_path_factory.mktemp("redacted")
    plan, path = planned(fixed_price(folder), "c_trtA"), folder / "sick.xlsx"
    write_confidential_twin(plan, path)
    return plan, path


@pytest.mark.parametrize(
    ("name", "secret"), [("sick_sicker", "c_trtA"), ("car_t_paediatric_all", "price_tisagenlecleucel")]
)
def test_two_books_that_differ_in_the_secret_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, secret: str
) -> None:
    monkeypatch.setattr("hecon.confidential.write.pass_gate", lambda *args: None)  # it has a test of its own
    folders = []
    for k in range(2):
        home = tmp_path / str(k) / name
        model = SICK if name == "sick_sicker" else ROOT / "models" / name
        shutil.copytree(model, home)
        if model != SICK:
            shutil.copytree(ROOT / "inputs" / name, home / "inputs")
        if k:
            other = {"value": "4321.0", "low": "1234.0", "high": "5432.0", "note": "what was agreed in March"}
            rewritten(home / "inputs", secret, distribution="", par1="", par2="", **other)
        plan = without_fingerprint(planned(home, secret, options=Options(draws=40)))
        folders.append(write_confidential_run(plan, tmp_path / f"out{k}", "run", "hecon run"))
    values = [read_book(find_case(str(tmp_path / str(k) / name))).parameters[secret].value for k in range(2)]
    assert values[1] == 4321.0 != values[0]
    assert differences(*folders) == []
    assert len(list(folders[0].rglob("*"))) >= 10


def numbers_in(folder: Path) -> Iterator[tuple[str, float]]:
    """Every number in every file: cells and the numbers in words, CSV, JSON, SVG, arrays."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            package = read_package(path)
            for sheet, cells in package.sheets.items():
                yield from ((f"{sheet}", float(x)) for x in cells.numbers[~np.isnan(cells.numbers)])
                for words in (*cells.words.values(), *cells.formulas.values()):
                    yield from ((f"{sheet}: {words}", x) for x in told(words))
            with zipfile.ZipFile(path) as archive:
                for part in archive.namelist():
                    if "chart" in part:
                        yield from ((part, x) for x in told(archive.read(part).decode()))
        elif path.suffix == ".npz":
            with np.load(path) as arrays:
                for key in arrays.files:
                    if arrays[key].dtype.kind == "f":
                        yield from ((f"{path.name} {key}", float(x)) for x in arrays[key].ravel())
        elif path.suffix in (".csv", ".json"):
            yield from ((path.name, x) for x in told(path.read_text(encoding="utf-8")))


def told(words: str) -> list[float]:
    found = re.findall(r"(?<![\w.#])\d[\d,]*(?:\.\d+)?(?:[eE][+-]?\d+)?", words)
    return [float(one.replace(",", "")) for one in found if len(one) > 3]


def test_no_file_tells_the_price_or_a_result_that_depends_on_it(tmp_path: Path) -> None:
    options = Options(draws=60, wtp=90_000)  # the default threshold's grid happens to hold an ICER, to four digits
    plan = planned(fixed_price(tmp_path), "c_trtA", options=options)
    folder = write_confidential_run(plan, tmp_path, "run", "hecon run")
    open_run = run_case(open_case(plan.case), options)
    secrets = {"price": plan.book.parameters["c_trtA"].value}
    for row in open_run.pairwise().rows:
        if row.strategy.endswith(("_a", "_ab")):
            secrets |= {f"increment {row.strategy}": row.inc_cost.mean, f"ICER {row.strategy}": row.icer.value}
    for k, strategy in enumerate(open_run.base.strategies):
        if strategy.endswith(("_a", "_ab")):
            cost = open_run.base.cost("payer")[k, 0]
            secrets |= {f"cost {strategy}": cost, f"nmb {strategy}": 90_000 * open_run.base.effect()[k, 0] - cost}
    assert len(secrets) == 9
    seen = list(numbers_in(folder))
    assert len(seen) > 5000
    roundings = {round(secret, digits - 1 - int(np.floor(np.log10(abs(secret))))): name
                 for name, secret in secrets.items() for digits in range(4, 17)}  # fmt: skip
    leaks = [(place[:80], x, roundings[x]) for place, x in seen if x in roundings]
    assert not leaks


def test_the_search_for_secrets_finds_them_in_an_open_run(tmp_path: Path) -> None:
    """The test above can fail."""
    case = find_case(str(SICK))
    hecon.write_workbook(run_case(open_case(case), OPTIONS), tmp_path / "open.xlsx")
    assert any(x == 12_000.0 for _, x in numbers_in(tmp_path))


def stored_as_recalculated(path: Path, engine: str, folder: Path) -> None:
    """Every stored result is what a spoiled copy gives, #N/A for #N/A."""
    stored, found = read_package(path), open_session(path, engine, folder).values({})
    absent, there = 0, 0
    for sheet, cells in stored.sheets.items():
        for place in cells.formulas:
            new = found[sheet]
            assert bool(cells.errors.get(place)) == bool(new.errors.get(place)), (sheet, place)
            assert set(cells.errors.values()) <= {"#N/A"}
            absent += place in cells.errors
            if place not in cells.errors:
                there += 1
                assert cells.words.get(place, "") == new.words.get(place, ""), (sheet, place)
                x, y = cells.numbers[place], new.numbers[place]
                assert (x != x and y != y) or abs(x - y) <= 1e-7 * max(1.0, abs(x)), (sheet, place)
    assert absent > 40
    assert there > 100


@pytest.mark.usefixtures("formualizer")
@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("sick_sicker", "c_trtA"),
        ("sick_sicker_age_dependent", "hr_S1S2_trtB"),
        ("sumatriptan", "p_relief_sumatriptan,u_ed"),
        ("hard", "p_early"),
    ],
)
def test_what_is_stored_is_what_recalculation_gives(tmp_path: Path, name: str, secrets: str) -> None:
    path = tmp_path / "twin.xlsx"
    folder = ROOT / "tests" / "hard" if name == "hard" else SICK.with_name(name)
    write_confidential_twin(planned(folder, secrets), path)
    stored_as_recalculated(path, "formualizer", tmp_path)


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_finds_the_same_cells_not_available(sick: tuple[Confidential, Path], tmp_path: Path) -> None:
    stored_as_recalculated(sick[1], "libreoffice", tmp_path)


@pytest.mark.usefixtures("formualizer", "libreoffice")
def test_without_formualizer_what_follows_is_left_to_the_spreadsheet(
    sick: tuple[Confidential, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hecon.workbook.withheld.not_available.find_spec", lambda name: None)
    plan, path = sick  # written with it
    write_confidential_twin(plan, tmp_path / "plain.xlsx")
    plain, filled = read_package(tmp_path / "plain.xlsx"), read_package(path)
    opened = read_package(
        convert(tmp_path / "plain.xlsx", tmp_path / "out", tmp_path / "profile")
    )  # as it is installed
    empty = 0
    for sheet, cells in filled.sheets.items():
        for place in cells.formulas:
            stored, found, now = (one_of(one, (sheet, *place)) for one in (plain, filled, opened))
            blank = stored != stored  # nothing is stored
            assert blank or stored == found, (sheet, place)
            assert now == (found if isinstance(found, str) else pytest.approx(found, rel=1e-7, abs=1e-7, nan_ok=True))
            empty += blank and found == found
    assert 500 < empty < sum(len(cells.formulas) for cells in filled.sheets.values()) / 2


@pytest.mark.usefixtures("formualizer")
def test_with_the_price_typed_it_is_the_open_twin_and_its_ceac(sick: tuple[Confidential, Path], tmp_path: Path) -> None:
    plan, path = sick
    names = read_package(path).sheets["Inputs"].words
    row = next(r for (r, c), word in names.items() if c == 0 and word == "c_trtA")
    price = plan.book.parameters["c_trtA"].value
    set_cells(path, tmp_path / "typed.xlsx", {("Inputs", row, BASE): price}, over_formulas=True)
    hecon.write_workbook(run_case(open_case(plan.case), OPTIONS), tmp_path / "open.xlsx")
    typed = open_session(tmp_path / "typed.xlsx", "formualizer", tmp_path).values({})
    wanted = read_package(tmp_path / "open.xlsx")
    for sheet in ("Results", "CEAC", "PSA_results", "Charts"):
        mine, other = typed[sheet], wanted.sheets[sheet]
        compared = 0
        for place in other.formulas.keys() - {(2, 0), (3, 0)}:
            if (sheet == "PSA_results" and place[0] < 9) or (sheet, *place) in status_places():
                continue  # it tells of what was changed
            assert mine.words.get(place, "") == other.words.get(place, ""), (sheet, place)
            x, y = mine.numbers[place], other.numbers[place]
            assert (x != x and y != y) or abs(x - y) <= 1e-7 * max(1.0, abs(y)), (sheet, place)
            compared += 1
        assert compared > 300
        assert not mine.errors
    assert "OUT OF DATE" not in typed["Results"].words[2, 0]


def test_the_sheets_say_what_is_withheld(sick: tuple[Confidential, Path]) -> None:
    _, path = sick
    package = read_package(path)
    banner = "CONFIDENTIAL VERSION: 1 input is withheld"
    assert package.word(("Cover", 2, 0)).startswith(banner)
    assert package.word(("Results", 5, 0)).startswith(banner)
    checks = "\n".join(package.sheets["Checks"].words.values())
    assert "c_trtA: its value, range" in checks
    assert "written twice" in checks
    words = package.sheets["Inputs"].words
    row = next(r for (r, c), word in words.items() if c == 0 and word == "c_trtA")
    assert package.sheets["Inputs"].formulas[row, BASE] == "NA()"
    assert [word for (r, _), word in words.items() if r == row].count(WITHHELD) >= 3


def test_cost_of_nothing_withheld_stays(sick: tuple[Confidential, Path]) -> None:
    plan, path = sick
    base = hecon.run(plan.model, plan.book.base())
    results = read_package(path).sheets["Results"]
    for k, strategy in enumerate(base.strategies):
        hidden = strategy.endswith(("_a", "_ab"))
        cost, qaly = (9 + k, 2), (9 + k, 5)
        assert (results.errors.get(cost) == "#N/A") == hidden
        assert hidden or results.numbers[cost] == pytest.approx(base.cost("payer")[k, 0], rel=1e-12)
        assert results.numbers[qaly] == pytest.approx(base.effect()[k, 0], rel=1e-12)


def test_a_planted_leak_is_caught_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hecon.confidential import plan as plan_module
    from hecon.workbook import write

    seen: dict[str, float] = {}
    honest, changes = plan_module.public_run, write.write_changes

    def peeping(model, book, *args, **more):
        seen["price"] = book.parameters["c_trtA"].value
        return honest(model, book, *args, **more)

    def leaking(pen, *args):
        changes(pen, *args)
        pen.sheets[-1].number(5, 9, seen["price"] * 0.001)

    monkeypatch.setattr(plan_module, "public_run", peeping)
    monkeypatch.setattr(write, "write_changes", leaking)
    plan = planned(SICK, "c_trtA", options=Options(draws=0))
    with pytest.raises(HeconError, match=r"tell of c_trtA.*\n  - sick.xlsx: Changes!J6"):
        write_confidential_twin(plan, tmp_path / "sick.xlsx")
    with pytest.raises(HeconError, match=r"sick_sicker.xlsx: Changes!J6"):
        write_confidential_run(plan, tmp_path, "run", "hecon run", figures=False)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_number_that_is_not_masked_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dependence that masking misses shows, because the second writing has other stand-ins too."""
    from hecon.confidential import redacted_folder

    plan = planned(SICK, "c_trtA", options=Options(draws=0))
    monkeypatch.setattr(redacted_folder.Withheld, "hides", lambda *args: False)
    with pytest.raises(HeconError, match=r"tell of c_trtA.*(?s:.)*outcomes.csv: line"):
        write_confidential_run(plan, tmp_path, "run", "hecon run", figures=False, workbook=False)


def test_salted_fingerprints_differ_and_the_plain_one_is_nowhere(tmp_path: Path) -> None:
    case, options = find_case(str(SICK)), Options(draws=0)
    (one, salt), (two, other) = (plan_confidential(case, options, "c_trtA", "") for _ in range(2))
    assert len(salt) == 32
    assert salt != other
    assert one.withheld.fingerprint != two.withheld.fingerprint
    folder = write_confidential_run(one, tmp_path, "run", "hecon run", figures=False)
    plain = read_book(case).fingerprint()
    for path in folder.rglob("*.*"):
        parts = [path.read_bytes()]
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        for part in parts:
            assert plain[:12].encode() not in part
            assert salt.hex().encode() not in part
    cover = read_package(folder / "sick_sicker.xlsx").sheets["Cover"].words.values()
    assert one.withheld.fingerprint in cover
