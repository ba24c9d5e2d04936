"""`hecon ceac` and `hecon voi`: they answer with a case alone, print JSON, write files, and say what they lack."""

import json
from pathlib import Path

import pytest

SETTINGS = Path("inputs/demo/settings.csv")
QUICK = ("--json", "--no-figures", "--name", "r")
POPULATION = ("--incidence", "500", "--years", "10", "--rate", "0.03")
COSTS = ("--fixed", "50000", "--per-patient", "1000", "--delay", "2")


def answered(call, *words):
    result = call(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def study(home, call):
    """A study of the demo's most valuable probability, as the settings of a case would declare it."""
    ranked = answered(call, "voi", "demo", *QUICK, "--no-groups")["evppi"]
    name = next(row["parameters"] for row in ranked if row["parameters"].startswith(("p_", "r_", "u_")))
    return f"binomial({name})" if name.startswith("p_") else f"normal({name}, sd=0.2)"


def test_ceac_alone(home, call):
    found = answered(call, "ceac", "demo", *QUICK)
    folder = home / "outputs" / "demo" / "ceac-r"
    assert sorted(path.name for path in folder.iterdir()) == found["files"]
    assert sum(row["ceac"] for row in found["at_wtp"]) == pytest.approx(1)
    ran = answered(call, "run", "demo", "--json", "--no-figures", "--name", "r")["psa"]
    assert (found["draws"], found["evpi"], found["evpi_se"]) == (
        ran["draws"],
        ran["evpi_at_wtp"],
        ran["evpi_se_at_wtp"],
    )
    assert {row["quantity"] for row in found["convergence"]} == {"cost", "effect", "INMB", "acceptability", "EVPI"}
    assert (found["stable"], found["steps"]) == (None, [])


def test_ceac_grows_until_stable(home, call, refused, edit):
    assert "--until-stable needs a precision" in refused("ceac", "demo", "--until-stable")
    edit(SETTINGS, "name,value,note\n", "name,value,note\nprecision,2000,\n")
    found = answered(call, "ceac", "demo", *QUICK, "--until-stable")
    assert found["stable"] is True
    assert found["precision"] == 2000
    assert found["steps"][-1]["inmb"] <= 2000
    assert found["draws"] == found["steps"][-1]["draws"]
    held = answered(call, "ceac", "demo", *QUICK, "--until-stable", "--precision", "0.001", "--most", "2048")
    assert (held["stable"], held["draws"]) == (False, 2048)
    assert "cannot be enlarged" in refused("ceac", "demo", "--until-stable", "--sampling", "latin-hypercube")
    assert "leave out --draws" in refused("ceac", "demo", "--until-stable", "--draws", "100")


def test_voi_alone(home, call):
    found = answered(call, "voi", "demo", *QUICK)
    folder = home / "outputs" / "demo" / "voi-r"
    assert sorted(path.name for path in folder.iterdir()) == found["files"]
    values = [row["evppi"] for row in found["evppi"]]
    assert values == sorted(values, reverse=True)
    assert all(value < found["evpi"] + 3 * found["evpi_se"] for value in values)
    assert found["evsi"] is found["enbs"] is found["population"] is None


def test_groups_asked_for_and_forbidden_are_refused(home, call, refused):
    assert "leave one of them out" in refused("voi", "demo", "--no-groups", "--group", "p_cured")


def test_voi_of_a_study(home, call, study):
    given = ("--study", study, "--largest", "600", *POPULATION, *COSTS)
    found = answered(call, "voi", "demo", *QUICK, *given)
    assert len(found["evsi"]["sizes"]) == len(found["evsi"]["values"])
    assert found["evsi"]["values"][-1] <= found["evsi"]["evppi"] + 3 * found["evsi"]["evppi_se"]
    assert found["population"]["evpi"] == pytest.approx(found["evpi"] * found["population"]["patients"])
    assert found["enbs"]["best"] >= 0
    for method in ("gaussian", "moments", "importance"):
        other = answered(call, "voi", "demo", *QUICK, *given, "--method", method)["evsi"]
        largest = max(found["evsi"]["se"][-1], other["se"][-1], 1.0)
        assert other["values"][-1] == pytest.approx(found["evsi"]["values"][-1], abs=4 * largest)


def test_a_study_too_small_for_an_approximation_is_told_and_the_rest_answered(home, call, study):
    words = (
        "--study",
        study,
        "--largest",
        "100",
        *POPULATION,
        *COSTS,
        "--method",
        "gaussian",
        "--no-groups",
        "--name",
        "r",
    )
    text = call("voi", "demo", *words).stdout
    assert "EVPI" in text
    assert "No net benefit of sampling: EVSI is refused at nearly every size; 5 patients are too few" in text


def test_the_settings_can_say_it_all(home, call, study, edit):
    given = answered(call, "voi", "demo", *QUICK, "--study", study, "--largest", "100", *POPULATION, *COSTS)
    rows = {"study": f'"{study}"', "study_largest": 100, "incidence": 500, "decision_years": 10, "population_rate": 0.03,
            "study_fixed": 50000, "study_per_patient": 1000, "study_years": 2}  # fmt: skip
    text = "".join(f"{name},{value},\n" for name, value in rows.items())
    edit(SETTINGS, "name,value,note\n", f"name,value,note\n{text}")
    assert answered(call, "voi", "demo", *QUICK) == given


def test_pictures_and_text(home, call, study):
    words = ("--study", study, "--largest", "60", *POPULATION, *COSTS, "--draws", "500", "--name", "r")
    text = call("voi", "demo", *words).stdout
    for word in ("EVPI", "EVPPI", "EVSI", "Net benefit of sampling", "Population"):
        assert word in text
    pictures = {path.stem for path in (home / "outputs" / "demo" / "voi-r").glob("*.svg")}
    assert {"evppi", "evppi_fit", "evsi", "enbs"} <= pictures
    text = call("ceac", "demo", "--draws", "500", "--precision", "100", "--name", "r").stdout
    assert "95% half-width" in text
    pictures = {path.stem for path in (home / "outputs" / "demo" / "ceac-r").glob("*.svg")}
    assert pictures == {"acceptability", "expected_loss", "running"}


def test_mistakes(home, refused):
    assert "population values need incidence, decision_years, population_rate" in refused(
        "voi", "demo", "--incidence", "5"
    )
    assert "unknown design 'binom'" in refused("voi", "demo", "--study", "binom(p)", "--draws", "100")
    assert "did not vary in these draws" in refused("voi", "demo", "--group", "p_x p_y", "--draws", "100")
    assert "the precision must be above 0" in refused("ceac", "demo", "--precision", "-1")
