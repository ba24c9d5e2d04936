"""`hecon run`: what it prints and writes, and the options that take the place of settings."""

import csv
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import hecon

QUICK = ("--draws", "40", "--no-figures", "--name", "r")


def test_run_needs_nothing_but_the_case_and_prints_both_bases(home, call):
    result = call("run", "demo")
    assert result.exit_code == 0
    assert result.stderr == ""
    for words in (
        "demo: usual care or a new treatment",
        "Probabilistic: 1,000 draws, independent, seed 1.",
        "Per patient, deterministic, health care sector perspective (EUR 2024)",
        "Incremental analysis, health care sector perspective, deterministic",
        "Incremental analysis, health care sector perspective, probabilistic",
        "disease care",
        "2 of 2 checks hold in the base case.",
    ):
        assert words in result.stdout
    (folder,) = (home / "outputs" / "demo").iterdir()
    assert f"Files: outputs/demo/{folder.name}" in result.stdout
    names = {path.name for path in folder.rglob("*")}
    assert {"plane.png", "trace.svg", "tables.xlsx", "by_state.csv", "psa.npz", "run.json"} <= names
    verdict, check = (folder / "checks.csv").read_text().splitlines()[1].split(",")[:2]
    assert (verdict, check) == ("holds", '"alive at 10 years')


def test_a_gap_over_three_standard_errors_is_said(home, call, edit):
    edit("inputs/demo/parameters.csv", "beta,100,4900", "beta,2,98")
    assert "over 3 standard errors apart: usual_care: effect is" in call("run", "demo", *QUICK[2:]).stdout


def test_json_is_one_object_with_the_numbers_of_the_api(home, call):
    result = call("run", "demo", "--json", "--seed", 3, *QUICK)
    found = json.loads(result.stdout)
    promised = """case perspective wtp currency price_year strategies incremental incremental_probabilistic pairwise psa
        files"""
    assert set(promised.split()) <= set(found)
    keys = {"name", "label", "cost", "qaly", "ly", "ly_undiscounted", "cost_by_category", "cost_by_sector"}
    assert [set(one) for one in found["strategies"]] == [keys, keys]
    assert set(found["incremental"][1]) == {"strategy", "cost", "effect", "inc_cost", "inc_effect", "icer", "status"}
    assert (found["case"], found["perspective"], found["wtp"]) == ("demo", "health care sector", 30000)
    assert (found["currency"], found["price_year"]) == ("EUR", "2024")
    assert (found["psa"]["draws"], found["psa"]["seed"]) == (40, 3)
    assert {"mean", "ceac_at_wtp", "evpi_at_wtp"} <= set(found["psa"])
    assert found["pairwise"][0]["status"] == "NE"
    assert found["folder"] == "outputs/demo/r"
    assert all((home / found["folder"] / name).is_file() for name in found["files"])
    assert found["checks"][0]["passed"]
    model = runpy.run_path("models/demo/model.py")["MODEL"]
    book = hecon.read_inputs("inputs/demo")
    base, psa = hecon.run(model, book.base()), hecon.run(model, book.sample(40, seed=3))
    assert [one["cost"] for one in found["strategies"]] == pytest.approx(
        base.cost("health care sector")[:, 0], rel=1e-12
    )
    assert [one["qaly"] for one in found["strategies"]] == pytest.approx(base.effect()[:, 0], rel=1e-12)
    mean = psa.effect()[1].mean()
    assert found["psa"]["mean"]["treatment"]["qaly"] == pytest.approx(mean, rel=1e-12)


def test_options_replace_the_settings(home, ran):
    plain = ran()
    assert ran() == plain
    assert ran("--seed", 2)["psa"]["mean"] != plain["psa"]["mean"]
    societal = ran("--perspective", "societal", "--wtp", 1000)
    assert (societal["perspective"], societal["wtp"]) == ("societal", 1000)
    assert set(societal["strategies"][0]["cost_by_sector"]) == {"health care", "productivity"}
    half = ran("--scenario", "price_half")
    treatment = [one["strategies"][1]["cost_by_category"]["product"] for one in (plain, half)]
    assert treatment[1] == pytest.approx(treatment[0] / 2)
    assert ran("--reference", "treatment")["pairwise"][0]["strategy"] == "usual_care"
    hypercube = ran("--sampling", "latin-hypercube")
    assert hypercube["psa"]["method"] == "latin hypercube"


def test_only_the_strategies_named_are_run(home, ran):
    one = ran("--strategy", "treatment")
    assert [row["name"] for row in one["strategies"]] == ["treatment"]
    assert one["pairwise"] == []
    both = ran("--strategy", "treatment", "--strategy", "usual_care")
    assert both["strategies"] == ran()["strategies"]


