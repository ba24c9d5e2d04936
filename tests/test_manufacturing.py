"""Manufacturing against the published costs and prices of cell products, and by hand."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hecon
from hecon import Cost, Leaf, Parameter, Strategy
from hecon.errors import ModelError
from hecon.parts import Manufacturing, annuity, wright
from hecon.structure import DecisionTree

# Retel 2018, BMC Cancer 18:895, table 1: personnel, material and quality control, clean room and equipment; EUR of 2015-18
TIL = Manufacturing(facility="7500 * 40", capacity="40", staff_batch="18000", consumables="10000")


def values(made: Manufacturing, **given: float) -> dict[str, float]:
    """Every formula of a let, by the part of its name behind x_."""
    known: dict[str, Any] = dict(given)
    for name, text in made.let("x").items():
        known[name] = float(hecon.evaluate_formula(text, **known))
    return {name.removeprefix("x_"): value for name, value in known.items()}


def value(formula: str, **given: float) -> float:
    return float(hecon.evaluate_formula(formula, **given))


def test_the_cost_of_lymphocytes_made_in_amsterdam() -> None:
    """35,500 EUR = 18,000 (51%) + 10,000 (28%) + 7,500 (21%)."""
    found = values(TIL)
    assert found["batch"] == 18000 + 10000 + 7500 == 35500
    shares = [round(100 * part / found["batch"]) for part in (18000, found["materials"], found["fixed"])]
    assert shares == [51, 28, 21]


def test_an_infused_patient_bears_the_batches_of_those_who_are_not() -> None:
    """ELIANA's later cut: 89 of 97 manufactured, 79 of 89 infused; cost per batch / (0.92 x 0.89)."""
    found = values(replace(TIL, failure="8 / 97", infused="79 / 89"))
    assert found["infused"] == pytest.approx(35500 * 97 / 79)
    rounded = values(replace(TIL, failure="1 - 0.92", infused="0.89"))
    assert rounded["infused"] == pytest.approx(35500 / (0.92 * 0.89))
    assert rounded["infused"] == pytest.approx(found["infused"], rel=0.01)


def test_price_and_margin() -> None:
    """June 2020: manufacturing is a third of the price, 373,000 -> 124,000; Lindenberg 2020: 3 x the academic cost."""
    assert round(373000 * (1 - 2 / 3), -3) == 124000
    assert values(Manufacturing(consumables="373000 / 3", margin="2 / 3"))["price"] == pytest.approx(373000)
    assert values(replace(TIL, margin="2 / 3"))["price"] == pytest.approx(3 * 35500)
    assert values(Manufacturing(consumables="89000"))["price"] == 89000  # Barcelona, hospital exemption: no margin


def test_fixed_costs_are_shared_by_the_batches_of_a_year() -> None:
    made = Manufacturing(
        facility="1000000", equipment="500000", staff="500000", capacity="100", utilisation="use", consumables="13000"
    )
    assert [values(made, use=use)["batch"] for use in (1.0, 0.5, 0.25)] == pytest.approx([33000, 53000, 93000])
    half = values(replace(made, automation="0.5"), use=1.0)  # staff and rooms fall, the machines do not
    assert half["batch"] == pytest.approx(13000 + (750000 + 500000) / 100)


def test_failures_and_repeats() -> None:
    """100 patients, 10 fail, 8 of these are made again and 0.8 fail: 97.2% have a product of 108 batches."""
    found = values(replace(TIL, failure="0.1", repeated="0.8"))
    assert found["made"] == pytest.approx(0.9 + 0.08 * 0.9)
    assert found["dose"] == pytest.approx(35500 * 1.08 / 0.972) == pytest.approx(35500 / 0.9)


def test_donor_cells_serve_many() -> None:
    made = Manufacturing(
        consumables="200000", failure="0.2", doses="50", bank="300000", bank_doses="1000", infused="0.98"
    )
    assert values(made)["dose"] == pytest.approx(250000 / 50 + 300)
    assert values(made)["infused"] == pytest.approx((250000 / 50 + 300) / 0.98)


def test_a_wait_loses_patients() -> None:
    """A median of 32 or 54 days at half lost in a year."""
    rate = 0.6931471805599453
    for days in (32.0, 54.0):
        found = values(replace(TIL, vein_to_vein_days="days", drop_out_rate="rate"), days=days, rate=rate)
        assert found["reached"] == pytest.approx(0.5 ** (days / 365.25))


