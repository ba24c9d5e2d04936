"""Population values, net benefit of sampling, and approval with or without research, against worked numbers."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import betabinom

from hecon.analysis.voi.population import Population, enbs, every_size
from hecon.analysis.voi.research import research_decision
from hecon.errors import HeconError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "voi.json").read_text())
ENBS = next(value for key, value in VECTORS.items() if key.startswith("ENBS"))
CED = VECTORS["ced"]
BINOMIAL = VECTORS["beta-binomial INB=20000p-9000, p~Beta(4,6)"]
TEN = Population(1000, 10, 0.035, "whole_year")


def exact(n):
    """EVSI of n patients where INB = 20000 p - 9000 and p ~ Beta(4, 6), prior mean below 0."""
    events = np.arange(n + 1)
    return (betabinom.pmf(events, n, 4, 6) * np.maximum(20000 * (4 + events) / (10 + n) - 9000, 0)).sum()


def test_population():
    assert TEN.patients() == pytest.approx(ENBS["pop multiplier"], rel=1e-12)
    continuous = Population(1000, 10, 0.035, "continuous")
    assert continuous.patients() == pytest.approx(ENBS["continuous pop factor int_0^10 1000*1.035^-t"], rel=1e-12)
    assert TEN.patients() * BINOMIAL["EVPI"] == pytest.approx(ENBS["pop EVPI"], rel=1e-12)
    assert Population(1000, 10, 0.0, "continuous").patients() == 10_000  # without discounting years still count
    assert Population(1000, 10, 0.0, "whole_year").patients() == 10_000


def test_parts_of_a_population_add_up():
    for timing in ("whole_year", "continuous"):
        one = Population(300, 7.5, 0.04, timing)
        assert one.patients(0, 2.25) + one.patients(2.25) == pytest.approx(one.patients())
    by_year = Population((100, 200, 300), 3, 0.05, "whole_year")
    assert by_year.patients() == pytest.approx(100 + 200 / 1.05 + 300 / 1.05**2)
    assert by_year.patients(1) == pytest.approx(200 / 1.05 + 300 / 1.05**2)


def test_best_sample_size():
    sizes = np.arange(1, 301)
    found = enbs(sizes, [exact(n) for n in sizes], TEN, fixed=50_000, per_patient=2000)
    assert found.best == ENBS["n*"]
    assert found.highest == pytest.approx(ENBS["ENBS*"], rel=1e-9)
    assert found.values[49] == pytest.approx(ENBS["ENBS n=50"], rel=1e-9)
    left_out = enbs([50], [exact(50)], TEN, fixed=50_000, per_patient=2000, enrolled_benefit=False)
    assert left_out.values[0] == pytest.approx(ENBS["ENBS with enrolled patients removed n=50 (pop-50)"], rel=1e-9)


def test_what_lowers_the_net_benefit_of_sampling():
    given = {"fixed": 50_000, "per_patient": 2000}
    plain = enbs([50], [700.0], TEN, **given)
    later = enbs([50], [700.0], TEN, **given, delay=2)
    assert plain.values[0] - later.values[0] == pytest.approx(700 * TEN.patients(0, 2))
    two = enbs([50], [700.0], TEN, **given, arms=2, opportunity=1e4, se=[3.0])
    assert plain.values[0] - two.values[0] == pytest.approx(50 * 2000 + 1e4)
    assert two.se[0] == pytest.approx(3 * TEN.patients())
    worthless = enbs([10, 20], [1.0, 2.0], TEN, **given)
    assert (worthless.best, worthless.highest) == (0, 0.0)


def test_curve_between_sizes_keeps_its_shape():
    coarse = [5, 10, 20, 50, 100, 200, 300]
    sizes, values = every_size(coarse, [exact(n) for n in coarse])
    assert np.abs(values - [exact(n) for n in sizes]).max() < 20  # whole patients make the exact curve uneven
    assert (np.diff(values) > 0).all()
    assert abs(enbs(sizes, values, TEN, fixed=50_000, per_patient=2000).best - ENBS["n*"]) < 15


def test_only_in_research():
    found = research_decision(-1000.0, exact(50), TEN, study_cost=50_000 + 2000 * 50, delay=2)
    assert found.now == pytest.approx(CED["pop first 2 yr"], rel=1e-12)
    assert found.later == pytest.approx(CED["pop after"], rel=1e-12)
    assert found.values["reject"] == CED["reject"]
    assert found.values["approve"] == pytest.approx(CED["approve"], rel=1e-9)
    assert found.values["only in research"] == pytest.approx(CED["only in research (OIR)"], rel=1e-9)
    assert found.values["approve with research"] == pytest.approx(CED["approve with research (AWR)"], rel=1e-9)
    assert found.best == "only in research"


def test_a_good_technology_is_approved_while_it_is_studied():
    found = research_decision(200.0, 300.0, TEN, study_cost=1e5, delay=2)
    assert found.best == "approve with research"
    assert found.values["approve with research"] - found.values["only in research"] == pytest.approx(200 * found.now)
    costly = research_decision(200.0, 300.0, TEN, study_cost=1e5, delay=2, irrecoverable=3e6, approved_later=0.5)
    assert costly.best == "only in research"  # what is spent on approval is lost if the data speak against it
    assert costly.values["only in research"] == pytest.approx(found.values["only in research"] - 3e6 * 0.5 / 1.035**2)
    reversed_ = research_decision(200.0, 300.0, TEN, study_cost=1e5, delay=2, reversal=1e6, approved_later=0.25)
    assert found.values["approve with research"] - reversed_.values["approve with research"] == pytest.approx(
        1e6 * 0.75 / 1.035**2
    )


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Population(-1, 0, 2, "yearly"), "4 faults"),
        (lambda: Population((1, 2), 3, 0.03, "whole_year"), "has 2 yearly numbers for 3 years"),
        (lambda: enbs([1, 2], [3.0], TEN, fixed=-1, per_patient=0), "2 faults"),
        (lambda: research_decision(1, 1, TEN, study_cost=0, delay=11), "must lie within the population's 10 years"),
        (lambda: research_decision(1, 1, TEN, study_cost=0, delay=1, reversal=5), "approved_later: is needed"),
    ],
)
def test_messages(make, message):
    with pytest.raises(HeconError) as caught:
        make()
    assert message in str(caught.value)
