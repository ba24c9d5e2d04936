"""Every case gives the totals in its golden file; only scripts/update_golden changes those."""

import runpy
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "update_golden"))


def test_every_case_has_a_golden_file() -> None:
    assert SCRIPT["cases"]() == sorted(path.stem for path in (ROOT / "tests" / "golden").glob("*.toml"))


@pytest.mark.parametrize("case", SCRIPT["cases"]())
def test_a_case_gives_its_golden_numbers(case: str) -> None:
    wanted = tomllib.loads((ROOT / "tests" / "golden" / f"{case}.toml").read_text(encoding="utf-8"))
    found = SCRIPT["golden"](case)
    assert {table: set(values) for table, values in found.items()} == {t: set(v) for t, v in wanted.items()}
    for table, values in wanted.items():
        assert found[table] == pytest.approx(values, rel=1e-9, abs=1e-9), table


def test_numbers_survive_the_file() -> None:
    tables = {"drug": {"cost price": 1234.5, "qaly utility": 1e-7, "ly life_years": 0.0}}
    assert tomllib.loads(SCRIPT["to_toml"](tables)) == tables
