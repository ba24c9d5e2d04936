"""Every case answers `hecon voi` for its population with the case alone, as its settings declare it."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = sorted(one.parent.name for one in (ROOT / "inputs").glob("*/settings.csv"))


@pytest.mark.parametrize("case", CASES)
def test_voi_answers_for_the_population(call, tmp_path, monkeypatch, case):
    monkeypatch.chdir(ROOT)
    words = ("--draws", "500", "--no-groups", "--no-figures", "--name", "r", "--out", str(tmp_path), "--json")
    result = call("voi", case, *words)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["population"]["patients"] > 100
    assert found["population"]["evpi"] == pytest.approx(found["evpi"] * found["population"]["patients"])
    first = found["evppi"][0]
    assert first["population_evppi"] == pytest.approx(first["evppi"] * found["population"]["patients"])
    assert len(found["evsi"]["sizes"]) >= 10
    assert set(found["enbs"]) == {"best", "value", "se"}
    assert list(found["research"]["values"]) == ["reject", "approve", "only in research", "approve with research"]
    assert found["research"]["best"] in found["research"]["values"]


@pytest.mark.parametrize("case", CASES)
def test_what_is_assumed_says_so(case):
    rows = (ROOT / "inputs" / case / "settings.csv").read_text().splitlines()
    for name in ("incidence", "decision_years", "study_fixed", "study_per_patient", "study_years"):
        row = next(row for row in rows if row.startswith(f"{name},"))
        assert "ASSUMPTION" in row or (name == "incidence" and "published" in row), name
    assert "Value of research" in (ROOT / "models" / case / "README.md").read_text()
