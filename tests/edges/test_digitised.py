"""Events and numbers at risk rebuilt from clicks at the times of the risk table, and from seven other layouts of clicks."""

import numpy as np
import pytest

from hecon.survival.data import survival_data
from hecon.survival.digitised import digitised
from hecon.survival.kaplan_meier import kaplan_meier
from hecon.survival.reconstruction import check_reconstruction, reconstruct

ROWS = np.arange(0.0, 25.0, 6.0)
LAYOUTS = {
    "at the rows": lambda end, steps: ROWS,
    "every step": lambda end, steps: steps,
    "every step and the rows": lambda end, steps: np.union1d(steps, ROWS),
    "every other step and the rows": lambda end, steps: np.union1d(steps[::2], ROWS),
    "by halves": lambda end, steps: np.arange(0.0, end, 0.5),
    "by ones": lambda end, steps: np.arange(0.0, end, 1.0),
    "by twos": lambda end, steps: np.arange(0.0, end, 2.0),
    "40 at random and the rows": lambda end, steps: np.union1d(np.random.default_rng(3).uniform(0, end, 40), ROWS),
}


def figure(trial, layout):
    """A trial's curve read at the clicks of a layout, its last time, and its numbers at risk after the events of each row."""
    curve = kaplan_meier(trial)
    clicks = np.union1d(LAYOUTS[layout](curve.last, curve.time), [0.0, curve.last])
    at_risk = [len(trial.time), *(int((trial.time > when).sum()) for when in ROWS[1:])]
    return digitised(clicks, curve.at(clicks), ROWS, at_risk)


def by(source, check):
    return next(row for row in check_reconstruction(reconstruct(source)) if str(row["check"]).startswith(check))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_190_of_190_events_in_eight_layouts(layout):
    """200 patients, ten of them followed to 40 without an event."""
    time = np.sort(np.random.default_rng(5).exponential(8, 200))
    event = np.arange(200) < 190
    trial = survival_data(np.where(event, np.minimum(time, 39.0 + np.arange(200) / 200), 40.0), event)
    source = figure(trial, layout)
    rebuilt = reconstruct(source)
    assert (rebuilt.data.n, rebuilt.data.events) == (200, 190)
    assert [row["difference"] for row in check_reconstruction(rebuilt) if "at risk, time" in row["check"]] == [0] * 5


def test_60_of_64_deaths_from_clicks_at_the_rows():
    """28 were rebuilt: each row's number was met before the fall at its own click."""
    survival = [1, 40 / 64, 22 / 64, 12 / 64, 4 / 64]
    source = digitised(ROWS, survival, ROWS, [64, 40, 22, 12, 4])
    rebuilt = reconstruct(source)
    assert rebuilt.events.tolist() == [0, 24, 18, 10, 8]
    assert rebuilt.data.events == 60
    assert not rebuilt.censored.any()
    assert by(source, "events to time 24")["difference"] == pytest.approx(0)


def test_the_time_at_risk_tells_that_clicks_are_too_few():
    """All events of a gap stand at its end: 26% more time at risk than the table has, and every gap is remarked."""
    source = digitised(ROWS, [1, 40 / 64, 22 / 64, 12 / 64, 4 / 64], ROWS, [64, 40, 22, 12, 4])
    row = by(source, "time at risk to time 24")
    assert row["figure"] == 6 * (64 / 2 + 40 + 22 + 12 + 4 / 2)
    assert row["rebuilt"] == 24 * 6 + 18 * 12 + 10 * 18 + 8 * 24 + 4 * 24
    assert len(source.remarks) == 4
    assert "the time at risk is too long; digitise more points before 6" in source.remarks[0]


def test_half_of_the_censorings_of_a_gap_come_before_its_events():
    """1,000 at risk, 400 lost, survival 0.7: of 1,000 - c / 2 at risk 30% have an event, and 400 - c are they: 282.35."""
    rebuilt = reconstruct(digitised([0, 6, 12], [1, 0.7, 0.7], [0, 6], [1000, 600]))
    assert abs(rebuilt.events[1] - 1600 * 0.3 / 1.7) <= 1  # all before: 258; all after: 300
    assert rebuilt.events.sum() + rebuilt.censored[0] == 400
    assert kaplan_meier(rebuilt.data).at(6.0) == pytest.approx(0.7, abs=5e-4)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("layout", LAYOUTS)
def test_with_censoring_the_events_are_those_of_the_trial(layout, seed):
    """300 patients, a third of them censored over time; a step of rounding to each row."""
    rng = np.random.default_rng(seed)
    event_time, censoring = rng.exponential(16, 300), rng.uniform(8, 40, 300)
    trial = survival_data(np.minimum(event_time, censoring), event_time <= censoring)
    source = figure(trial, layout)
    rebuilt = reconstruct(source)
    true = trial.event[trial.time <= ROWS[-1]].sum()
    assert abs(rebuilt.events[source.time <= ROWS[-1]].sum() - true) <= 4
    assert rebuilt.data.n == 300


def test_a_row_between_two_clicks_is_remarked():
    source = digitised([0, 5, 7, 9], [1, 0.9, 0.7, 0.69], [0, 6], [100, 85])
    assert source.remarks == (
        "risk table row 2 (time 6): survival falls by 0.2 between the points 5 and 7, before the row or after it: "
        "all of it is put after; digitise the curve at 6",
    )
    assert digitised([0, 5, 7, 9], [1, 0.9, 0.885, 0.69], [0, 6], [100, 85]).remarks == ()
    assert digitised([0, 5, 6, 9], [1, 0.9, 0.85, 0.69], [0, 6], [20, 16]).remarks == ()  # one event, a step


def test_the_last_row_may_be_the_last_click():
    rebuilt = reconstruct(digitised([0, 3, 6], [1, 0.8, 0.5], [0, 3, 6], [10, 8, 4], events=5))
    assert rebuilt.data.n == 10
    assert rebuilt.events.tolist()[:2] == [0, 2]
    assert check_reconstruction(rebuilt)[-1]["check"] == "events"