def test_draws_0_runs_the_base_case_only(home, call):
    found = json.loads(call("run", "demo", "--json", "--draws", 0, "--no-figures").stdout)
    assert found["psa"] is None
    assert found["incremental_probabilistic"] is None


def test_draws_made_elsewhere_take_the_place_of_sampling(home, call):
    book = hecon.read_inputs("inputs/demo")
    draws = book.sample(30, seed=9)
    with open("mine.csv", "w", newline="") as file:
        csv.writer(file).writerows([draws.names, *draws.values.T.tolist()])
    words = ("--json", "--no-figures", "--no-workbook", "--csv-draws", "--out", "elsewhere")
    found = json.loads(call("run", "demo", "--draws-file", "mine.csv", *words).stdout)
    assert (found["psa"]["draws"], found["psa"]["method"], found["psa"]["seed"]) == (30, "external", None)
    mean = hecon.run(runpy.run_path("models/demo/model.py")["MODEL"], draws).effect()[0].mean()
    assert found["psa"]["mean"]["usual_care"]["qaly"] == pytest.approx(mean, rel=1e-12)
    assert "psa_draws.csv" in found["files"]
    assert Path(found["folder"]).parent == Path("elsewhere/demo")


def test_draws_made_elsewhere_do_not_overrule_a_scenario(home, call):
    draws = hecon.read_inputs("inputs/demo").sample(30, seed=9)
    name = draws.names[0]
    with open("mine.csv", "w", newline="") as file:
        csv.writer(file).writerows([draws.names, *draws.values.T.tolist()])
    value = float(draws[name].mean())
    Path("other.csv").write_text(f"scenario,target,name,value\nother,parameter,{name},{value}\n", encoding="utf-8")
    refused = call("run", "demo", "--draws-file", "mine.csv", "--scenario-file", "other.csv", "--out", "elsewhere")
    assert refused.exit_code == 1
    assert f"mine.csv: has draws of {name}, which scenario other changes: leave that column out" in refused.stderr


def test_a_failing_check_is_printed_with_value_and_target(home, call, edit):
    edit("inputs/demo/parameters.csv", "proportion,0.63", "proportion,0.9")
    result = call("run", "demo", "--draws", 0, "--no-figures")
    assert result.exit_code == 0
    said = "Check fails: alive at 10 years, as observed (strategy usual_care): 0.632157, not equal to 0.9 within 0.05"
    assert said in " ".join(result.stdout.split())
    assert "Check fails" in call("run", "demo", "--draws", 0, "--no-figures", "--json").stderr
    result = call("check", "demo")
    assert result.exit_code == 1
    assert "FAILS" in result.stdout
    assert "hecon: 1 of the model's checks fails" in result.stderr


def test_importing_the_command_line_leaves_the_slow_packages_out():
    slow = ["pandas", "scipy.stats", "matplotlib", "openpyxl", "xlsxwriter", "SALib"]
    code = f"import hecon.cli, sys; print([name for name in {slow} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_version_and_help(call):
    assert call("--version").stdout == f"hecon {hecon.__version__}\n"
    for words in (["--help"], ["run", "-h"], ["inputs", "--help"]):
        result = call(*words)
        assert result.exit_code == 0
        assert "Usage:" in result.stdout


def test_a_bound_that_does_not_hold_in_every_draw_is_said(home, call, edit):
    edit("models/demo/model.py", 'equals="alive_10_years", within="0.05"', 'at_most="alive_10_years"')
    edit("inputs/demo/parameters.csv", "proportion,0.63", "proportion,0.64")
    stdout = call("run", "demo", "--no-figures").stdout
    assert "2 of 2 checks hold in the base case." in stdout
    model, book = runpy.run_path("models/demo/model.py")["MODEL"], hecon.read_inputs("inputs/demo")
    (check,) = hecon.run(model, book.sample(1000, seed=1)).kept["checks"]
    count = (check.value > 0.64).sum()
    assert f"In {count} of 1,000 draws not: alive at 10 years, as observed (strategy usual_care)." in stdout


def test_horizons_are_printed_and_in_the_json(home, call):
    result = call("run", "demo", "--draws", "0", "--no-figures", "--no-workbook", "--horizons", "5,lifetime")
    assert result.exit_code == 0, result.output
    assert "by horizon, deterministic" in result.stdout
    lines = [line.split()[0] for line in result.stdout.splitlines() if line.startswith(("5 years", "lifetime"))]
    assert lines == ["5", "lifetime"]
    words = ("run", "demo", "--draws", "0", "--no-figures", "--no-workbook", "--json", "--horizons", "lifetime")
    found = json.loads(call(*words).stdout)
    assert found["horizons"][0]["inc_cost"] == pytest.approx(found["pairwise"][0]["inc_cost"])
