"""The atlas by hand: a tree whose costs by cause, shares, years and prices can be added up on paper."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hecon import QALY, Cost, DecisionTree, HeconError, Leaf, Parameter, Strategy, make_book, open_case
from hecon.analysis.cost_effectiveness.estimate import Estimate
from hecon.inputs.parameter import Change, Scenario
from hecon.report.html.atlas_page import atlas_page
from hecon.results.atlas.atlas import Atlas, atlas_of
from hecon.results.atlas.build import Choices, comparisons_of
from hecon.results.atlas.causes import Bar
from hecon.results.atlas.comparison import side_effects, upfront
from hecon.results.atlas.comparisons import Pair, pairs_of
from hecon.results.atlas.overall import overall
from hecon.results.atlas.payback import payback, payback_year, payback_years
from hecon.results.atlas.sentences import NO_COST, money_sentences, sentences
from hecon.results.atlas.sheets import atlas_grids, short_table
from hecon.results.atlas.tables import lost_work, summary
from hecon.results.atlas.tables import payback as payback_table
from hecon.results.atlas.waterfall import waterfall
from hecon.results.evidence.evidence import evidence
from hecon.results.evidence.published import Published

CARE = {"sector": "health care"}
WORK = {"sector": "productivity"}
SETTINGS = {
    "perspective": "payer", "threshold": 2000, "currency": "USD", "price_year": 2023, "lost_work": "friction", "seed": 1,
    "grade": "rebuilt", "product_price": "price", "price_parameters": "price", "comparator_today": "Yes.", "opponent": "The price.",
}  # fmt: skip


def inputs(provenance="read", price=1000.0, unit="USD"):
    return [
        Parameter(name="price", value=price, unit=unit, low=price / 2, high=2 * price, provenance="read"),
        Parameter(
            name="c_fever",
            value=100.0,
            unit=unit,
            distribution="gamma mean se",
            par1=100,
            par2=10,
            provenance=provenance,
        ),
        Parameter(
            name="c_nausea",
            value=400.0,
            unit=unit,
            distribution="gamma mean se",
            par1=400,
            par2=40,
            provenance=provenance,
        ),
        Parameter(name="c_absent", value=300.0, unit=unit, provenance="read"),
        Parameter(name="gain", value=1.0, low=0.1, high=2.0, provenance="read"),
    ]


def small(provenance="read", price=1000.0, lump=False, **settings):
    """Cells cost 1,100 upfront against 200; fever 100 against nausea 400 in year 2; lost work 300 in year 4 in care alone."""
    cells = [
        Cost("cells", "price", category="product", **CARE),
        Cost("collection", "100", category="delivery", **CARE),
        Cost("fever", "c_fever", category="side effects", of="product", at="1 year", **CARE),
        QALY("life", "gain"),
        QALY("fever", "-0.1", category="side effects", of="product"),
    ]
    care = [
        Cost("drug", "200", category="product", **CARE),
        Cost("nausea", "c_nausea", category="side effects", of="chemotherapy", at="1 year", **CARE),
        Cost("absent", "c_absent", category="lost work, illness", method="friction", at="3 years", **WORK),
        Cost(
            "absent_longer", "3 * c_absent", category="lost work, illness", method="human capital", at="3 years", **WORK
        ),
        Cost("eaten", "50", category="consumption of survivors", sector="consumption"),
        *([Cost("stay", "70", category="not separable", **CARE)] if lump else []),
    ]
    tree = DecisionTree(
        "Cells or care",
        [Strategy("care", "Care", Leaf(outcomes=care)), Strategy("cells", "Cells", Leaf(outcomes=cells))],
        {"cost": "0.1", "effect": "0.1"},
        "whole_year",
    )
    return open_case(
        tree,
        make_book(
            "demo", inputs(provenance, price, settings.get("currency", "USD")), settings={**SETTINGS, **settings}
        ),
    )


FREE = Choices(draws=200, currency="USD", cost_rate="0", effect_rate="0")


def one(case, choices=FREE, **rest):
    (found,) = comparisons_of(case, choices, **rest)
    return found


def row(grid, **wanted):
    names = [column.name for column in grid.columns]
    found = [dict(zip(names, row, strict=True)) for row in grid.rows]
    (match,) = [row for row in found if all(row[name] == value for name, value in wanted.items())]
    return match


def test_causes_by_hand_and_the_total_is_the_perspectives():
    found = one(small(), replace(FREE, draws=0))
    amounts = {bar.text: float(found.increment(lambda x, bar=bar: x == bar)[0]) for bar in found.flows.bars}
    assert amounts == {
        "product": 800, "delivery": 100, "side effects of chemotherapy": -400, "side effects of product": 100,
        "lost work, illness (friction)": -300, "lost work, illness (human capital)": -900, "consumption of survivors": -50,
    }  # fmt: skip
    assert float(found.increment(found.counted)[0]) == 800 + 100 - 400 + 100 - 300


def test_the_societal_total_of_the_atlas_is_that_of_the_run():
    case = small()
    found = one(case, replace(FREE, cost_rate="0.1"))
    psa = case.run(draws=200).psa
    cost = psa.cost("societal")
    assert found.increment(found.counted) == pytest.approx(cost[1] - cost[0], rel=1e-12)


def test_the_common_rates_hold_whatever_the_settings_say():
    plain, told = (one(small(**rates), replace(FREE, draws=0)) for rates in ({}, {"discount_cost": "0.2"}))
    assert plain.increment(plain.counted) == told.increment(told.counted)
    assert (plain.rates, told.rates) == (("10% and 10%", "0% and 0%"), ("20% and 10%", "0% and 0%"))


def test_horizons_count_what_falls_up_to_their_end():
    found = one(small(), replace(FREE, draws=0))
    totals = [float(found.increment(found.counted, k)[0]) for k in range(4)]
    assert totals == [
        900,
        300,
        300,
        300,
    ]  # at one year it is in the second, so that the first holds the upfront cost alone
    assert float(found.increment(side_effects, 0)[0]) == 0


def test_payback_by_hand():
    found = one(small(), replace(FREE, draws=0))
    back = found.payback()
    assert (back.upfront.mean, back.side_effects.mean, back.work.mean) == (900, 300 / 900, 300 / 900)
    assert (back.p_both, back.p_all) == (0.0, 0.0)
    assert found.years(all_offsets=True).year is None
    cheap = one(small(price=600.0), replace(FREE, draws=0))  # 500 more upfront; 300 come back in year 2, 300 in year 4
    assert cheap.payback().p_both == 1.0
    assert cheap.years(all_offsets=False).year == 4


def test_payback_years_stay_paid_back():
    assert payback_year(np.array([[5.0], [-6.0], [2.0], [-3.0]])).tolist() == [4]
    assert payback_year(np.array([[-1.0], [0.0]])).tolist() == [1]
    assert payback_years(np.array([[5.0, 5.0], [0.0, -5.0]])).never == 0.5


def test_no_share_without_an_extra_upfront_cost():
    found = one(small(price=50.0))
    back = found.payback()
    assert (back.side_effects, back.work, back.p_both, back.p_all) == (None, None, None, None)
    text = " ".join(money_sentences(found))
    assert f"There is {NO_COST} to pay back." in text
    assert "%" not in text
    cells = row(payback_table([found]), of="upfront")
    assert {cells[name] for name in ("side_effects", "work", "p_both", "p_all")} == {NO_COST}
    nearly = payback(np.r_[np.full(94, 10.0), np.full(6, -1.0)], *[np.full(100, -20.0)] * 3)
    assert nearly.side_effects is None  # 94% of draws above 0


def test_the_price_that_pays_back_does():
    found = one(small(), replace(FREE, draws=0))
    assert found.pays_back == {"both": 700.0, "all": 700.0}
    again = one(small(price=700.0), replace(FREE, draws=0))
    assert float(again.increment(again.both())[0]) == pytest.approx(0, abs=1e-9)
    assert found.decision.worth == pytest.approx(
        2000 * 0.9 + 200 - 100 + 300 / 1.1
    )  # the gain less the fever, and what care costs


def test_sentences_are_made_of_the_numbers():
    found = one(small(), replace(FREE, draws=0))
    assert money_sentences(found) == (
        "Upfront: Cells costs 900 USD 2023 more than Care.",
        "Care of side effects costs 300 USD 2023 less; 33% of the extra upfront cost comes back.",
        "Lost work (friction) costs 300 USD 2023 less; 33% of the extra upfront cost comes back.",
        "No cost of subsequent treatment is counted in this case.",
        "Side effects and lost work together cover the extra upfront cost in no draw.",
        "With all offsets of society it is covered in no draw; undiscounted, on the mean of the draws it never is.",
    )


def test_every_number_of_a_sentence_stands_in_the_tables():
    found = one(small())
    table = row(summary([found]), comparison="demo: cells v care")
    text = sentences(found)
    for k, name in enumerate(("upfront", "side_effects")):
        assert f"{abs(table[name].mean):,.0f} USD" in text[k]
    assert f"({table['side_effects'].low:,.0f} to {table['side_effects'].high:,.0f})" in text[1]
    assert "(" not in text[0]  # no input of upfront is uncertain
    back = found.payback()
    assert f"{back.side_effects.mean:.0%} of the extra upfront cost comes back" in text[1]
    assert f"{found.decision.inc_effect.mean:.2f} QALYs more" in text[-1]


def test_a_hatched_bar_is_in_no_sentence():
    found = one(small(provenance="assumption"))
    assert found.hatched(side_effects)
    assert not found.hatched(upfront())
    text = money_sentences(found)
    assert text[1] == "Care of side effects: over half of this money rests on assumptions, so it is not summarised."
    assert not any("Side effects and lost work together" in line for line in text)
    amount = f"{abs(found.amount(side_effects).mean):,.0f}"
    assert not any(re.search(rf"\b{amount}\b", line) for line in (*text[:2], *text[3:]))
    assert "1 comparison of a cell therapy, 1 has an extra upfront cost. In 1 of these over half" in overall([found])
    assert row(waterfall([found]), cause="side effects of product")["hatched"] == "yes"


def test_an_assumed_lump_is_in_no_sentence_either():
    found = one(small(lump=True), replace(FREE, draws=0))
    assert "With published lumps" in money_sentences(found)[0]
    lump = {**found.money_by_fact, Bar("not separable"): {"assumption": 1e6}}
    assert "With published lumps" not in " ".join(money_sentences(replace(found, money_by_fact=lump)))


def test_half_by_money_not_by_items():
    bars = {Bar("side effects", "product"): {"assumption": 30.0, "read": 70.0}}
    found = replace(one(small(), replace(FREE, draws=0)), money_by_fact=bars)
    assert not found.hatched(side_effects)
    assert found.basis(side_effects).worst == "assumption"


def test_what_a_lump_hides_is_not_0():
    found = one(small(lump=True), replace(FREE, draws=0))
    assert found.lumps == (False, True)
    delivery = row(waterfall([found]), cause="delivery")
    assert (delivery["strategy"], delivery["reference"], delivery["difference"]) == (
        100,
        "0, or in the lump",
        "0, or in the lump",
    )
    named = one(small(lump=True, not_separable="follow-up"), replace(FREE, draws=0))
    assert row(waterfall([named]), cause="delivery")["reference"] == 0
    assert row(waterfall([named]), cause="follow-up")["reference"] == "in the lump"
    both = [row(payback_table([found]), of=of)["upfront"].mean for of in ("upfront", "upfront with not separable")]
    assert both == [900, 830]
    assert row(waterfall([named]), cause="programme")["difference"] == "none counted"


def test_side_effects_in_a_lump_give_no_share():
    case = small(lump=True, not_separable="side effects")
    found = one(case, replace(FREE, draws=0))
    assert not found.hidden("side effects")  # both arms have side effects of their own
    assert row(waterfall([found]), cause="side effects of product")["difference"].mean == 100
    assert money_sentences(found)[1].endswith(" More of it is in a published lump that cannot be taken apart.")
    assert "More of it" not in " ".join(money_sentences(one(small(lump=True), replace(FREE, draws=0))))
    about = replace(found.about, lump_holds=("travel and lodging", "side effects"))
    bare = [k for k, bar in enumerate(found.flows.bars) if not side_effects(bar)]
    flows = replace(
        found.flows, bars=tuple(found.flows.bars[k] for k in bare), strategy=found.flows.strategy[bare],
        reference=found.flows.reference[bare], extra=found.flows.extra[bare],
    )  # fmt: skip
    found = replace(found, about=about, flows=flows)
    assert found.hidden("side effects")
    assert money_sentences(found)[1] == "Care of side effects: in a published lump that cannot be taken apart."
    assert row(summary([found]), comparison=found.name)["side_effects"] == "in the lump"
    assert row(payback_table([found]), of="upfront")["side_effects"] == "in the lump"


def test_lost_work_by_every_method_and_with_consumption():
    found = one(small(), replace(FREE, draws=0))
    friction, capital = (row(lost_work([found]), method=method) for method in ("friction", "human capital"))
    assert (friction["patient"].mean, capital["patient"].mean) == (-300, -900)
    assert (friction["with_consumption"].mean, friction["named"], capital["named"]) == (-350, "yes", "")


def test_the_common_money_is_a_factor():
    own, common = (one(small(), replace(FREE, draws=0, currency=code)) for code in ("USD", "EUR"))
    factor = common.money.factor
    assert common.money.printed == "EUR 2023"
    assert common.amount(upfront()).mean == pytest.approx(900 * factor)
    assert common.payback().side_effects == own.payback().side_effects
    apart = one(small(currency="XYZ"), replace(FREE, draws=0))
    assert (apart.money.factor, apart.money.printed) == (None, "XYZ 2023")
    assert "In their own money, for want of an index" in atlas_page(Atlas((apart,)))


def test_what_would_reverse_the_sign_is_computed():
    found = one(small(), replace(FREE, draws=0))
    assert found.reversal.startswith(
        "Net benefit is above 0. A product price above 2,173 USD 2023 would reverse it (now 1,000); "
    )
    assert found.reversal.endswith("gain at 0.1 (read) would reverse it alone.")


def test_published_figures_stand_beside():
    case = small()
    said = Published("a", "per QALY", 900.0, 1100.0, strategy="cells", against="care", outcome="icer", study="s")
    other = Published("b", "per QALY", 1.0, 1.0, strategy="care", against="cells", outcome="icer", study="s")
    found = one(case, replace(FREE, draws=0), evidence=evidence(case, [said, other]))
    assert [one.published.id for one in found.evidence] == ["a"]
    assert "900 to 1,100 per QALY (1 figure of 1 study); ours 697" in atlas_page(Atlas((found,)))


def test_an_exploration_has_rows_of_headroom_and_no_ratio():
    case = small(grade="exploratory")
    dear = Scenario(
        "dear", "A dear row", (Change("parameter", "price", "3000"), Change("setting", "threshold", "1000"))
    )
    book = make_book("demo", inputs(), settings=case.settings, scenarios={"dear": dear})
    atlas = atlas_of([(open_case(case.model, book), ())], FREE)
    assert atlas.comparisons == ()
    base, row = atlas.headroom
    assert (base.row, row.row, row.label, row.product) == ("base case", "dear", "A dear row", 2800)
    assert row.decision.required == pytest.approx(
        (3100 + 100 / 1.1 - 200 - 400 / 1.1) / 1000
    )  # the payer's, at the case's 10%
    assert base.decision.worth == pytest.approx(2000 * 0.9 + 200 - 100 + 300 / 1.1)
    page = atlas_page(atlas)
    assert "A dear row" in page
    assert "Apart from payback" not in page
    assert base.decision.icer.text not in page


def test_comparisons_are_read_or_refused():
    assert pairs_of(small()) == (Pair("cells", "care"),)
    assert pairs_of(small(comparisons="care v cells")) == (Pair("care", "cells"),)
    with pytest.raises(HeconError) as told:
        pairs_of(small(comparisons="cell v care; cells care; markov: cells v care"))
    for words in (
        "'cell' is not a known strategy; did you mean 'cells'?",
        "'cells care' is not",
        "no structure 'markov'",
    ):
        assert words in str(told.value)


def test_costs_that_are_not_filed_by_cause_are_said():
    case = small()
    model = case.model
    unfiled = Leaf(outcomes=[Cost("cells", "price", category="upfront", **CARE), QALY("life", "gain")])
    other = replace(model, strategies=[model.strategies[0], Strategy("cells", "Cells", unfiled)])
    care = Leaf(outcomes=[Cost("nausea", "c_nausea", category="harm", **CARE)])
    other = replace(other, strategies=[Strategy("care", "Care", care), other.strategies[1]])
    found = one(
        open_case(other, make_book("demo", inputs(), settings={**SETTINGS, "lost_work": ""})), replace(FREE, draws=0)
    )
    assert money_sentences(found) == (
        "The costs of this case are not filed by cause, so its upfront cost cannot be told.",
    )
    assert [bar.cause for bar in found.flows.bars] == ["harm", "upfront"]
    assert short_table([found]).rows[0][2] == "not filed"


def test_all_tables_are_there_and_numbers_of_draws_have_intervals():
    found = one(small())
    grids = atlas_grids(Atlas((found,)))
    assert list(grids) == [
        "Summary", "Waterfall", "Horizons", "Lost work", "Payback", "Decision", "QALYs", "Headroom", "Headroom by product",
        "Evidence", "Provenance",
    ]  # fmt: skip
    amount = row(grids["Summary"], money="USD 2023")["side_effects"]
    assert isinstance(amount, Estimate)
    assert amount.low < amount.mean < amount.high
    assert row(grids["QALYs"], cause="side effects of product")["difference"] == -0.1
