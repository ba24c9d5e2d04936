"""Value-based price: the vectors of methods 7, closed form against search, means, probabilities, several rivals."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import hecon
from hecon.analysis.cost_effectiveness.net_benefit import inmb, nmb
from hecon.analysis.sensitivity.price import headroom, quantities, required_effect, value_based_price
from hecon.analysis.sensitivity.price_search import price_search
from hecon.errors import HeconError
from hecon.outcomes import Item, Outcomes, PriceParameter

HERE = Path(__file__).parent
DEMO = runpy.run_path(str(HERE / "sensitivity_case.py"))
SICK = HERE / "validation" / "sick_sicker"
ITEMS = (
    Item("doses", "cost", "drug", "health care"),
    Item("care", "cost", "care", "health care"),
    Item("q", "qaly"),
)


def outcomes(price, quantity, other, gain, strategies=("usual", "drug")):
    """Outcomes of costs price x quantity + other; arrays (strategy, draw)."""
    price, quantity, other, gain = (np.asarray(x, dtype=float) for x in (price, quantity, other, gain))
    values = np.stack([price * quantity, other, gain], axis=1)
    return Outcomes(
        values, strategies, ITEMS, price_parameters=(PriceParameter("price", "doses", price, quantity),), currency="EUR"
    )


def vector(price):
    """Methods 7: C0 5000, 8.2 doses, comparator 20000, gain 0.5."""
    return outcomes([price], [[0.0], [8.2]], [[20000.0], [5000.0]], [[0.0], [0.5]])


@pytest.mark.parametrize("price", [0.0, 1000.0, 9000.0])
@pytest.mark.parametrize(("wtp", "wanted"), [(30_000, 3658.536585365854), (50_000, 4878.048780487806)])
def test_the_vectors_of_methods_7_whatever_the_price_of_the_run(price, wtp, wanted):
    found = value_based_price(vector(price), "price", "drug", wtp=wtp, perspective="payer")
    assert found.row(wtp).price == pytest.approx(wanted, rel=1e-12)
    assert found.current == price
    at = vector(price).at_price("price", found.row(wtp).price)
    assert inmb(at, "usual", wtp, "payer")[1, 0] == pytest.approx(0, abs=1e-9)


def test_headroom_of_methods_7():
    assert headroom(0.3, 30_000, cost_offset=4000) == 13_000


def test_required_effect_at_a_price():
    # at 4000 a dose: 8.2 x 4000 + 5000 - 20000 = 17800 more, over 30000
    found = required_effect(vector(0.0), "price", 4000, "drug", reference="usual", wtp=30_000, perspective="payer")
    assert found.tolist() == pytest.approx([17_800 / 30_000])


def test_psa_mean_and_probability():
    gain = np.linspace(0.1, 1.0, 10)  # prices 1000 gain: 100, 200, ..., 1000
    psa = outcomes(np.full(10, 50.0), [np.zeros(10), np.ones(10)], np.zeros((2, 10)), [np.zeros(10), gain])
    found = value_based_price(psa, "price", "drug", wtp=1000, perspective="payer", probabilities=[0.5, 0.8, 0.95])
    assert found.row(1000, "PSA mean").price == pytest.approx(550)
    # in at least half of ten draws: the fifth from the top, 600; 8 of 10: 300; 95% needs all ten: 100
    wanted = {0.5: 600, 0.8: 300, 0.95: 100}
    for p, price in wanted.items():
        assert found.row(1000, f"P(cost-effective) = {p:g}").price == pytest.approx(price)
        worth = [
            float((inmb(psa.at_price("price", x), "usual", 1000, "payer")[1] >= -1e-9).mean())
            for x in (price, price + 1)
        ]
        assert worth[0] >= p > worth[1]


def test_where_the_price_changes_nothing_it_says_so():
    idle = outcomes([10.0], [[1.0], [1.0]], [[0.0], [5.0]], [[0.0], [1.0]])
    assert value_based_price(idle, "price", "drug", wtp=10, perspective="payer").rows[0].text == "at any price"
    assert value_based_price(idle, "price", "drug", wtp=1, perspective="payer").rows[0].text == "at no price"


def test_a_negative_price_is_told_as_such():
    dear = outcomes([10.0], [[0.0], [1.0]], [[0.0], [50.0]], [[0.0], [1.0]])
    assert (
        value_based_price(dear, "price", "drug", wtp=10, perspective="payer").rows[0].text
        == "not even at 0 (up to -40)"
    )


def test_a_rival_that_uses_more_of_it_sets_a_floor():
    # usual care uses 3 doses, the drug 1 and 20 more of care: worth it from 10 - 5 = 5 on, gain 1 at 10 per QALY
    more = outcomes([2.0], [[3.0], [1.0]], [[0.0], [20.0]], [[0.0], [1.0]])
    row, held = value_based_price(more, "price", "drug", wtp=10, perspective="payer").rows
    assert (row.price, row.floor, row.text) == (None, 5.0, "from 5")
    assert held.price == -4  # usual care for 6, as today: price + 20 - 6 = 10


def test_against_all_others_the_hardest_rival_decides():
    three = outcomes(
        [0.0], [[0.0], [0.0], [2.0]], [[0.0], [3.0], [0.0]], [[0.0], [0.8], [1.0]], ("usual", "rival", "drug")
    )
    common = {"wtp": 10, "perspective": "payer"}
    # against usual (10 - 0) / 2 = 5, against rival (2 + 3) / 2 = 2.5
    assert value_based_price(three, "price", "drug", **common, against=["usual"]).rows[0].price == 5
    assert value_based_price(three, "price", "drug", **common).rows[0].price == 2.5


def test_what_the_perspective_does_not_count_has_no_price():
    price_parameter = PriceParameter("price", "doses", np.array([1.0]), np.array([[0.0], [1.0]]))
    items = (Item("doses", "cost", "drug", "out-of-pocket"),)
    narrow = Outcomes(np.array([[[0.0]], [[1.0]]]), ("usual", "drug"), items, price_parameters=(price_parameter,))
    with pytest.raises(HeconError, match="counts no item"):
        quantities(narrow, "price", "payer")
    with pytest.raises(HeconError, match="did you mean 'price'"):
        value_based_price(vector(1.0), "prise", "drug", wtp=10, perspective="payer")
    with pytest.raises(HeconError, match="several draws"):
        value_based_price(vector(1.0), "price", "drug", wtp=10, perspective="payer", probabilities=[0.5])


def test_closed_form_equals_search_on_the_sick_sicker_model():
    model = runpy.run_path(str(SICK / "model.py"))["MODEL"]
    book = hecon.read_inputs(SICK / "inputs")
    sampled = book.sample(64, seed=3)
    common = {"wtp": 100_000.0, "perspective": "payer", "against": ["standard"]}
    bounds = {"low": 0.0, "high": 40_000.0}
    for draws, chances in ((book.base(), ()), (sampled, (0.6,))):
        closed = value_based_price(hecon.run(model, draws), "c_trtB", "strategy_b", **common, probabilities=chances)
        searched = price_search(model, draws, "c_trtB", "strategy_b", **bounds, **common, probabilities=chances)
        for row, other in zip(closed.rows, searched.rows, strict=True):
            assert other.basis == row.basis
            assert other.price == pytest.approx(row.price, rel=1e-7)
        at = model, draws.fix(c_trtB=closed.rows[0].price)
        assert inmb(hecon.run(*at), "standard", 100_000, "payer")[2].mean() == pytest.approx(0, abs=1e-5)


def test_search_finds_a_nonlinear_price_and_tells_of_a_second_one():
    book, tree = DEMO["book"](), DEMO["tree"]
    common = {"low": 0.0, "high": 9.0, "perspective": "payer"}
    # price squared is worth 10 up to sqrt(10)
    found = price_search(tree(cost="price ** 2"), book.base(), "price", "drug", wtp=10, **common)
    assert found.rows[0].price == pytest.approx(10**0.5)
    assert found.rows[0].crossings == 1
    # 10 - (price - 4)^2 - 6 is from 0 up between 2 and 6
    found = price_search(tree(cost="(price - 4) ** 2 + 6"), book.base(), "price", "drug", wtp=10, **common).rows[0]
    assert (found.floor, found.price, found.crossings) == (pytest.approx(2), pytest.approx(6), 2)
    assert "not unique" in found.text


def test_the_hardest_rival_decides_in_the_search_too():
    # gain 1 at 10: against none up to 10; against a rival of gain 0.8 that costs 3, up to 5
    model = DEMO["tree"](others=[("rival", "3", "0.8")])
    common = {"low": 0.0, "high": 20.0, "wtp": 10, "perspective": "payer"}
    assert price_search(model, DEMO["book"]().base(), "price", "drug", **common).rows[0].price == pytest.approx(5)
    uncertain = DEMO["book"](share={"distribution": "uniform", "par1": 0.9, "par2": 1.1}).sample(20, seed=1)
    mean, chance = price_search(model, uncertain, "price", "drug", **common, probabilities=[0.8]).rows
    assert mean.price == pytest.approx(10 * uncertain["share"].mean() - 5)
    assert chance.price == pytest.approx(10 * np.sort(uncertain["share"])[4] - 5)  # 16 of 20 draws


def test_search_of_a_price_that_never_matters():
    found = price_search(DEMO["tree"](cost="1"), DEMO["book"]().base(), "price", "drug", low=0, high=9, wtp=10,
                         perspective="payer")  # fmt: skip
    assert found.rows[0].text == "at any price from 0 to 9"


def test_price_against_threshold_rises_in_a_straight_line():
    found = value_based_price(vector(1000.0), "price", "drug", wtp=[0, 10_000, 20_000], perspective="payer")
    prices = [row.price for row in found.rows]
    assert np.diff(prices) == pytest.approx([5000 / 8.2] * 2)
    assert nmb(vector(1000.0), 0, "payer").shape == (2, 1)
    assert found.to_frame()["price"].tolist() == prices


def test_of_several_product_prices_the_one_that_is_paid() -> None:
    """A case with several structures declares the price of each; a run asks about the one that its strategies pay."""
    from pathlib import Path

    case = hecon.open_case(str(Path(__file__).parents[1] / "models" / "allogeneic_transplantation"))
    assert case.settings["product_price"] == "c_rux_month price_msc"
    paid = {
        one: case.run(draws=0, structure=one).product_price() for one in ("refractory_acute", "refractory_children")
    }
    assert paid == {"refractory_acute": "c_rux_month", "refractory_children": "price_msc"}
