"""Payment by volume: the vectors of tiers, caps, coverage and learning; what is refused; properties by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.paying.small_model import small, small_book

import hecon
from hecon.analysis.cost_effectiveness.net_benefit import inmb
from hecon.analysis.paying.volume import Tiers, capped, coverage, learnt, subscription, uptake
from hecon.errors import HeconError, InputError

WANT = json.loads((Path(__file__).parents[1] / "vectors" / "paying_volume.json").read_text(encoding="utf-8"))
SCHEMES, WRIGHT = WANT["schemes"], WANT["wright"]
STEPS = ((0.0, 1000.0, 3000.0), (100.0, 80.0, 60.0))


def test_tiers_and_cap_of_the_vectors() -> None:
    marginal = SCHEMES["price-volume tiers 0-1000 @100, 1001-3000 @80, >3000 @60; volume 3500 marginal"]
    assert Tiers(*STEPS, "marginal").spend(3500) == marginal == 290_000
    assert Tiers(*STEPS, "all-unit").spend(3500) == SCHEMES["all-unit"] == 210_000
    assert capped(290_000, 200_000, 0.8) == SCHEMES["budget cap 200000, clawback 80% of excess, spend 290000"]


def test_a_volume_at_a_start_is_in_the_tier_below() -> None:
    assert Tiers(*STEPS, "all-unit").spend([0, 1000, 1001, 3000, 3001]).tolist() == [
        0,
        100_000,
        80_080,
        240_000,
        180_060,
    ]
    assert Tiers(*STEPS, "marginal").spend([0, 1000, 1001, 3000]).tolist() == [0, 100_000, 100_080, 260_000]


def test_cliffs_are_where_more_costs_less() -> None:
    """At 1,000 units 100,000 falls to 80,000, and 1,250 units cost 100,000 again; at 3,000 from 240,000 to 180,000."""
    tiers = Tiers(*STEPS, "all-unit")
    assert [(one.volume, one.before, one.after, one.level) for one in tiers.cliffs] == [
        (1000, 100_000, 80_000, 1250),
        (3000, 240_000, 180_000, 4000),
    ]
    for one in tiers.cliffs:
        assert tiers.spend(one.level) == pytest.approx(one.before)
    assert Tiers(*STEPS, "marginal").cliffs == ()


def test_tiers_per_draw_and_never_cheaper_by_the_marginal_rule() -> None:
    volume = np.linspace(0, 6000, 601)
    paid = Tiers(*STEPS, "marginal").spend(volume)
    assert paid.shape == volume.shape
    assert (np.diff(paid) > 0).all()
    assert (paid >= Tiers(*STEPS, "all-unit").spend(volume) - 1e-9).all()
    same = Tiers((0.0, 10.0), (7.0, 7.0), "all-unit")
    assert same.spend(volume) == pytest.approx(7 * volume)


def test_a_clawback_of_nothing_and_of_all() -> None:
    spend = np.array([150.0, 290.0])
    assert capped(spend, 200, 0).tolist() == [150, 290]
    assert capped(spend, 200, 1).tolist() == [150, 200]


def test_coverage_of_the_vectors() -> None:
    vector = WANT["coverage"]
    plain = vector["INMB/pt 2000, eligible 1000, coverage share .7, copay elasticity -.2 with 10% price"]
    assert coverage(1000, 0.7, 2000).net_benefit == plain
    factor = vector["demand factor (1-s)^... linear: 1+e*ds"]
    assert uptake(1.0, -0.2, 0.1, "linear") == pytest.approx(factor, abs=1e-15)
    found = coverage([600, 400], uptake([0.8, 0.55], [-0.1, -0.5], 0.2, "linear"), 2000)
    assert found.access.tolist() == pytest.approx([0.8 * 0.98, 0.55 * 0.9])
    assert found.treated.sum() == pytest.approx(found.total_access * 1000)


def test_learning_of_the_vectors() -> None:
    assert learnt(100, [8], 0.8, "unit")[0] == pytest.approx(
        WRIGHT["C1=100, progress ratio .8: unit cost at N=8"], rel=1e-12
    )
    assert learnt(100, range(1, 9), 0.8, "unit").mean() == pytest.approx(
        WRIGHT["avg-of-first-8 (sum of unit)"], rel=1e-12
    )
    assert np.log2(0.8) == pytest.approx(WRIGHT["exponent b"], rel=1e-12)
    assert learnt(100, range(1, 9), 0.8, "average").mean() == pytest.approx(
        51.2, rel=1e-12
    )  # by name: the mean of all so far
    assert learnt(100, [1, 8], 0.8, "unit", floor=60.0).tolist() == [100.0, 60.0]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(HeconError, match="3 faults"):
        Tiers((10.0, 5.0), (100.0,), "marginl")
    with pytest.raises(HeconError, match="a share from 0 to 1"):
        capped(1, 1, 1.2)
    with pytest.raises(HeconError, match="patients: must be above 0"):
        subscription(100, [0], 10)
    with pytest.raises(HeconError, match="elasticity and change of price give"):
        uptake(0.9, -0.2, -1.0, "linear")
    with pytest.raises(HeconError, match="did you mean 'linear'"):
        uptake(0.9, -0.2, 0.1, "liner")
    with pytest.raises(HeconError, match="counted from 1"):
        learnt(100, [0], 0.8, "unit")


ROWS = (
    {"kind": "tier all-unit", "from": "0", "value": "1"},
    {"kind": "tier all-unit", "from": "9", "value": "0.8"},
    {"kind": "cap", "from": "", "value": "1000000"},
    {"kind": "clawback", "from": "", "value": "0.5"},
    {"kind": "subscription", "from": "", "value": "2700000"},
)


def table(rows: Any, draws: int = 0, patients: Any = (10, 20), **options: Any) -> Any:
    book = replace(small_book(), records={"volume": rows, "schemes": ({"name": "off", "terms": "Discount('0.2')"},)})
    return hecon.open_case(small(), book).run(draws=draws, seed=1, **options).volume(patients)


def test_for_10_and_20_patients_by_hand() -> None:
    """90% are treated at 300,000: 9 or 18 a year; 9 are still in the first tier, 18 cost 0.8 of the list price each."""
    rows = {(row.terms, row.patients): row for row in table(ROWS).rows}
    assert [row.paid for row in rows.values()] == pytest.approx(
        [2.7e6, 5.4e6, 2.7e6, 0.8 * 5.4e6, 1e6 + 0.85e6, 1e6 + 0.5 * 3.32e6, 2.7e6, 2.7e6]
    )
    assert rows["subscription", 10].rebate == pytest.approx(0.0)
    assert rows["subscription", 20].rebate == pytest.approx(0.5)
    assert rows["subscription", 20].icer.value < rows["subscription", 10].icer.value  # the ICER depends on N
    plain = rows["list price", 10]
    same = hecon.open_case(small(), small_book()).run(draws=0).pairwise().row("cell")
    assert plain.icer.value == pytest.approx(same.icer.value, rel=1e-9)
    assert rows["list price", 20].icer.value == pytest.approx(plain.icer.value)
    found = table(ROWS)
    assert found.worth_from == pytest.approx(10.0)
    assert "one more patient makes all of them cheaper, by 20%; 11.25 cost as much as 9" in found.sentences[0]


def test_a_fifth_off_every_unit_is_a_discount_of_a_fifth() -> None:
    """In every draw: the same net benefit as the agreement that takes a fifth off."""
    found = table(({"kind": "tier all-unit", "from": "0", "value": "0.8"},), 50).rows[-1]
    off = replace(small_book(), records={"schemes": ({"name": "off", "terms": "Discount('0.2')"},)})
    same = hecon.open_case(small(), off).run(draws=50, seed=1, scheme="off")
    gain = inmb(same.psa, "usual", 50_000.0, "payer")[1]
    assert found.inmb == pytest.approx(gain.mean(), rel=1e-9)
    assert found.p_loss == (gain < 0).mean()
    assert found.rebate == pytest.approx(0.2)


def test_volume_terms_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match=r"write inputs/small/volume.csv with the columns kind, from, value"):
        table(())
    wrong = (
        {"kind": "tier marginl", "from": "0", "value": "1"},
        {"kind": "tier marginal", "from": "5", "value": "x"},
        {"kind": "cap", "from": "", "value": "10"},
    )
    with pytest.raises(InputError) as caught:
        table(wrong)
    for part in (
        "volume!A2: 'tier marginl' is not",
        "volume!C3 (tier marginal): value must be",
        "begin at 0",
        "needs a clawback",
    ):
        assert part in str(caught.value)
    with pytest.raises(HeconError, match="leave out --scheme"):
        table(ROWS, scheme="off")
    with pytest.raises(HeconError, match="must be above 0"):
        table(ROWS, patients=(0,))
