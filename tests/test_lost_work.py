"""Lost work by every method: by hand, against each other, and the direction in which a death may move it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hecon
from hecon import MarkovModel, Parameter, PartitionedSurvival, Strategy
from hecon.errors import ModelError
from hecon.parts import LostWork, absence, consumption, death_before, family
from hecon.perspectives import item_methods
from hecon.structure.items import Cost

WORK = LostWork(
    value_of_year="100",
    absent={"well": "0", "ill": "p_off"},
    alive_in_population="0.9 ** t",
    friction_years="0.25",
    absences={"well -> ill": "p_off"},
    deaths_at_work=("well -> dead", "ill -> dead"),
)
P = {"p_off": 0.6, "p_ill": 0.5, "p_die": 0.2, "p_die_ill": 0.5}
FREE: dict[str, Any] = {"discount": {"cost": "0", "effect": "0"}, "discount_timing": "continuous"}


def lost(items: Sequence[Cost], horizon: str = "3 years", **values: float) -> dict[tuple[str, str], float]:
    """Lost work by (method, cause) of a yearly cohort that starts well, counted at the starts of years."""
    model = MarkovModel(
        states=("well", "ill", "dead"), start="well", cycle="1 year", horizon=horizon, within_cycle="start",
        events="start", transitions={"well -> ill": "p_ill", "well -> dead": "p_die", "ill -> dead": "p_die_ill"},
        outcomes=items, title="Work", strategies=[Strategy("one")], **FREE,
    )  # fmt: skip
    return by_method(model, items, **{**P, **values})


def by_method(model: Any, items: Sequence[Cost], **values: float) -> dict[tuple[str, str], float]:
    outcomes = hecon.run(model, book(**values).base())
    found: dict[tuple[str, str], float] = {}
    for k, row in enumerate(outcomes.items):
        item = next((one for one in items if one.name == row.name and row.kind == "cost"), None)
        if item is not None:
            key = (item.method, item.category)
            found[key] = found.get(key, 0.0) + float(outcomes.values[0, k, 0])
    return found


def book(**values: float) -> hecon.Book:
    listed = [Parameter(name=name, value=value) for name, value in values.items()]
    return hecon.make_book("work", listed, settings={"lost_work": "human capital"})


def total(found: dict[tuple[str, str], float], method: str) -> float:
    return sum(value for (one, _), value in found.items() if one in item_methods(method))


def test_three_methods_by_hand() -> None:
    """Well 1, 0.3, 0.09; ill 0, 0.5, 0.4; dead 0, 0.2, 0.51; the population 1, 0.9, 0.81 alive."""
    found = lost(WORK.items())
    ill = 0.6 * 100 * (0 + 0.5 + 0.4)
    assert found["illness", "lost work, illness"] == pytest.approx(ill)
    assert found["human capital", "lost work, illness"] == pytest.approx(ill)
    assert found["human capital", "lost work, death"] == pytest.approx(100 * ((0.9 - 0.8) + (0.81 - 0.49)))
    # a quarter of a year for the 60% absent of those who fall ill, for deaths of the well, and of the 40% of the ill at work
    assert found["friction", "lost work, illness"] == pytest.approx(25 * 0.6 * (0.5 + 0.15 + 0.045))
    deaths = (0.2 + 0.06 + 0.018) + 0.4 * (0.25 + 0.2)
    assert found["friction", "lost work, death"] == pytest.approx(25 * deaths)
    assert ("illness", "lost work, death") not in found
    assert len(found) == 5


def test_a_population_without_the_disease_loses_no_work_by_death() -> None:
    found = lost(WORK.items(), p_ill=0.0, p_die=0.1)
    assert found["human capital", "lost work, death"] == pytest.approx(0.0, abs=1e-12)


def test_a_difference_by_human_capital_is_the_work_that_is_done() -> None:
    """Years alive x employment of one arm less those of the other: no more, no less."""
    worse, better = lost(WORK.items(), p_die_ill=0.5), lost(WORK.items(), p_die_ill=0.0)
    alive_more = (0.95 - 0.8) * 0 + (0.8 + 0.0) - 0.8 + ((0.09 + 0.15 + 0.5) - 0.49)
    assert total(worse, "human capital") - total(better, "human capital") == pytest.approx(100 * 0.4 * alive_more)


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.4), st.floats(0, 0.9), st.floats(0, 0.1), st.floats(0, 0.1))
@settings(max_examples=25, deadline=None)
def test_more_deaths_never_make_lost_work_smaller_by_human_capital(
    p_off: float, p_ill: float, p_die: float, p_die_ill: float, more: float, more_ill: float
) -> None:
    values = {"p_off": p_off, "p_ill": p_ill, "p_die": p_die, "p_die_ill": p_die_ill}
    fewer = lost(WORK.items(), "10 years", **values)
    raised = lost(WORK.items(), "10 years", **{**values, "p_die": p_die + more, "p_die_ill": p_die_ill + more_ill})
    assert total(raised, "human capital") >= total(fewer, "human capital") - 1e-9


@given(st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.4), st.floats(0, 0.9), st.floats(0.05, 3))
@settings(max_examples=25, deadline=None)
def test_friction_of_a_known_absence_is_never_above_illness(
    p_off: float, p_ill: float, p_die: float, p_die_ill: float, friction: float
) -> None:
    """Those well are absent since the start: the flow ends with the friction period; a death adds what is left of it."""
    work = replace(
        WORK, absent={"well": "p_off", "ill": "0"}, absences={}, since={"well": "t"}, friction_years="d_friction"
    )
    values = {"p_off": p_off, "p_ill": p_ill, "p_die": p_die, "p_die_ill": p_die_ill, "d_friction": friction}
    found = lost(work.items(), "10 years", **values)
    illness = found["illness", "lost work, illness"]
    assert found["friction", "lost work, illness"] <= illness + 1e-9
    jobs = 100 * friction  # one period for the only job there is
    assert total(found, "friction") <= illness + jobs + 1e-9


def test_one_friction_period_is_counted_for_a_job_that_all_lose() -> None:
    """All are absent from the start and half die every year: what a death cuts off the flow it adds itself."""
    work = replace(
        WORK, absent={"well": "1", "ill": "0"}, absences={}, since={"well": "t"}, friction_years="2",
        deaths_at_work=("well -> dead",),
    )  # fmt: skip
    found = lost(work.items(), "5 years", p_ill=0.0, p_die=0.5)
    assert found["friction", "lost work, illness"] == pytest.approx(100 * (1 + 0.5))
    # deaths at the starts of years 0 and 1 leave 2 and 1 years of the period (counting at starts has both years' deaths live on)
    assert found["friction", "lost work, death"] == pytest.approx(100 * (0.5 * 2 + 0.25 * 1))


def test_an_absence_shorter_than_the_friction_period_counts_its_own_length() -> None:
    short = replace(WORK, absences={"well -> ill": ("p_off", "0.1")})
    assert lost(short.items())["friction", "lost work, illness"] == pytest.approx(10 * 0.6 * 0.695)


def test_perspectives_differ_by_the_method_alone_and_causes_add_up() -> None:
    items = [*replace(WORK, unpaid_of_year="30").items(), consumption({"well": "1", "ill": "1"}, "40")]
    model = MarkovModel(
        states=("well", "ill", "dead"), start="well", cycle="1 year", horizon="3 years", within_cycle="start", events="start",
        transitions={"well -> ill": "p_ill", "well -> dead": "p_die", "ill -> dead": "p_die_ill"},
        outcomes=items, title="Work", strategies=[Strategy("one")], **FREE,
    )  # fmt: skip
    outcomes = hecon.run(model, book(**P).base())
    found = lost(items)
    unpaid, eaten = found["", "patient time"], found["", "consumption of survivors"]
    assert eaten == pytest.approx(40 * (1 + 0.8 + 0.49))
    for method in ("illness", "friction", "human capital"):
        name = f"societal: {method}"
        cost = float(outcomes.cost(name)[0, 0])
        assert cost == pytest.approx(total(found, method) + unpaid)
        assert outcomes.cost(f"{name} with consumption")[0, 0] == pytest.approx(cost + eaten)
        assert sum(part[0, 0] for part in outcomes.split("category", name).values()) == pytest.approx(cost)


def test_compensation_and_vacancy_chains() -> None:
    plain, changed = lost(WORK.items()), lost(replace(WORK, compensation="0.5", vacancy_chain="2.21").items())
    assert total(changed, "illness") == pytest.approx(0.5 * total(plain, "illness"))
    assert total(changed, "friction") == pytest.approx(0.5 * 2.21 * total(plain, "friction"))
    assert total(changed, "human capital") == pytest.approx(total(plain, "human capital"))


def test_carers_and_unpaid_work_belong_to_no_method() -> None:
    items = replace(WORK, carers={"ill": "20"}, unpaid_of_year="30").items()
    days = [Parameter(name="day_of_care_work", value=10), Parameter(name="day_of_care", value=5)]
    found = lost(items, **{one.name: float(str(one.value)) for one in days})
    assert found["", "lost work of carers"] == pytest.approx(20 * 10 * 0.9)
    assert found["", "informal care"] == pytest.approx(20 * 5 * 0.9)
    assert found["", "patient time"] == pytest.approx(0.6 * 30 * 0.9)
    sectors = {item.category: item.sector for item in items}
    assert sectors["lost work of carers"] == "productivity"
    assert sectors["patient time"] == "patient time"


def test_employment_by_age_from_a_table() -> None:
    """Nobody works from 65 on: of two cohorts that die at once the one of 63 loses two years of work, by age 0.5 and 0.4."""
    work = replace(WORK, value_of_year="(1000 * employment[age] if age < 65 else 0)", alive_in_population="1")
    items = work.items()
    model = MarkovModel(
        states=("well", "ill", "dead"), start="well", cycle="1 year", horizon="4 years", within_cycle="end", events="start",
        transitions={"well -> dead": "1", "well -> ill": "0", "ill -> dead": "1"}, outcomes=items, dead=("dead",), age="63",
        title="Age", strategies=[Strategy("one")], **FREE,
    )  # fmt: skip
    tables = {"employment": {"age": [60, 64, 65], "share": [0.5, 0.4, 0.0]}}
    made = hecon.make_book(
        "work", [Parameter(name="p_off", value=0.6)], tables=tables, settings={"lost_work": "illness"}
    )
    outcomes = hecon.run(model, made.base())
    at = [item.name for item in outcomes.items].index("lost_work_dead_human_capital")
    assert outcomes.values[0, at, 0] == pytest.approx(500 + 400)


def partitioned(work: LostWork) -> PartitionedSurvival:
    return PartitionedSurvival(
        states=("well", "ill", "dead"), curves={"well": "exp(-0.4 * t)", "ill": "exp(-0.15 * t)"}, crossing="error",
        cycle="1 month", horizon="20 years", within_cycle="half-cycle", events="mid", outcomes=work.items(),
        title="Work", strategies=[Strategy("one")], **FREE,
    )  # fmt: skip


MONTHLY = replace(WORK, alive_in_population="1", absent={"well": "0.1", "ill": "p_off"})


@pytest.mark.parametrize("p_off", [0.3, 0.6, 0.9])
def test_partitioned_survival_has_bounds_with_the_cohort_between_them(p_off: float) -> None:
    """The cohort has the same occupancy; curves alone do not say that all deaths are from illness, or few of them."""
    bounds = replace(MONTHLY, absences={"well -> *": "0.3"}, deaths_at_work=("* -> dead",))
    found = by_method(partitioned(bounds), bounds.items(), p_off=p_off)
    low, high = (total(found, method) for method in ("friction lower bound", "friction"))
    assert low < high
    for direct in (0.0, 0.05, 0.15):  # deaths of the well, per year
        known = replace(MONTHLY, absences={"well -> ill": "0.3"})
        model = MarkovModel(
            states=("well", "ill", "dead"), start="well", cycle="1 month", horizon="20 years", within_cycle="half-cycle",
            events="mid",
            rates={"well -> ill": f"0.4 - {direct}", "well -> dead": f"{direct}", "ill -> dead": "r_die_ill"},
            let={
                "s_well": "exp(-0.4 * t_mid)", "s_all": "exp(-0.15 * t_mid)",
                "r_die_ill": f"(0.15 * s_all - {direct} * s_well) / (s_all - s_well)",
            },
            outcomes=known.items(), title="Work", strategies=[Strategy("one")], **FREE,
        )  # fmt: skip
        cohort = total(by_method(model, known.items(), p_off=p_off), "friction")
        assert low * 0.99 <= cohort <= high * 1.01


def test_bounds_meet_where_those_who_leave_are_those_absent_more() -> None:
    """With the share that stops at progression as the difference of both states' shares the path does not matter."""
    bounds = replace(MONTHLY, absences={"well -> *": "p_off - 0.1"}, deaths_at_work=("* -> dead",))
    found = by_method(partitioned(bounds), bounds.items(), p_off=0.6)
    left, died = 1 - np.exp(-8), 1 - np.exp(-3)
    assert total(found, "friction") == pytest.approx(25 * (0.5 * left + 0.4 * died))
    assert total(found, "friction lower bound") == pytest.approx(total(found, "friction"))