def test_learning_by_both_of_wrights_variants() -> None:
    """Ratio 0.8 from 100: unit 8 costs 51.2, the first eight on average 66.8239; or they cost 51.2 on average."""
    units = [value(wright("100", "n", "0.8", "unit"), n=n) for n in range(1, 9)]
    assert units[7] == pytest.approx(51.2)
    assert sum(units) / 8 == pytest.approx(66.8239, abs=5e-5)
    by_average = [value(wright("100", "n", "0.8", "average"), n=n) for n in range(1, 9)]
    assert sum(by_average) / 8 == pytest.approx(51.2)
    assert by_average[7] < units[7]


def test_learning_spares_the_materials() -> None:
    found = values(replace(TIL, progress="0.9", experience="n", variant="unit"), n=4)
    assert found["batch"] == pytest.approx(10000 + 25500 * 0.81)


def test_equipment_over_its_life() -> None:
    """15 years at 10% real, as a published cost of dendritic cells takes them: the payments are worth the price."""
    paid = value(annuity("1000000", "15", "0.1"))
    assert sum(paid / 1.1**year for year in range(1, 16)) == pytest.approx(1e6)


@given(st.floats(0, 0.9), st.floats(0, 1), st.floats(0.1, 1), st.floats(0.5, 1.2), st.floats(1, 1000))
@settings(max_examples=30, deadline=None)
def test_pieces_add_up_and_losses_only_add(
    failure: float, repeated: float, infused: float, progress: float, batch: float
) -> None:
    made = replace(
        TIL, failure="f", repeated="again", infused="i", progress="q", experience="n", variant="unit", vector="5000"
    )
    found = values(made, f=failure, again=repeated, i=infused, q=progress, n=batch)
    assert found["batch"] == pytest.approx(found["work"] + found["materials"])
    assert found["infused"] >= found["dose"] >= found["batch"] * (1 - 1e-12)
    assert 1 - failure <= found["made"] + 1e-12 <= 1 + 1e-9


def test_a_formula_is_kept_together() -> None:
    made = Manufacturing(staff_batch="a if b else 2", consumables="1 - b", failure="b + 0.1", automation="b / 2")
    assert values(made, a=10.0, b=0.5)["batch"] == pytest.approx(10 * 0.75 + 0.5)
    assert values(made, a=10.0, b=0.5)["dose"] == pytest.approx((10 * 0.75 + 0.5) / 0.4)


def test_it_is_a_let_of_a_model() -> None:
    tree = DecisionTree(
        "Made in house", [Strategy("til", to=Leaf(outcomes=[Cost("product", "til_infused", "product", "health care")]))],
        {"cost": "0", "effect": "0"}, "continuous", let=replace(TIL, failure="p_failure").let("til"),
    )  # fmt: skip
    book = hecon.make_book("til", [Parameter(name="p_failure", value=0.1, distribution="beta", par1=10, par2=90)])
    assert hecon.run(tree, book.base()).cost("payer")[0, 0] == pytest.approx(35500 / 0.9)


def test_what_is_missing_is_told_at_once() -> None:
    wrong = Manufacturing(bank="100", vein_to_vein_days="30", repeated="1", progress="0.9", variant="avrage")
    with pytest.raises(ModelError) as told:
        wrong.let("x")
    for words in (
        "give both bank= and bank_doses=",
        "give drop_out_rate=",
        "nothing fails",
        "give experience=",
        "mean 'average'",
    ):
        assert words in str(told.value)
    with pytest.raises(ModelError, match="is not one of unit, average"):
        wright("1", "2", "0.9", "")


def test_the_let_of_a_strategy_takes_what_one_formula_needs() -> None:
    """The let of a strategy refuses formulas that nothing uses."""
    paid = [Cost("product", "til_price", "product", "health care")]

    def tree(let: dict[str, str]) -> DecisionTree:
        strategy = Strategy("til", to=Leaf(outcomes=paid), let=let)
        return DecisionTree("Made in house", [strategy], {"cost": "0", "effect": "0"}, "continuous")

    made = replace(TIL, failure="0.1")
    with pytest.raises(ModelError, match="let 'til_made' changes nothing"):
        hecon.run(tree(made.let("til")), hecon.make_book("til", []).base())
    found = hecon.run(tree(made.let("til", "price")), hecon.make_book("til", []).base())
    assert found.cost("payer")[0, 0] == pytest.approx(35500 / 0.9)
    with pytest.raises(ModelError, match="did you mean 'price'"):
        made.let("til", "prise")
