"""`hecon survival fit`: the table, the files, adding to a case's curves, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

import hecon
from hecon.commands import survival
from hecon.errors import InputError
from hecon.inputs.curves_table import read_curves


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Two arms of log-normal times in months, censored from year 4 on."""
    rng = np.random.default_rng(6)
    arm = rng.integers(0, 2, 300)
    time, censoring = rng.lognormal(1.2 + 0.4 * arm, 0.8), rng.uniform(4, 14, 300)
    lines = [f"{12 * min(t, c):.3f},{int(t <= c)},{a}" for t, c, a in zip(time, censoring, arm, strict=True)]
    path = tmp_path / "trial.csv"
    path.write_text("time,event,arm\n" + "\n".join(lines) + "\n")
    return path


def fit(*words: str | Path) -> Result:
    app = typer.Typer()
    survival.register(app)
    return CliRunner().invoke(app, ["survival", "fit", *map(str, words)])


def test_fit_prints_and_writes(trial: Path, tmp_path: Path) -> None:
    out, into = tmp_path / "fits", tmp_path / "curves.csv"
    told = fit(trial, "--curve", "os", "--unit", "months", "--where", "arm=0", "--families", "weibull,lnorm,piecewise 1",
               "--out", out, "--into", into)  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "selected: lnorm, for its AIC; use it in formulas as survival(os, t)" in told.output
    assert sorted(path.name for path in out.iterdir()) == [
        "comparison.csv", "curves.csv", "curves.png", "curves.svg", "run.json",
    ]  # fmt: skip
    curve = read_curves(into)["os"]
    assert curve.selected == "lnorm"
    assert curve.fit.natural["meanlog"] == pytest.approx(1.2, abs=0.2)  # in years
    # another curve is added, the same curve is replaced
    more = ("--unit", "months", "--families", "weibull", "--out", out, "--into", into)
    fit(trial, "--curve", "pfs", *more)
    assert fit(trial, "--curve", "os", "--covariates", "arm", "--at", "arm=1", *more, "--json").exit_code == 0
    curves = read_curves(into)
    assert list(curves) == ["os", "pfs"]
    assert curves["os"].fit.names == ("shape", "scale", "scale:arm")
    rows = into.read_text().splitlines()
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "curves.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "case" / "parameters.csv").write_text("name,value,provenance\nu_free,0.8,assumption\n")
    assert "os_weibull_scale_arm" in hecon.read_inputs(tmp_path / "case").parameters


def test_averaging_and_json(trial: Path, tmp_path: Path) -> None:
    told = fit(trial, "--curve", "os", "--unit", "months", "--families", "weibull,lnorm", "--average",
               "--out", tmp_path / "fits", "--json")  # fmt: skip
    found = json.loads(told.output)
    assert [row["family"] for row in found["families"]] == ["lnorm", "weibull"]
    weights = read_curves(tmp_path / "fits" / "curves.csv")["os"].weights
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["lnorm"] == pytest.approx(found["families"][0]["aic_weight"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--curve", "os1"), "'os1' is an Excel cell; write 'os_1'"),
        (("--unit", "month"), "unknown unit 'month'; did you mean 'months'?"),
        (("--families", "weibul"), "unknown family 'weibul'; did you mean 'weibull'?"),
        (("--families", "weibull", "--select", "lnorm"), "curve 'trial' has no family 'lnorm'"),
        (("--at", "arm=1"), "--at names 'arm', which is none of the covariates"),
        (("--landmarks", "1,two"), "--landmarks: 'two' is not a number"),
        (("--where", "arm"), "'arm' is not NAME=VALUE"),
    ],
)
def test_what_is_refused(trial: Path, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    told = fit(trial, "--out", tmp_path / "fits", *words)
    assert isinstance(told.exception, InputError)
    assert message in str(told.exception)
    assert not (tmp_path / "fits").exists()
