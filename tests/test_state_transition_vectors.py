"""State-transition vectors: rates, matrix exponentials, tunnels, life tables, weights, moves, discounting.

Numbers are in vectors/state_transition.json, each computed two ways elsewhere (closed form and numerical).
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import Cost, Count, MarkovModel, Strategy, Tunnel

HERE = Path(__file__).parent
BOOK = hecon.read_inputs(HERE / "vectors" / "book")
WANT = json.loads((HERE / "vectors" / "state_transition.json").read_text())
CARE = {"category": "care", "sector": "health care"}
ILLNESS = {"H -> S": "0.2", "H -> D": "0.1", "S -> D": "0.25"}


def alone(
    states: tuple[str, ...], start: str, horizon: str, within_cycle: str = "half-cycle", rate: str = "0", **more: Any
) -> MarkovModel:
    """A model of one strategy."""
    options = {"cycle": "1 year", "events": "end", "age": "0"} | more
    return MarkovModel(
        title="one strategy",
        states=states,
        start=start,
        horizon=horizon,
        within_cycle=within_cycle,
        discount={"cost": rate, "effect": rate},
        discount_timing="continuous",
        strategies=[Strategy("only", "Only")],
        **options,
    )


def trace(model: MarkovModel) -> dict[str, Any]:
    """Occupancy (row,) of each state."""
    _, occupancy = hecon.run(model, BOOK.base(), keep=("totals", "trace")).kept["trace"]["only"]
    return {state: np.squeeze(values) for state, values in occupancy.items()}


def row(model: MarkovModel, at: int = 1) -> list[float]:
    """Occupancy of every state in one row, in the order of the states."""
    found = trace(model)
    return [float(found[state][at]) for state in model.states]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rate_to_prob(0.1, 1)", "rate_to_prob(r=0.1,t=1)"),
        ("prob_to_rate(0.2, 5)", "prob_to_rate(p=0.2,t=5)"),
        ("rescale_prob(0.2, 5, 1)", "prob_rescale(p=0.2,from=5,to=1)"),
        ("rescale_prob(0.2, 1, 1 / 12)", "prob_rescale(p=0.2,from=1,to=1/12)"),
        ("hr_on_prob(0.2, 0.5)", "apply_HR(p=0.2,HR=0.5)"),
        ("or_on_prob(0.2, 0.5)", "apply_OR(p=0.2,OR=0.5)"),
        ("rr_on_prob(0.2, 0.5)", "apply_RR(p=0.2,RR=0.5)"),
        ("rate_to_prob(prob_to_rate(0.2, 5), 1)", "check_rescale"),
    ],
)
def test_rates_and_probabilities(text: str, key: str) -> None:
    assert float(hecon.evaluate_formula(text)) == pytest.approx(WANT["rate_prob"][key], rel=1e-12)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rate_to_prob(0.02, 1)", "m_to_q: m=.02 constant hazard"),
        ("0.02 / (1 + 0.02 / 2)", "m_to_q actuarial m/(1+m/2)"),
        ("prob_to_rate(0.02, 1)", "q_to_rate q=.02"),
        ("hr_on_prob(0.02, 2)", "HR 2 on q=.02"),
        ("rescale_prob(0.02, 1, 1 / 12)", "mid-month q from annual q=.02"),
    ],
)
def test_mortality_conversions(text: str, key: str) -> None:
    assert float(hecon.evaluate_formula(text)) == pytest.approx(WANT["lifetable"][key], rel=1e-9)


def test_competing_risks() -> None:
    want = WANT["competing"]
    rates = {"alive -> one": "0.1", "alive -> two": "0.3"}
    model = alone(("alive", "one", "two"), "alive", "1 year", rates=rates, dead=("one", "two"))
    assert row(model) == pytest.approx([1 - want["p_any"], want["p1"], want["p2"]], rel=1e-12)
    assert row(model) == pytest.approx(want["expm_row"], rel=1e-12)
    naive = [float(hecon.evaluate_formula(f"rate_to_prob({rate}, 1)")) for rate in (0.1, 0.3)]
    assert naive == pytest.approx(want["naive_independent"], rel=1e-12)
    ordered = float(hecon.evaluate_formula("(1 - rate_to_prob(0.3, 1)) * rate_to_prob(0.1, 1)"))
    product = want["conditional_product(die first: (1-pD)*pS with S=.1,D=.3)"]
    assert [ordered, naive[1]] == pytest.approx(product, rel=1e-12)


@pytest.mark.parametrize(("length", "key"), [("1 year", "P_1yr"), ("1 month", "P_1month")])
@pytest.mark.parametrize("k", [0, 1])
def test_rates_are_matrix_exponentials(length: str, key: str, k: int) -> None:
    states = ("well", "ill", "dead")
    rates = {"well -> ill": "0.15", "well -> dead": "0.02", "ill -> well": "0.05", "ill -> dead": "0.1"}
    found = row(alone(states, states[k], length, cycle=length, rates=rates))
    assert found == pytest.approx(WANT["expm"][key][k], rel=1e-12)
    assert sum(found) == pytest.approx(1, abs=1e-12)


def test_roots_of_single_entries_are_not_the_monthly_matrix() -> None:
    yearly, naive = WANT["expm"]["P_1yr"], WANT["expm"]["P_1month_elementwise_naive_offdiag"]
    for a, b in ((0, 1), (0, 2), (1, 0), (1, 2)):
        root = float(hecon.evaluate_formula(f"rescale_prob({yearly[a][b]!r}, 1, 1 / 12)"))
        assert root == pytest.approx(naive[a][b], rel=1e-9)
        assert root != pytest.approx(WANT["expm"]["P_1month"][a][b], rel=1e-2)


def test_monthly_probabilities_of_a_yearly_matrix() -> None:
    want = WANT["cycle_convert"]
    generator = want["generator"]
    rates = {"H -> S": generator[0][1], "H -> D": generator[0][2], "S -> D": generator[1][2]}
    texts = {move: repr(rate) for move, rate in rates.items()}
    for k, start in enumerate("HS"):
        model = alone(("H", "S", "D"), start, "1 year", cycle="1 month", rates=texts)
        assert row(model) == pytest.approx(want["P_monthly"][k], rel=1e-12)
        assert row(model, at=12) == pytest.approx(want["P_annual"][k], rel=1e-12)
    naive = [float(hecon.evaluate_formula(f"rescale_prob({p}, 1, 1 / 12)")) for p in (0.2, 0.1)]
    assert naive == pytest.approx(want["naive_elementwise_monthly_row0"][1:], rel=1e-12)
    assert abs(naive[0] - want["P_monthly"][0][1]) > 0.003  # roots of single entries are not the root of the matrix


def test_cycle_probabilities() -> None:
    convert = hecon.cycle_probabilities
    want = WANT["cycle_convert"]
    found = np.asarray(convert(np.array(want["P_annual"]), 1.0, 1 / 12))
    for have, expected in zip(found, want["P_monthly"], strict=True):
        assert have.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (WANT["cycle_convert_nonembeddable"]["P"], "the rate from state 3 to state 2 would be -0.3736"),
        ([[0.1, 0.9], [0.9, 0.1]], "its logarithm is not real"),
        ([[1.0, 0.0], [1.0, 0.0]], "it is singular"),
        ([[0.5, 0.4], [0.0, 1.0]], "row 1: sums to 0.9"),
        ([[1.2, -0.2], [0.0, 1.0]], "row 1, column 1: 1.2 is not a probability"),
    ],
)
def test_matrices_that_have_no_other_cycle_length(matrix: list[list[float]], words: str) -> None:
    with pytest.raises(hecon.InputError, match=words):
        hecon.cycle_probabilities(matrix, 1.0, 1 / 12)


@pytest.mark.parametrize(
    ("method", "n", "key"),
    [
        ("start", 10, "start"),
        ("end", 10, "end"),
        ("darth-none", 10, "sum_all_n+1"),
        ("half-cycle", 10, "half_cycle=trapezoid=life_table"),
        ("simpson", 10, "simpson"),
        ("darth-legacy", 10, "darth_swapped_weights"),
        ("simpson", 9, "odd n=9 simpson+3/8 tail"),
        ("half-cycle", 9, "odd n=9 trapezoid"),
    ],
)
def test_within_cycle_methods_on_exponential_survival(method: str, n: int, key: str) -> None:
    dying = {"alive -> dead": "rate_to_prob(0.2, cycle_years)"}
    model = alone(("alive", "dead"), "alive", f"{n} years", method, transitions=dying)
    years = hecon.run(model, BOOK.base()).effect("ly_undiscounted")[0, 0]
    assert years == pytest.approx(WANT["wcc_exponential"][key], rel=1e-12)


@pytest.mark.parametrize(
    ("method", "n", "want"),
    [
        ("darth-legacy", 75, WANT["sick_sicker"]["weights_sum"]["darth_published"]),
        ("darth-legacy", 10, WANT["wcc_exponential"]["darth_weight_sum"]),
        ("half-cycle", 75, WANT["sick_sicker"]["weights_sum"]["half"]),
        ("darth-none", 75, WANT["sick_sicker"]["weights_sum"]["none(n+1 terms)"]),
        ("simpson", 75, WANT["sick_sicker"]["weights_sum"]["simpson_3/8_tail"]),
        ("simpson", 2, 2.0),
        ("simpson", 3, 3.0),
        ("simpson", 1, 1.0),
        ("start", 75, 75.0),
        ("end", 75, 75.0),
    ],
)
def test_sums_of_weights(method: str, n: int, want: float) -> None:
    """Nobody dies, so the life-years are the sum of the weights."""
    model = alone(("alive", "dead"), "alive", f"{n} years", method, transitions={"alive -> dead": "0"})
    assert hecon.run(model, BOOK.base()).effect("ly_undiscounted")[0, 0] == pytest.approx(want, rel=1e-12)


def test_tunnel() -> None:
    dying = "where(state_time < 0.5, 0.3, where(state_time < 1.5, 0.2, 0.1))"
    model = alone(
        ("H", "S", "D"),
        "H",
        "5 years",
        transitions={"H -> S": "0.2", "S -> D": dying},
        tunnels={"S": Tunnel(3, last="stay")},
    )
    found = trace(model)
    want = np.array(WANT["tunnel"]["trace(H,S1,S2,S3+,D) t=0..5"])
    assert found["H"] == pytest.approx(want[:, 0], rel=1e-12)
    assert found["S"] == pytest.approx(want[:, 1:4].sum(axis=1), rel=1e-12)
    assert found["S"] == pytest.approx(np.array(WANT["tunnel"]["S_total_convolution"]), rel=1e-12)
    assert found["D"] == pytest.approx(want[:, 4], rel=1e-12)


def test_sexes_are_mixed_by_their_survivors() -> None:
    want = WANT["lifetable"]
    dying = {"alive -> dead": "rate_to_prob(mortality_rate(mixed_table, age, 0.5, 0), cycle_years)"}
    alive = trace(alone(("alive", "dead"), "alive", "3 years", transitions=dying))["alive"]
    assert alive == pytest.approx(np.array(want["mixed_survival"]), rel=1e-12)
    assert 1 - alive[1:] / alive[:-1] == pytest.approx(np.array(want["implied_q"]), rel=1e-9)
    assert np.abs(1 - alive[1:] / alive[:-1] - want["naive_q"])[1:].min() > 1e-5


def test_life_expectancy_of_a_survivor_column() -> None:
    dying = {"alive -> dead": "1 - survivors[age + 1] / survivors[age]"}
    model = alone(("alive", "dead"), "alive", "4 years", "half-cycle", transitions=dying)
    want = WANT["lifetable"]["curtate e0 from l=[1,.98,.95,.9,0] + 1/2"]
    assert hecon.run(model, BOOK.base()).effect("ly_undiscounted")[0, 0] == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(
    ("events", "rate", "key"),
    [
        ("end", "0", "undisc cost 1000 per HS"),
        ("end", "0.03", "disc 3% at end of cycle (t+1)"),
        ("start", "0.03", "disc 3% at start (t)"),
        ("mid", "0.03", "disc 3% mid"),
    ],
)
def test_costs_of_moves(events: str, rate: str, key: str) -> None:
    cost = Cost("falling_ill", "1000", on="H -> S", **CARE)
    for method in ("half-cycle", "simpson", "start", "end"):  # transitions are never weighted within the cycle
        model = alone(
            ("H", "S", "D"), "H", "5 years", method, rate, events=events, transitions=ILLNESS, outcomes=[cost]
        )
        found = hecon.run(model, BOOK.base()).cost("payer")[0, 0]
        assert found == pytest.approx(WANT["transition_rewards"][key], rel=1e-12)


def test_counts_of_moves_by_cycle() -> None:
    want = np.array(WANT["transition_rewards"]["flows HS,HD,SD cycles 1..5"])
    moves = ("H -> S", "H -> D", "S -> D")
    counts = [Count(f"move_{k}", "1", on=move) for k, move in enumerate(moves)]
    counts.append(Count("deaths", "1", on="* -> D"))
    for n in range(1, 6):
        model = alone(("H", "S", "D"), "H", f"{n} years", transitions=ILLNESS, outcomes=counts)
        result = hecon.run(model, BOOK.base())
        found = [float(result.effect("count", f"move_{k}")[0, 0]) for k in range(3)]
        assert found == pytest.approx(want[:n].sum(axis=0).tolist(), rel=1e-12, abs=1e-15)
        assert result.effect("count", "deaths")[0, 0] == pytest.approx(found[1] + found[2], rel=1e-12)
    assert found[1] + found[2] == pytest.approx(WANT["transition_rewards"]["check deaths sum = D5"][0], rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "key"), [("0", "expected cycles in H,S from H (start counts)"), ("0.03", "discounted 3% N")]
)
def test_long_horizons_reach_the_fundamental_matrix(rate: str, key: str) -> None:
    stays = [Cost(f"in_{state}", {state: "1"}, per="year", **CARE) for state in "HS"]
    model = alone(("H", "S", "D"), "H", "400 years", "start", rate, transitions=ILLNESS, outcomes=stays)
    found = hecon.run(model, BOOK.base()).split("name", "payer")
    assert [found["in_H"][0, 0], found["in_S"][0, 0]] == pytest.approx(WANT["fundamental"][key], rel=1e-12)


def test_half_cycle_life_expectancy_is_half_a_cycle_less() -> None:
    model = alone(("H", "S", "D"), "H", "400 years", "half-cycle", transitions=ILLNESS)
    found = hecon.run(model, BOOK.base()).effect("ly_undiscounted")[0, 0]
    assert found == pytest.approx(WANT["fundamental"]["half-cycle corrected LE"], rel=1e-12)
