"""States that remember their duration: what depends on the time since entry and on the cohort, rows that must add up, what is
said of the last tunnel.
"""

from typing import Any

import pytest

import hecon
from hecon import Cost, MarkovModel, ModelError, Strategy, Tunnel, Utility
from hecon.evaluate.last_tunnel import cut_short
from hecon.evaluate.middle import smooth_amounts

CARE: dict[str, Any] = {"category": "care", "sector": "health care"}
BASE = hecon.make_book("tunnels", []).base()
ALONE: dict[str, Any] = {
    "title": "tunnels", "strategies": [Strategy("a")], "discount": {"cost": "0", "effect": "0"},
    "discount_timing": "continuous", "dead": ("dead",),
}  # fmt: skip
MOVES = {"well -> ill": "0.2", "ill -> dead": "0.1"}


def ward(
    amount: str, method: str, moves: dict[str, str] = MOVES, horizon: str = "3 years", length: Any = 3
) -> MarkovModel:
    return MarkovModel(
        ("ill", "well", "dead"), "1 year", horizon, method, "mid", transitions=moves, tunnels={"ill": Tunnel(length, "stay")},
        outcomes=[Cost("c", {"ill": amount}, per="year", **CARE), Utility({"ill": "1", "well": "1", "dead": "1"})],
        start={"ill": "0.5", "well": "0.5"}, **ALONE,
    )  # fmt: skip


# rows 0 to 3: well 0.5, 0.4, 0.32, 0.256; ill by tunnel (0.5, 0, 0), (0.1, 0.45, 0), (0.08, 0.09, 0.405), (0.064, 0.072, 0.4455)
BY_HAND = [
    ("start", 0.4 * 0.45 + 0.32 * (0.09 + 2 * 0.405)),
    ("end", 0.4 * (0.09 + 0.405) + 0.32 * (0.072 + 2 * 0.4455)),
]


@pytest.mark.parametrize(("method", "wanted"), BY_HAND)
@pytest.mark.parametrize("amount", ['occupancy["well"] * state_time', 'state_time / (1 / occupancy["well"])'])
def test_an_amount_of_tunnel_and_cohort(amount: str, method: str, wanted: float) -> None:
    assert hecon.run(ward(amount, method), BASE).cost("payer")[0, 0] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(
    "amount", ['state_time + occupancy["well"]', 'exp(state_time * cumulative(occupancy["well"]))']
)
def test_what_cannot_be_taken_apart_is_refused(amount: str) -> None:
    with pytest.raises(ModelError, match=r"state_time may not depend on the cohort"):
        hecon.run(ward(amount, "half-cycle"), BASE)


@pytest.mark.parametrize(
    "moves",
    [
        {"ill -> dead": "0.1 + 0.01 * state_time + 0.001 * cycle", "ill -> ill": "0.5"},
        {"ill -> dead": "0.1 + 0.01 * state_time", "ill -> ill": "0.5 + 0.001 * cycle"},
    ],
)
def test_a_row_given_in_full_adds_up_in_every_tunnel_and_cycle(moves: dict[str, str]) -> None:
    with pytest.raises(ModelError, match=r"leaving 'ill' adds up to 0.6 .*cycle 0, draw 0"):
        hecon.run(ward("1", "start", moves, "20 years"), BASE)


def test_a_full_row_that_adds_up_keeps_everyone() -> None:
    rising = "0.01 * state_time + 0.001 * cycle"
    moves = {"ill -> dead": f"0.1 + {rising}", "ill -> ill": f"0.9 - ({rising})"}
    assert hecon.run(ward("1", "start", moves, "20 years"), BASE).effect()[0, 0] == pytest.approx(20.0, rel=1e-12)


def test_a_length_that_is_no_whole_number() -> None:
    with pytest.raises(ModelError, match=r"tunnel of ill: needs a whole number of cycles.*got Tunnel\(2.5\)"):
        hecon.run(ward("1", "start", length=2.5), BASE)


def test_what_changes_beyond_the_last_tunnel_is_said() -> None:
    found = cut_short(ward("where(state_time >= 3, 100, 10)", "start"), BASE)
    assert [one.partition(" for a longer")[0] for one in found] == [
        "c in ill (a - cohort) is 10 in the last of 3 tunnels of ill and 100"
    ]
    assert cut_short(ward("where(state_time >= 2, 100, 10)", "start"), BASE) == []


def test_rates_in_a_state_with_tunnels_as_competing_probabilities() -> None:
    """0.3 and 0.1 per year: of the 1 - exp(-0.4) who leave in a year three quarters fall ill, as rates= has it."""
    rates = {"well -> ill": "0.3", "well -> dead": "0.1"}
    moves = {move: f"competing_prob({rate}, 0.3 + 0.1, cycle_years)" for move, rate in rates.items()}
    outcomes = [Cost("falls ill", "1", on="well -> ill", **CARE)]
    ends: dict[str, Any] = {**ALONE, "dead": ("ill", "dead"), "start": "well", "outcomes": outcomes}
    by_rates, by_moves = (
        MarkovModel(("well", "ill", "dead"), "1 year", "5 years", "start", "mid", **ends, **how)
        for how in ({"rates": rates}, {"transitions": moves, "tunnels": {"well": Tunnel(5, "stay")}})
    )
    wanted = hecon.run(by_rates, BASE).cost("payer")
    assert hecon.run(by_moves, BASE).cost("payer") == pytest.approx(wanted, rel=1e-12)
    assert hecon.run(replaced_rate("0"), BASE).cost("payer")[0, 0] == 0.0
    with pytest.raises(ModelError, match=r"competing_prob\(r, r \+ the state's other rates, cycle_years\)"):
        hecon.run(MarkovModel(("well", "dead"), "1 year", "5 years", "start", "mid", rates={"well -> dead": "1"},
                              tunnels={"well": Tunnel(2, "stay")}, start="well", **ALONE), BASE)  # fmt: skip


def replaced_rate(rate: str) -> MarkovModel:
    moves = {"well -> ill": f"competing_prob({rate}, {rate} + {rate}, cycle_years)"}
    falls = [Cost("falls ill", "1", on="well -> ill", **CARE)]
    ends: dict[str, Any] = {**ALONE, "dead": ("ill",)}
    return MarkovModel(
        ("well", "ill"), "1 year", "5 years", "start", "mid", transitions=moves, outcomes=falls, start="well", **ends
    )


def test_amounts_that_change_within_a_cycle_are_remarked() -> None:
    """Utility 0.9 - 0.004 t: 14.651 by the starts of 40 yearly cycles, 14.616 by their middles; a step is no remark."""
    falling = MarkovModel(
        ("alive", "dead"), "1 year", "40 years", "half-cycle", "mid", rates={"alive -> dead": "0.05"}, start="alive",
        outcomes=[Utility({"alive": "0.9 - 0.004 * t"}), Cost("drug", {"alive": "where(t < 2, 100, 0)"}, per="year", **CARE)],
        **ALONE,
    )  # fmt: skip
    (found,) = smooth_amounts(falling, BASE)
    assert (found.item, round(found.by_start, 3), round(found.by_middle, 3)) == ("utility", 14.651, 14.616)
    assert "t_mid" in str(found)
