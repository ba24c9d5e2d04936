"""The seeded errors: each is where its record says, the model still runs, and a result changes by more than 0.1%."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from effects import LEAST, model_result, workbook_results
from finding import Finding, is_right, places_in_order
from planting import patched_cells, project, write_sound
from records import PLACES, SeededError, Variant, read_errors, read_kinds, read_variants
from score import judge, wilson

import hecon

ROOT = Path(__file__).resolve().parents[1]
ERRORS, VARIANTS = read_errors(), read_variants()
FROZEN = "5c98eaa77cc0724e362b27216e6317155a6cc1c53a9d48a1912d7ee4b7bb4ff4"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project of each sound model."""
    folder = tmp_path_factory.mktemp("sound")
    for base in {error.base for error in ERRORS}:
        project(folder / base, base)
    return folder


def test_forty_records_ten_of_each_sort() -> None:
    assert len({error.id for error in ERRORS}) == 40
    assert {group: sum(error.group == group for error in ERRORS) for group in PLACES} == PLACES
    assert all(error.in_workbook == error.group.endswith("workbook") for error in ERRORS)
    assert all(bool(error.patches) != bool(error.typed) and error.right for error in ERRORS)
    assert len({variant.id for variant in VARIANTS}) == 10


def test_every_kind_has_a_source() -> None:
    sources, kinds = read_kinds()
    assert {error.kind for error in ERRORS} == set(kinds)
    assert len(kinds) > 20
    assert all(set(named.split()) <= set(sources) for named in kinds.values())


@pytest.mark.parametrize("error", [error for error in ERRORS if not error.in_workbook], ids=lambda error: error.id)
def test_an_error_in_a_model_runs_and_changes_its_result(error: SeededError, sound: Path, tmp_path: Path) -> None:
    before = model_result(sound / error.base, error.base, error.moves)
    after = model_result(project(tmp_path / "one", error.base, error.patches), error.base, error.moves)
    assert np.isfinite(after)
    assert abs(after / before - 1) > LEAST


@pytest.mark.parametrize("base", sorted({error.base for error in ERRORS if error.in_workbook}))
def test_an_error_in_a_workbook_changes_its_result(base: str, sound: Path, tmp_path: Path) -> None:
    pytest.importorskip("formualizer")
    write_sound(sound / base, base, tmp_path / "sound.xlsx")
    mine = [error for error in ERRORS if error.in_workbook and error.base == base]
    changes = {error.id: after / before - 1 for error, before, after in workbook_results(tmp_path / "sound.xlsx", mine)}
    assert len(changes) == len(mine)
    assert not {
        name: change for name, change in changes.items() if not abs(change) > LEAST
    }  # not a number is none either


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_a_sound_variant_runs(variant: Variant, tmp_path: Path) -> None:
    case = hecon.open_case(str(project(tmp_path / "one", variant.base, variant.patches) / "models" / variant.base))
    outcomes = hecon.run(case.model, case.book.sample(20, seed=1))
    assert np.isfinite(outcomes.values).all()
    assert all(case.book.scenario(name) for name in case.book.scenarios)


def test_a_place_is_right_by_name_or_by_cell() -> None:
    right = ("c_drug", "cost: drug", "Trace_drug!C23")
    for place in ("C_DRUG", "drug", "input c_drug", "Trace_drug!$C$23", "Trace_drug!C10:C40", "Trace_drug!C"):
        assert is_right(place, right)
    for place in (
        "c_drug_now",
        "Trace_infusion!C23",
        "Trace_drug!C22",
        "Trace_drug!A1:Z99",
    ):  # a whole sheet is no place
        assert not is_right(place, right)


def test_only_what_is_new_counts_and_only_the_first_ten_places() -> None:
    error = next(error for error in ERRORS if error.id == "MM01")
    always, late = Finding("always said", ("p_relapse",)), Finding("many", (*map(str, range(10)), "p_relapse"))
    assert not judge(error, "", "", [always], [always], error.right).found
    assert judge(error, "", "", [late], [], error.right).found
    assert not judge(error, "", "", [late], [], error.right).right
    assert judge(error, "", "", [Finding("it", ("t", "p_relapse"))], [], error.right).rank == 2
    assert places_in_order([Finding("a", ("x",), fails=False), Finding("b", ("y", "x"))]) == ["y", "x"]


def test_a_cell_of_a_table_is_named_as_hecon_names_it() -> None:
    error = next(error for error in ERRORS if error.id == "MM08")
    assert patched_cells(error.base, error.patches) == ["parameters!J6"]


def test_the_records_are_frozen() -> None:
    """They may follow a workbook whose columns moved; the sum then changes, and the commit says why."""
    files = sorted((ROOT / "benchmarks" / "seeded_errors" / "errors").glob("*.toml"))
    assert hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() == FROZEN


def test_intervals_of_wilson() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)  # z^2 / (n + z^2)
    assert wilson(5, 10) == pytest.approx((0.2365931, 0.7634069), abs=1e-6)


def test_the_page_names_every_error_and_every_variant() -> None:
    text = (ROOT / "docs" / "seeded-errors.md").read_text(encoding="utf-8")
    assert all(f"| {error.id} | {error.kind} |" in text for error in ERRORS)
    assert all(f"- {variant.id}: " in text for variant in VARIANTS)
