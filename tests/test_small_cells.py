"""Individual data stay where they are: no row, time or small count of patients leaves in a file that hecon writes."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon import Cost, DecisionTree, Leaf, PartitionedSurvival, Strategy, Utility
from hecon.figures.figure_style import save_figure
from hecon.figures.survival_figures import survival_page
from hecon.report.curve_fits import fit_curves, write_fits
from hecon.survival.data import in_years, read_survival, survival_data
from hecon.survival.fit import fit_curve
from hecon.survival.kaplan_meier import kaplan_meier
from hecon.survival.small_cells import SMALL, followed_to, in_steps

ALIVE = PartitionedSurvival(
    states=("alive", "dead"), cycle="1 year", horizon="10 years", within_cycle="half-cycle", crossing="error", events="mid",
    curves={"alive": "survival(os, t)"}, outcomes=[Utility({"alive": "u"})],
)  # fmt: skip
DRUG = Leaf(to=ALIVE, let={"u": "0.9"}, outcomes=[Cost("drug", "price", "product", "health care")])
MODEL = DecisionTree(
    "Demo",
    [Strategy("a", "A", Leaf(to=ALIVE, let={"u": "0.8"})), Strategy("b", "B", DRUG)],
    {"cost": "0.03", "effect": "0.03"},
    "continuous",
)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty patients with times in months that cannot be met by chance, and a name that would tell who they are."""
    rng = np.random.default_rng(4)
    path = tmp_path_factory.mktemp("data") / "trial.csv"
    times = rng.exponential(30, 40).round(6) + 0.001
    lines = [f"{time:.6f},{int(k % 3 > 0)},patient-7{k:02d}" for k, time in enumerate(times)]
    path.write_text("time,event,who\n" + "\n".join(lines) + "\n")
    return path


def texts(folder: Path) -> str:
    """All that stands in the files of a folder, packed ones unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as package:
                found += [package.read(name).decode("latin-1") for name in package.namelist()]
        elif path.is_file():
            found.append(path.read_bytes().decode("latin-1"))
    return "\n".join(found)


def test_no_row_leaves_in_any_file(trial: Path, tmp_path: Path) -> None:
    """Fitted, put into a case, run, and written in every form: no time of a patient in months, years or days is there."""
    patients = in_years(read_survival(trial), "months")
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    out = tmp_path / "out"
    out.mkdir()
    write_fits(fit_curves("os", patients, ["weibull", "exponential"]), out / "os", inputs / "curves.csv")
    (inputs / "parameters.csv").write_text("name,value,unit,provenance\nprice,1000,EUR,assumption\n")
    (inputs / "settings.csv").write_text(
        "name,value\nperspective,payer\nthreshold,20000\nreference,a\ndraws,20\nseed,1\ncurrency,EUR\nprice_year,2020\n"
    )
    analysis = hecon.open_case(MODEL, hecon.read_inputs(inputs)).run(draws=0)
    hecon.write_workbook(analysis, out / "demo.xlsx")
    hecon.write_report(analysis, out / "demo.html")
    hecon.save_analysis(analysis, out / "saved")
    told = texts(out) + texts(inputs)
    assert "patient-7" not in told
    for time in patients.time:
        for each in (time, time * 12, time * 365.25):
            assert not any(f"{each:.{digits}f}" in told for digits in (6, 7, 9)), each
            assert repr(float(each)) not in told


def test_the_curve_is_drawn_in_steps_of_five_and_ends_where_five_are_followed() -> None:
    rng = np.random.default_rng(8)
    time, event = rng.exponential(3, 120), rng.integers(0, 2, 120)
    exact = kaplan_meier(survival_data(time, event))
    drawn, end = in_steps(exact), followed_to(exact)
    assert (drawn.events[1:] >= SMALL).all()
    assert exact.at_risk[exact.time <= end].min() >= SMALL - 1
    assert not set(drawn.time[1:]) & set(exact.time)
    assert (np.diff(drawn.time) >= 0).all()
    # survival at the end of each step is that of the data
    assert set(drawn.survival) <= set(exact.survival)
    assert np.abs(drawn.survival - exact.at(drawn.time)).max() < 0.05


def test_few_patients_are_neither_counted_nor_drawn(tmp_path: Path) -> None:
    few = fit_curves("os", survival_data([2.0, 4.0, 4.5, 6.0], [1, 1, 0, 1]), ["exponential"])
    assert "<5 patients, <5 events" in few.grid.title
    assert few.as_json([])["patients"] is None
    files = write_fits(few, tmp_path / "os", tmp_path / "curves.csv")
    assert [Path(one).name for one in files] == ["comparison.csv", "curves.csv", "run.json", "curves.csv"]
    header, row = (line.split(",") for line in (tmp_path / "curves.csv").read_text().splitlines()[:2])
    cells = dict(zip(header, row, strict=True))
    assert (cells["n"], cells["events"]) == ("", "")
    assert json.loads((tmp_path / "os" / "run.json").read_text())["curve"] == "os"


def test_the_page_of_few_events_has_no_observed_curve(tmp_path: Path) -> None:
    data = survival_data([1, 2, 3, 5], [1, 1, 1, 0])
    page = survival_page(data, [fit_curve(data, "exponential")], horizon=20)
    assert save_figure(page, tmp_path / "page")
    assert page.get_suptitle() == "<5 patients, <5 events"
    steps = [line for line in page.axes[0].get_lines() if line.get_label() == "Kaplan-Meier"]
    assert set(steps[0].get_ydata()) == {1.0}
