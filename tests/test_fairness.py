"""Who gains: vectors of the methods, a decision worked by hand, groups that differ by draw or subgroup, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.fairness.distribution import Distribution, Groups, shared
from hecon.analysis.fairness.impact import Views, impact_row, inequality
from hecon.analysis.fairness.slope import slope_index
from hecon.analysis.fairness.welfare import (
    atkinson_ede,
    atkinson_gain,
    atkinson_index,
    equity_weights,
    kolm_ede,
    kolm_gain,
    kolm_weights,
    mean_health,
)
from hecon.errors import HeconError, InputError
from hecon.figures.figure_style import canvas
from hecon.inputs.attributes import attributes_of
from hecon.inputs.groups import groups_of
from hecon.parts.severity import highly_specialised_weight

VECTORS = json.loads((Path(__file__).parent / "vectors" / "fairness.json").read_text(encoding="utf-8"))
HEALTH = np.array([[52.1], [56.3], [59.8], [63.2], [66.8]])
FIFTHS = np.full(5, 0.2)
NAMES = ("one", "two", "three", "four", "five")
COST_SHARES = ("0.26", "0.22", "0.22", "0.16", "0.14")


def rows(**columns: Any) -> tuple[dict[str, str], ...]:
    """Fifths of a population by deprivation, the worst off first; `columns` are texts by group, or one for all."""
    base = {
        "group": NAMES, "label": ("Worst off", "", "", "", "Best off"), "share": "0.2", "uptake": "0.7",
        "benefit": ("0.9", "1", "1", "1", "1.1"), "qale": tuple(f"{one:g}" for one in HEALTH[:, 0]),
        "cost_share": COST_SHARES, "provenance": "assumption",
    }  # fmt: skip
    return tuple(
        {name: one if isinstance(one, str) else one[k] for name, one in {**base, **columns}.items()} for k in range(5)
    )


def book_of(records: tuple[dict[str, str], ...], book: Any = None, **more: Any) -> Any:
    return replace(small_book() if book is None else book, records={"groups": records, **more})


@pytest.fixture(scope="module")
def analysis() -> Any:
    return hecon.open_case(small(), book_of(rows())).run(draws=50)


def test_atkinson_and_kolm_by_the_vectors() -> None:
    want = VECTORS["atkinson/kolm h=[52.1,56.3,59.8,63.2,66.8]"]
    assert mean_health(HEALTH, FIFTHS)[0] == pytest.approx(want["mean"], rel=1e-12)
    for aversion, key in ((1.0, "EDE e=1"), (5.0, "EDE e=5"), (10.95, "EDE e=10.95")):
        assert atkinson_ede(HEALTH, FIFTHS, aversion)[0] == pytest.approx(want[key], rel=1e-12)
    assert atkinson_index(HEALTH, FIFTHS, 10.95)[0] == pytest.approx(want["Atkinson index 10.95"], rel=1e-9)
    kolm = kolm_ede(HEALTH, FIFTHS, 0.15)[0]
    assert kolm == pytest.approx(want["Kolm EDE .15"], rel=1e-12)
    assert want["mean"] - kolm == pytest.approx(want["Kolm index (years)"], rel=1e-9)
    weights = equity_weights(HEALTH, FIFTHS, 1.0)[:, 0]
    assert weights / weights.mean() == pytest.approx(want["equity weights Atkinson e=1 norm mean 1"], rel=1e-12)
    weights = equity_weights(HEALTH, FIFTHS, 10.95)[:, 0]
    assert weights[0] / weights[-1] == pytest.approx(want["weights e=10.95 ratio poorest/richest"], rel=1e-12)
    weights = kolm_weights(HEALTH, FIFTHS, 0.15)[:, 0]
    assert weights[0] / weights[-1] == pytest.approx(want["Kolm .15 weight ratio"], rel=1e-12)


def test_the_change_splits_into_more_and_more_equal_health() -> None:
    want = VECTORS["dcea delta"]
    change = np.array(want["post"])[:, None] - HEALTH
    gain = atkinson_gain(HEALTH, change / 5, FIFTHS, 1.0, 1.0)[0]
    assert gain == pytest.approx(want["dEDE e=1"], rel=1e-12)
    assert change.mean() == pytest.approx(want["efficiency"])
    assert gain - change.mean() == pytest.approx(want["equity"], rel=1e-9)


def test_net_health_by_the_vectors() -> None:
    want = VECTORS["dcea net"]
    lost = shared(np.array([50.0]), np.array(COST_SHARES, dtype=float))
    assert lost[:, 0] == pytest.approx(want["opp cost shares .26,.22,.22,.16,.14 of 50"])
    found = Distribution(np.ones((5, 1)), np.array(want["gross"])[:, None], lost)
    assert found.net[:, 0] == pytest.approx(want["net"])
    assert slope_index(found.net, FIFTHS)[0] == pytest.approx(want["SII slope (weighted OLS on ridit)"])
    one = np.ones((5, 1))
    groups = Groups(NAMES, NAMES, FIFTHS, FIFTHS, FIFTHS, one, one, HEALTH)
    row = impact_row(groups, found, Views(10.95, "", 1.0, people=want["population"]))
    assert row.net.mean == pytest.approx(want["total net"])
    assert row.ede.mean == pytest.approx(want["dEDE*N e=10.95"], rel=1e-12)
    assert row.quadrant == "more health, more equal"
    # in a population without bounds each QALY counts its equity weight
    large = impact_row(groups, found, Views(10.95, "", 1.0, people=1e12))
    assert large.ede.mean == pytest.approx(impact_row(groups, found, Views(10.95, "", 1.0)).ede.mean, rel=1e-9)


def test_weights_of_highly_specialised_technologies() -> None:
    want = VECTORS["nice HST weight"]
    assert [highly_specialised_weight(gain) for gain in (0, 10, 30, 50)] == [want["<=10"]] * 2 + [want[">=30"]] * 2
    for gain, weight in want["linear 11..29 = 1+(dQ-10)/10 (i.e. dQ/10)"].items():
        assert highly_specialised_weight(float(gain)) == weight


@given(
    st.lists(st.floats(20, 90), min_size=2, max_size=6),
    st.floats(0, 30),
    st.floats(-5, 5),
)
def test_properties_of_equally_distributed_health(levels: list[float], aversion: float, net: float) -> None:
    """EDE lies between the least and the mean; equal health has no inequality; what is not averse counts QALYs alone."""
    health, share = np.array(levels)[:, None], np.full(len(levels), 1 / len(levels))
    ede, mean = atkinson_ede(health, share, aversion)[0], mean_health(health, share)[0]
    assert min(levels) * (1 - 1e-9) <= ede <= mean * (1 + 1e-9)
    assert kolm_ede(health, share, aversion / 10 + 0.01)[0] <= mean * (1 + 1e-9)
    gains = np.full_like(health, net)
    assert atkinson_gain(health, gains, share, 0.0)[0] == pytest.approx(gains.sum())
    after = health + gains / (share[:, None] * 1000)
    for gain, told in ((atkinson_gain, atkinson_ede), (kolm_gain, kolm_ede)):
        by = aversion if gain is atkinson_gain else 0.1
        want = 1000 * (told(after, share, by)[0] - told(health, share, by)[0])
        assert gain(health, gains, share, by, 1000.0)[0] == pytest.approx(want, abs=1e-6)


def test_extreme_aversion_is_exact() -> None:
    """Near 1 a power mean loses its digits where it is computed as it is written: 59.479, not 59.417, at 1 + 1e-13."""
    for near in (1e-5, 1e-9, 1e-13):
        for aversion in (1 - near, 1 + near):
            assert atkinson_ede(HEALTH, FIFTHS, aversion) == pytest.approx(atkinson_ede(HEALTH, FIFTHS, 1.0), rel=near)
    assert kolm_ede(HEALTH, FIFTHS, 1e-12)[0] == pytest.approx(59.64, rel=1e-12)
    assert atkinson_ede(HEALTH, FIFTHS, 1000.0)[0] == pytest.approx(52.1, rel=2e-3)


def test_groups_add_up_to_the_run() -> None:
    """Everyone treated, all equal: net health is the increment per patient less its cost elsewhere."""
    run = hecon.open_case(small(), book_of(rows(uptake="1", benefit="1", cost_share="0.2"))).run(draws=50)
    found = run.fairness(0.0, 20_000)
    inc = run.pairwise("probabilistic").row("cell")
    row = found.impact.row("cell", "probabilistic")
    assert row.net.mean == pytest.approx(inc.inc_effect.mean - inc.inc_cost.mean / 20_000)
    assert row.ede.mean == pytest.approx(row.net.mean)
    assert (row.equity.mean, row.slope.mean) == pytest.approx((0.0, 0.0), abs=1e-9)
    net = [found.groups.row(name, "cell", "probabilistic").net.mean for name in NAMES]
    assert sum(net) == pytest.approx(row.net.mean)
    assert net == pytest.approx([row.net.mean / 5] * 5)


def test_it_is_what_can_be_done_by_hand(analysis: Any) -> None:
    found = analysis.fairness(10.95, 20_000, patients=100)
    inc = analysis.pairwise().row("cell")
    row = found.groups.row("one", "cell")
    assert row.treated.mean == pytest.approx(100 * 0.2 * 0.7)
    assert row.gross.mean == pytest.approx(14 * 0.9 * inc.inc_effect.mean)
    assert row.lost.mean == pytest.approx(0.26 * 70 * inc.inc_cost.mean / 20_000)
    whole = found.impact.row("cell")
    every = [found.groups.row(name, "cell") for name in NAMES]
    assert whole.ede.mean == pytest.approx(sum(one.weight.mean * one.net.mean for one in every))
    assert whole.equity.mean == pytest.approx(whole.ede.mean - whole.net.mean)
    drawn = found.impact.row("cell", "probabilistic")
    assert drawn.chances is not None
    assert sum(drawn.chances) == pytest.approx(1)
    assert drawn.points.shape == (2, 50)
    assert drawn.net.low < drawn.net.mean < drawn.net.high
    assert found.impact.index == pytest.approx(inequality_of_fifths())


def inequality_of_fifths() -> float:
    one = np.ones((5, 1))
    return inequality(Groups(NAMES, NAMES, FIFTHS, FIFTHS, FIFTHS, one, one, HEALTH), 10.95)[0]


def test_the_answer_turns_where_it_is_worth_nothing(analysis: Any) -> None:
    """A cheap treatment that the worst off hardly take up: worth it at no aversion, not worth it at a high one."""
    records = rows(uptake=("0.1", "0.5", "0.7", "0.8", "0.9"), cost_share=("0.9", "0.1", "0", "0", "0"))
    run = hecon.open_case(small(), book_of(records)).run(draws=0)
    found = run.fairness(0.0, 1_000_000, patients=100).impact.row("cell")
    assert found.net.mean > 0
    turn = found.turns_at
    assert turn is not None
    for people in (None, 10_000.0):
        turn = run.fairness(0.0, 1_000_000, patients=100, people=people).impact.row("cell").turns_at
        assert turn is not None
        at = run.fairness(turn, 1_000_000, patients=100, people=people).impact.row("cell")
        assert at.ede.mean == pytest.approx(0, abs=1e-6)
    assert analysis.fairness(1.0, 20_000).impact.row("cell").turns_at is None


def test_the_threshold_of_the_run_is_said_where_no_cost_is_given(analysis: Any) -> None:
    found = analysis.fairness(1.0)
    assert found.impact.views.opportunity_cost == 50_000
    assert "A QALY costs 50,000 elsewhere: the threshold of the run." in found.groups.remarks
    assert not any("threshold" in one for one in analysis.fairness(1.0, 20_000).groups.remarks)


def test_aversion_is_never_assumed(analysis: Any) -> None:
    with pytest.raises(HeconError, match=r"never assumed: give aversion=, --aversion E.*10\.95"):
        analysis.fairness()
    case = hecon.open_case(small(), book_of(rows(), small_book(aversion=3)))
    with pytest.raises(HeconError, match="aversion needs its source: write aversion_source"):
        case.run(draws=0).fairness()
    declared = small_book(aversion=3, aversion_source="a survey", opportunity_cost=13_000)
    found = hecon.open_case(small(), book_of(rows(), declared)).run(draws=0).fairness()
    assert (found.impact.views.aversion, found.impact.views.opportunity_cost) == (3.0, 13_000.0)
    assert "3 (Atkinson), a survey" in str(found)


def test_values_may_be_inputs_and_differ_by_draw() -> None:
    base = small_book()
    low = hecon.Parameter(
        name="uptake_low", value=0.5, distribution="beta", par1=50, par2=50, unit="share", provenance="assumption"
    )
    book = hecon.make_book("small", [*base.parameters.values(), low], settings=base.settings)
    records = rows(uptake=("uptake_low", "0.7", "0.7", "0.7", "0.7"))
    found = hecon.open_case(small(), book_of(records, book)).run(draws=50).fairness(1.0)
    row = found.groups.row("one", "cell", "probabilistic")
    assert row.uptake.low < 0.5 < row.uptake.high
    assert found.groups.row("two", "cell", "probabilistic").uptake.low is None


def test_groups_of_a_subgroup_have_its_costs_and_qalys() -> None:
    parts = (
        {"subgroup": "sick", "weight": "0.5", "parameter": "p_relapse_cell", "value": "0.06"},
        {"subgroup": "rest", "weight": "0.5", "parameter": "", "value": ""},
    )
    book = replace(small_book(), subgroups=parts)
    run = hecon.open_case(small(), book_of(rows(subgroup=("sick", "rest", "", "", ""), benefit="1"), book)).run(
        draws=20
    )
    found, table = run.fairness(1.0), run.subgroups()
    for basis in ("deterministic", "probabilistic"):
        for group, subgroup in (("one", "sick"), ("two", "rest")):
            want = table.row(subgroup, "cell", basis).inc_effect.mean
            assert found.groups.row(group, "cell", basis).gross.mean == pytest.approx(0.14 * want)
        average = found.groups.row("three", "cell", basis).gross.mean
        assert average == pytest.approx(found.groups.row("two", "cell", basis).gross.mean)


def test_a_copayment_lowers_uptake() -> None:
    records = rows(copayment=("0.1", "", "", "", ""), elasticity=("-2", "", "", "", ""))
    found = hecon.open_case(small(), book_of(records)).run(draws=0).fairness(1.0)
    assert [found.groups.row(name, "cell").uptake.mean for name in ("one", "two")] == pytest.approx([0.56, 0.7])
    records = rows(copayment=("0.9", "", "", "", ""), elasticity=("-2", "", "", "", ""))
    with pytest.raises(HeconError, match=r"group one: uptake lies from 0 to 1; got -0\.56"):
        hecon.open_case(small(), book_of(records)).run(draws=0).fairness(1.0)


def test_all_faults_of_groups_come_at_once_with_their_cells() -> None:
    records = rows(
        uptake=("0.7", "70%", "1.2", "uptake", "0.7"),
        qale=("0", "56", "59", "63", "66"),
        cost_share=("0.26", "0.22", "0.22", "0.16", "0.2"),
        subgroup=("", "sick", "", "", ""),
        source=("", "", "life", "", ""),
        provenance=("read", "guess", "read", "derived", "derived"),
        group=("one", "two", "two", "four", ""),
        copayment=("0.1", "", "", "", ""),
    )
    with pytest.raises(InputError) as told:
        groups_of(book_of(records))
    for words in (
        "groups!D3 (two): uptake is not a number: '70%'; write 0.7 for 70%", "groups!D4 (two): uptake is from 0 to 1; got 1.2",
        "groups!D5 (four): uptake is not a number: 'uptake', or the name of an input",
        "groups!F2 (one): qale is above 0; got 0", "groups (cost_share): the shares add up to 1.06, not to 1",
        "there is no subgroup 'sick'", "there is no source 'life'", "unknown provenance 'guess'",
        "(one): what was read needs its source", "groups!A4 (two): is declared more than once", "groups!A6: has no name",
        "(one): a co-payment needs an elasticity",
    ):  # fmt: skip
        assert words in str(told.value), words
    with pytest.raises(InputError, match="has an unknown column 'uptke'; did you mean 'uptake'"):
        groups_of(book_of(rows(uptke="1")))
    with pytest.raises(
        InputError, match=r"declares no groups: write groups\.csv .* group, share, uptake, benefit, qale"
    ):
        groups_of(small_book())


def test_attributes_are_printed_and_never_computed(analysis: Any) -> None:
    declared = ({"attribute": "cell source", "value": "the patient", "source": "label", "note": ""},)
    case = hecon.open_case(small(), book_of(rows(), attributes=declared))
    found = case.run(draws=0).fairness(1.0)
    assert "the patient" in str(found.attributes)
    assert found.impact.row("cell").ede == analysis.fairness(1.0).impact.row("cell").ede
    wrong = ({"attribute": "consent", "value": "", "source": ""}, {"attribute": "consent", "value": "x", "source": "y"})
    with pytest.raises(InputError) as told:
        attributes_of(book_of(rows(), attributes=wrong))
    for words in (
        "attributes!B2 (consent): has no value",
        "attributes!C2",
        "attributes!A3 (consent): is declared more",
    ):
        assert words in str(told.value)


def test_what_else_is_refused(analysis: Any) -> None:
    for words, choices in (
        ("patients must be above 0", {"patients": 0}), ("aversion to inequality is 0 or more", {"aversion": -1}),
        ("opportunity cost of a QALY must be above 0", {"opportunity_cost": 0}), ("Kolm", {"kolm": 0}),
        ("would lose more health than it has", {"people": 5, "patients": 1e6}), ("counts 'ly'", {"effect": "ly"}),
    ):  # fmt: skip
        with pytest.raises(HeconError, match=words):
            analysis.fairness(**{"aversion": 1.0, **choices})


def test_sentences_table_and_picture_say_the_same(analysis: Any) -> None:
    found = analysis.fairness(10.95, 20_000, kolm=0.15, patients=100, people=1e6)
    (told,) = found.sentences
    row = found.impact.row("cell", "probabilistic")
    assert f"{abs(row.net.mean):,.2f} QALYs" in told
    assert f"{row.p_worth:.2f}" in told
    frame = found.to_frame()
    assert frame["ede"].tolist()[1] == row.ede.mean
    assert frame["kolm"].notna().all()
    assert len(found.groups.to_frame()) == 10
    _, (axes,) = canvas()
    assert found.plot(axes).get_xlabel().startswith("More equal health")
