"""Survival data: what is refused, and the Kaplan-Meier curve by hand and by vector."""

import json
from pathlib import Path

import numpy as np
import pytest

from hecon.errors import InputError
from hecon.survival.data import read_survival, survival_data
from hecon.survival.kaplan_meier import hazard_ratio, kaplan_meier, median_survival, restricted_mean

VECTORS = json.loads((Path(__file__).parent / "vectors" / "survival.json").read_text())
SMALL = VECTORS["mle data t=[1,2,2,3,4,5,6,7,8,10] d=[1,1,0,1,1,0,1,1,0,0]"]
TIME, EVENT = [1, 2, 2, 3, 4, 5, 6, 7, 8, 10], [1, 1, 0, 1, 1, 0, 1, 1, 0, 0]


def write(path, text):
    path.write_text(text)
    return path


def test_kaplan_meier_is_the_vector():
    curve = kaplan_meier(survival_data(TIME, EVENT))
    assert curve.time.tolist() == [float(time) for time in SMALL["KM"]]
    np.testing.assert_allclose(curve.survival, list(SMALL["KM"].values()), atol=1e-14)


def test_greenwood_by_hand():
    curve = kaplan_meier(survival_data([1, 2, 3, 4], [1, 1, 0, 1]))
    assert curve.se[2] == pytest.approx(0.5 * np.sqrt(1 / (4 * 3) + 1 / (3 * 2)))


def test_late_entry_by_hand():
    """The patient who enters at 1.5 is not at risk of the event at 1, but is at 2."""
    curve = kaplan_meier(survival_data([1, 2, 3], [1, 1, 0], entry=[0, 0, 1.5]))
    assert curve.at_risk.tolist() == [2, 2, 2, 1]
    assert curve.survival.tolist() == [1, 0.5, 0.25, 0.25]


def test_weights_are_repeated_rows():
    weight = np.array([1, 2, 3, 1, 2, 1, 1, 3, 1, 1])
    weighted = kaplan_meier(survival_data(TIME, EVENT, weight=weight))
    repeated = kaplan_meier(survival_data(np.repeat(TIME, weight), np.repeat(EVENT, weight)))
    for name in ("time", "survival", "at_risk", "events", "censored", "se"):
        np.testing.assert_allclose(getattr(weighted, name), getattr(repeated, name))


def test_fractional_weights_never_make_survival_negative():
    data = survival_data(TIME, np.ones(10), weight=np.full(10, 0.1))
    assert kaplan_meier(data).survival.min() >= 0


def test_restricted_mean_and_median_by_hand():
    curve = kaplan_meier(survival_data(TIME, EVENT))
    # 1 x 1 + 0.9 x 1 + 0.8 x 1 + 0.6857142857 x 1 + 0.5714285714 x 1
    assert restricted_mean(curve, 5) == pytest.approx(1 + 0.9 + 0.8 + 0.6857142857 + 0.5714285714, abs=1e-9)
    assert median_survival(curve) == 6
    assert median_survival(kaplan_meier(survival_data([1, 2, 3], [1, 0, 0]))) == np.inf
    with pytest.raises(InputError, match=r"follow-up ends at 10 with survival 0\.286"):
        restricted_mean(curve, 12)
    assert restricted_mean(kaplan_meier(survival_data([1, 3], [1, 1])), 9) == 2  # everyone has died


def test_hazard_ratio_without_ties_by_hand():
    """Events at 1 (treated) and 2 (reference); the score is 0 where the treated share of both risks is 1."""
    reference, treated = survival_data([2, 3], [1, 0]), survival_data([1, 3], [1, 0])
    ratio, se = hazard_ratio(reference, treated)
    # at 1: two and two at risk, p = r / (1 + r); at 2: two and one, p = r / (2 + r); their sum is 1
    assert ratio / (1 + ratio) + ratio / (2 + ratio) == pytest.approx(1)
    assert ratio == pytest.approx(np.sqrt(2))
    information = ratio / (1 + ratio) ** 2 + 2 * ratio / (2 + ratio) ** 2
    assert se == pytest.approx(information**-0.5)


def test_hazard_ratio_weights_and_direction():
    rng = np.random.default_rng(1)
    one, two = (survival_data(scale * rng.exponential(size=400), np.ones(400)) for scale in (1.0, 2.0))
    ratio, se = hazard_ratio(one, two)
    assert abs(np.log(ratio) - np.log(0.5)) < 3 * se
    assert hazard_ratio(two, one)[0] == pytest.approx(1 / ratio)
    with pytest.raises(InputError, match="0 or infinite"):
        hazard_ratio(survival_data([1, 2], [1, 1]), survival_data([3, 4], [1, 1]))


def test_all_faults_at_once_with_rows():
    with pytest.raises(InputError) as caught:
        survival_data([-1, 2, 3, 0], [1, 2, 0, 1], entry=[0, 0, 3, 0], weight=[1, 1, 1, -1])
    message = str(caught.value)
    assert "5 faults" in message
    for part in (
        "row 1, time: times must be above 0; got -1",
        "row 2, event: must be 1 (event) or 0 (censored); got 2",
        "row 3, entry: entry 3 is not before the patient's time",
        "row 4, time: times must be above 0; write half a day for an event on day 0",
        "row 4, weight: weights must be above 0; got -1",
    ):
        assert part in message


def test_many_faults_are_counted():
    with pytest.raises(InputError, match="and 97 more rows with this fault"):
        survival_data(-np.arange(1.0, 101), np.ones(100))


def test_all_censored_and_constant_covariates():
    with pytest.raises(InputError, match="all 2 patients are censored"):
        survival_data([1, 2], [0, 0])
    with pytest.raises(InputError, match=r"arm: is 1 for every patient, so its effect cannot be estimated"):
        survival_data([1, 2], [1, 0], covariates={"arm": [1, 1]})
    with pytest.raises(InputError, match=r"arm: shape \(1,\); time has \(2,\)"):
        survival_data([1, 2], [1, 0], covariates={"arm": [1]})


def test_reading(tmp_path):
    path = write(
        tmp_path / "trial.csv", "id,time,event,entry,arm,age\na,5,1,0,chemo,60\nb,7,0,2,chemo,50\nc,1,1,0,car,4\n"
    )
    data = read_survival(path, covariates=["age"], where={"arm": "chemo"})
    assert (data.time.tolist(), data.event.tolist(), data.entry.tolist()) == ([5, 7], [1, 0], [0, 2])
    assert data.covariates["age"].tolist() == [60, 50]


def test_reading_names_the_cells(tmp_path):
    path = write(tmp_path / "trial.csv", "id,time,event\na,5,1\n\nb,seven,0\nc,,1\n")
    with pytest.raises(InputError) as caught:
        read_survival(path)
    assert "trial.csv!B4 (time): is not a number: 'seven'" in str(caught.value)
    assert "trial.csv!B5 (time): is blank; it needs a number" in str(caught.value)
    path = write(tmp_path / "late.csv", "time,event\n-5,1\n4,1\n")
    with pytest.raises(InputError, match=r"late.csv!A2 \(time\): times must be above 0; got -5"):
        read_survival(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("times,event\n1,1\n", r"column 'time' is missing; did you mean 'times'\? \(has: times, event\)"),
        ("", "is empty; its first row must name the columns"),
        ("time,event\n", "no rows; nothing to read"),
    ],
)
def test_files_that_cannot_be_used(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_survival(write(tmp_path / "trial.csv", text))


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv: not found"):
        read_survival(tmp_path / "nowhere.csv")