def test_what_cannot_be_is_told_at_once() -> None:
    wrong = replace(
        WORK, absences={"well -> il": "0.5", "well": "1"}, since={"well": "t"}, deaths_at_work=("well -> ill",)
    )
    with pytest.raises(ModelError) as told:
        wrong.items()
    for words in (
        "'il' has no share",
        "'well' is no transition",
        "does not lead to 'dead'",
        "nobody is absent in 'well'",
    ):
        assert words in str(told.value)
    with pytest.raises(ModelError, match="'dead' is the dead state"):
        replace(WORK, absent={"dead": "1", "well": "0", "ill": "0"}).items()


def test_an_episode_by_every_method() -> None:
    items = absence("transplant", "120", friction_days="d_friction", share="p_transplant")
    values = {"day_of_work": 200.0, "d_friction": 85.0, "p_transplant": 0.5}
    found = {item.method: float(hecon.evaluate_formula(str(item.amount), **values)) for item in items}
    assert found == {"illness": 12000.0, "human capital": 12000.0, "friction": 8500.0}
    assert {item.category for item in items} == {"lost work, illness"}


def test_a_death_before_the_structure() -> None:
    (item,) = death_before("waiting", "output", "0.25", "d_wait")
    assert float(hecon.evaluate_formula(str(item.amount), output=1000, d_wait=0.1)) == pytest.approx(150)
    assert float(hecon.evaluate_formula(str(item.amount), output=1000, d_wait=0.4)) == 0
    assert (item.method, item.category) == ("friction", "lost work, death")


def test_a_family_of_a_stay() -> None:
    values = {"days": 10.0, "day_of_care_work": 3.0, "day_of_care": 5.0, "day_of_patient": 7.0, "c_oop_day": 11.0}
    items = family("days", "_stay", at="3 months")
    amounts = {item.category: float(hecon.evaluate_formula(str(item.amount), **values)) for item in items}
    assert amounts == {"lost work of carers": 30, "informal care": 50, "patient time": 70, "travel and lodging": 110}
    assert all(item.at == "3 months" and item.name.endswith("_stay") for item in items)
