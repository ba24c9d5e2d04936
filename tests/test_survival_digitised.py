"""Curves rebuilt from figures: both vectors of Guyot's algorithm, the checks, and the commonest mistakes by message."""

import json
from pathlib import Path

import numpy as np
import pytest

from hecon.errors import InputError
from hecon.survival.data import survival_data
from hecon.survival.digitised import digitised, read_digitised
from hecon.survival.kaplan_meier import kaplan_meier
from hecon.survival.reconstruction import check_hazard_ratio, check_reconstruction, reconstruct

VECTORS = json.loads((Path(__file__).parent / "vectors" / "survival.json").read_text())
PLAIN = VECTORS["guyot1 no censoring n=10"]
SIMULATED = VECTORS["guyot2 sim N=200 exp mean 8, U(3,15) censor, seed numpy default_rng(7)"]
RISK_TIME = [0, 3, 6, 9, 12]


def plain(**changes):
    figure = {"time": PLAIN["t"], "survival": PLAIN["S"], "risk_time": PLAIN["trisk"], "at_risk": PLAIN["nrisk"]}
    return digitised(**(figure | {"events": PLAIN["tot.events"]} | changes))


@pytest.fixture(scope="module")
def trial():
    """200 patients, exponential with mean 8, censored uniformly from 3 to 15 years."""
    rng = np.random.default_rng(7)
    event_time, censoring = rng.exponential(8, 200), rng.uniform(3, 15, 200)
    return survival_data(np.minimum(event_time, censoring), event_time <= censoring)


def rebuilt_from(trial, events=None):
    """The trial's Kaplan-Meier curve read off at every step and its numbers at risk, then rebuilt."""
    curve = kaplan_meier(trial)
    return reconstruct(digitised(curve.time, curve.survival, RISK_TIME, SIMULATED["nrisk"], events=events))


def test_without_censoring():
    rebuilt = reconstruct(plain())
    assert rebuilt.events.tolist() == PLAIN["events"]
    assert rebuilt.censored.sum() == sum(PLAIN["censored"])
    assert rebuilt.at_risk.tolist() == PLAIN["n at risk"]
    left = rebuilt.data.time[rebuilt.data.event == 0]
    assert left.tolist() == [5] * PLAIN["left at end"]


def test_the_simulated_trial_is_the_vectors(trial):
    assert trial.events == SIMULATED["true events"]
    assert [(trial.time >= time).sum() for time in RISK_TIME] == SIMULATED["nrisk"]
    assert trial.events / trial.time.sum() == pytest.approx(SIMULATED["true MLE rate"], abs=1e-12)


def test_simulated_trial_comes_back(trial):
    """The vector's own grid is not recorded: its figures are the tolerances."""
    rebuilt = rebuilt_from(trial)
    assert rebuilt.data.n == SIMULATED["N recon"]
    assert abs(rebuilt.data.events - SIMULATED["recon events"]) <= 1
    assert np.abs(rebuilt.censored[:4] - SIMULATED["ncensor per interval"][:4]).max() <= 1
    times = np.linspace(0, 12, 1201)
    gap = np.abs(kaplan_meier(rebuilt.data).at(times) - kaplan_meier(trial).at(times)).max()
    assert gap <= SIMULATED["max |KM diff| on [0,12]"]
    rate = rebuilt.data.events / rebuilt.data.time.sum()
    assert rate == pytest.approx(SIMULATED["recon MLE rate"], abs=1e-4)
    assert abs(rate - SIMULATED["true MLE rate"]) < 5e-4


def test_total_of_events_is_met(trial):
    assert rebuilt_from(trial, events=124).data.events == SIMULATED["with tot events"]


def test_reached_total_leaves_no_events_in_the_last_interval(trial):
    before = rebuilt_from(trial).events[: np.searchsorted(kaplan_meier(trial).time, 12)].sum()
    rebuilt = rebuilt_from(trial, events=int(before))
    assert rebuilt.data.events == before
    assert rebuilt.data.n == 200
    assert rebuilt.censored[-1] == 0


@pytest.mark.parametrize("seed", range(15))
def test_everyone_comes_back_and_the_curve_with_them(seed):
    """Any trial: as many patients as there were, numbers at risk within one, the curve within two events' height."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 400))
    event_time, censoring = 5 * rng.weibull(rng.uniform(0.6, 2.5), n), rng.uniform(1, 12, n)
    trial = survival_data(np.minimum(event_time, censoring), event_time <= censoring)
    curve = kaplan_meier(trial)
    risk_time = np.linspace(0, 0.6 * curve.last, 4)
    at_risk = np.array([(trial.time >= time).sum() for time in risk_time])
    grid = np.unique(np.concatenate([curve.time, risk_time]))
    rebuilt = reconstruct(digitised(grid, curve.at(grid), risk_time, at_risk))
    assert rebuilt.data.n == n
    assert (
        np.abs(
            [(rebuilt.data.time >= time).sum() - number for time, number in zip(risk_time, at_risk, strict=True)]
        ).max()
        <= 1
    )
    inside = grid <= risk_time[-1]
    gap = np.abs(kaplan_meier(rebuilt.data).at(grid) - curve.at(grid))[inside].max()
    assert gap < 2 / at_risk[-1]


def test_survival_down_to_zero():
    rebuilt = reconstruct(digitised([0, 1, 2, 3], [1, 0.5, 0, 0], [0, 2], [4, 2]))
    assert rebuilt.events.tolist() == [0, 2, 2, 0]


def test_checks(trial):
    rows = {row["check"]: row for row in check_reconstruction(rebuilt_from(trial, events=124), median=5.9)}
    assert rows["events"]["difference"] == 0
    assert [rows[f"at risk, time {time}"]["difference"] for time in RISK_TIME] == [0] * 5
    assert rows["median"]["figure"] == 5.9
    assert abs(rows["median"]["difference"]) < 0.3
    assert (
        abs(next(row["difference"] for name, row in rows.items() if name.startswith("survival"))) < 0.02
    )  # 13 in the tail


def test_hazard_ratio_check(trial):
    rng = np.random.default_rng(8)
    event_time, censoring = rng.exponential(5, 200), rng.uniform(3, 15, 200)
    worse = survival_data(np.minimum(event_time, censoring), event_time <= censoring)
    curve = kaplan_meier(worse)
    at_risk = [(worse.time >= time).sum() for time in RISK_TIME]
    other = reconstruct(digitised(curve.time, curve.survival, RISK_TIME, at_risk))
    row = check_hazard_ratio(rebuilt_from(trial), other, 1.2, 1.6, 2.1)
    assert 1.2 < row["rebuilt"] < 2.1
    with pytest.raises(InputError, match=r"published 1.6 \(1.2 to 2.1\): are the curves or the arms exchanged"):
        check_hazard_ratio(other, rebuilt_from(trial), 1.2, 1.6, 2.1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"survival": [100, 90, 70, 60, 30, 10]}, "survival: goes up to 100, so the axis is in percent; divide by 100"),
        ({"survival": [1, 0.9, 0.7, 0.75, 0.3, 0.1]}, "point 4, survival: 0.75 rises above the curve before it"),
        ({"time": [0.5, 1, 2, 3, 4, 5]}, "the first time is 0.5, not 0; begin with time 0, survival 1"),
        ({"survival": [0.98, 0.9, 0.7, 0.6, 0.3, 0.1]}, "survival begins at 0.98; begin with time 0, survival 1"),
        ({"time": [0, 1, 2, 2, 4, 5]}, "point 4, time: 2 is not after the time before it; .* keep the lower"),
        ({"survival": [1, 0.9, 0.7, 0.6, 0.3, -0.1]}, "point 6, survival: -0.1 is not between 0 and 1"),
        (
            {"risk_time": [0, 3], "at_risk": [10, 12]},
            "12 is more than in the row before it; numbers at risk never rise",
        ),
        ({"risk_time": [0, 9], "at_risk": [10, 2]}, "9 lies beyond the last digitised time 5"),
        ({"risk_time": [1, 3], "at_risk": [10, 2]}, "the risk table begins at 1; it must begin at 0"),
        ({"at_risk": [9.5]}, "needs a whole number; got 9.5"),
        ({"events": 12}, "12 events are not between 1 and the 10 patients at time 0"),
        ({"risk_time": [0, 2.2, 2.5], "at_risk": [10, 6, 6]}, "some row has no digitised time between it and the next"),
        ({"survival": [1, 0.9]}, "as many survival values as times"),
    ],
)
def test_mistakes(changes, message):
    with pytest.raises(InputError, match=message):
        plain(**changes)


def test_tremor_is_levelled_only_when_allowed():
    tremor = [1, 0.9, 0.7, 0.704, 0.3, 0.1]
    with pytest.raises(InputError, match=r"by more than 0; correct it, or allow rise=0.004"):
        plain(survival=tremor)
    allowed = plain(survival=tremor, rise=0.005)
    assert (allowed.levelled, allowed.survival.tolist()) == (1, [1, 0.9, 0.7, 0.7, 0.3, 0.1])


def test_reading_files(tmp_path):
    (tmp_path / "curve.csv").write_text("time,survival\n0,1\n1,0.9\n2,0.7\n3,0.6\n4,0.3\n5,0.1\n")
    (tmp_path / "risk.csv").write_text("time,at_risk\n0,10\n")
    source = read_digitised(tmp_path / "curve.csv", tmp_path / "risk.csv", events=9)
    assert reconstruct(source).events.tolist() == PLAIN["events"]
    (tmp_path / "curve.csv").write_text("time,survival\n0,1\n1,0.9\n2,0.95\n")
    with pytest.raises(InputError, match=r"curve.csv!B4 \(survival\): 0.95 rises"):
        read_digitised(tmp_path / "curve.csv", tmp_path / "risk.csv")
