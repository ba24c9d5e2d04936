"""Prices after the run: a price counts as linear only where everything that depends on it is; all else is refused by name."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import hecon
from hecon import (
    QALY,
    Branch,
    Chance,
    Check,
    Cost,
    DecisionTree,
    Leaf,
    LifeYears,
    MarkovModel,
    Parameter,
    Strategy,
    Tunnel,
    Utility,
    make_book,
)
from hecon.analysis.sensitivity.price import value_based_price
from hecon.analysis.sensitivity.price_search import price_search
from hecon.cases import open_case
from hecon.cli import app
from hecon.errors import HeconError
from hecon.outcomes import Item, Outcomes, PriceParameter
from hecon.workbook.sheets.input_cells import BASE
from hecon.workbook.verify.recalculate import open_session
from hecon.workbook.write import write_executable

ROOT = Path(__file__).parents[2]
CARE: dict[str, Any] = {"category": "drug", "sector": "health care"}
FREE = {"cost": "0", "effect": "0"}
KINK = [Cost("drug", "price", **CARE), Cost("rebate", "-0.5 * max(0, price - 20000)", **CARE), QALY("gain", "gain")]
MODEL = """from hecon import QALY, Cost, DecisionTree, Leaf, Strategy
CARE = {"category": "drug", "sector": "health care"}
COSTS = [Cost("drug", "price", **CARE), Cost("rebate", "-0.5 * max(0, price - 20000)", **CARE), QALY("gain", "gain")]
STRATEGIES = [Strategy("usual", to=Leaf()), Strategy("drug", to=Leaf(outcomes=COSTS))]
MODEL = DecisionTree("Kink", STRATEGIES, {"cost": "0", "effect": "0"}, "continuous")
"""


def book(*more: Parameter, price: float = 18_000.0, **set_to: Any) -> Any:
    gain = Parameter(name="gain", value=0.5, distribution="normal", par1=0.5, par2=0.05)
    return make_book(
        "kink", [Parameter(name="price", value=price), gain, *more], settings={"price_parameters": "price", **set_to}
    )


def tree(*outcomes: Any, **more: Any) -> DecisionTree:
    """Usual care, which costs nothing, and a drug with these outcomes."""
    drug = Strategy("drug", to=Leaf(outcomes=list(outcomes)), **more)
    return DecisionTree("Kink", [Strategy("usual", to=Leaf()), drug], FREE, "continuous")


def test_a_rebate_above_a_price_is_no_closed_form_and_the_search_finds_30_000() -> None:
    # 0.5 QALYs at 50,000 are worth 25,000 = price - 0.5 (price - 20,000): price 30,000
    model, base = tree(*KINK), book().base()
    result = hecon.run(model, base)
    common: dict[str, Any] = {"wtp": 50_000.0, "perspective": "payer"}
    for attempt in (
        lambda: result.at_price("price", 40_000.0),
        lambda: value_based_price(result, "price", "drug", **common),
    ):
        with pytest.raises(HeconError, match=r"price cannot be changed after the run \(drug, rebate: it stands in max"):
            attempt()
    assert not result.price_parameters
    found = price_search(model, base, "price", "drug", low=0, high=100_000, **common)
    assert found.row(50_000).price == pytest.approx(30_000, rel=1e-9)
    assert hecon.run(model, base.fix(price=40_000)).cost("payer")[1, 0] == 30_000


def test_the_command_says_so_and_searches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models/kink").mkdir(parents=True)
    (tmp_path / "models/kink/model.py").write_text(MODEL)
    (tmp_path / "inputs/kink").mkdir(parents=True)
    (tmp_path / "inputs/kink/parameters.csv").write_text("name,value,provenance\nprice,18000,read\ngain,0.5,read\n")
    lines = "perspective,payer\nthreshold,50000\ndraws,100\nseed,1\nprice_parameters,price\nproduct_price,price\n"
    (tmp_path / "inputs/kink/settings.csv").write_text(f"name,value\n{lines}")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["price", "kink", "--draws", "0", "--no-figures", "--json"])
    found = json.loads(result.stdout)
    assert found["not_linear"] == "drug, rebate: it stands in max()"
    assert found["at_wtp"][0]["price"] == pytest.approx(30_000, rel=1e-9)
    assert found["at_wtp"][0]["method"] == "root search from 0 to 180,000"
    (tmp_path / "inputs/kink/settings.csv").write_text(f"name,value\n{lines.replace('product_price,price', '')}")
    refused = CliRunner().invoke(app, ["price", "kink"])
    assert refused.exit_code == 1
    assert "declares no product price" in refused.stderr


def test_the_workbook_does_not_follow_such_a_price_and_says_so(tmp_path: Path) -> None:
    pytest.importorskip("formualizer")
    made = book(currency="EUR", price_year=2020)
    model, draws = tree(*KINK), made.sample(50, seed=1)
    psa = hecon.run(model, draws)
    path = tmp_path / "kink.xlsx"
    layout = write_executable(
        path, model, made, hecon.run(model, made.base()), psa, draws, perspective="payer", wtp=50_000, reference="usual"
    )
    session = open_session(path, "formualizer", tmp_path)
    sheet, row, column = layout.results["cost", "drug"]
    for price, cost, stale in ((18_000.0, 18_000.0, False), (40_000.0, 30_000.0, True)):
        cells = session.values({("Inputs", layout.inputs["price"].row, BASE): price})
        assert cells[sheet].numbers[row, column] == pytest.approx(cost)
        assert any("OUT OF DATE" in word for word in cells["Results"].words.values()) is stale


def cohort(start: Any = "ill", lasts: str = "0", **changed: Any) -> DecisionTree:
    """A drug over a cohort with tunnels; what `changed` says."""
    parts: dict[str, Any] = {
        "transitions": {"ill -> dead": "0.2 * exp(-state_time)"},
        "outcomes": [Cost("drug", {"ill": "price"}, per="year", **CARE), Utility({"ill": "0.8"})],
    } | changed
    structure = MarkovModel(
        ("ill", "dead"), "1 year", "10 years", "half-cycle", "mid", tunnels={"ill": Tunnel(3, last="stay")}, **parts
    )
    drug = Strategy("drug", to=Leaf(structure, start=start), lasts=lasts)
    return DecisionTree(
        "Cohort", [Strategy("usual", to=Leaf()), drug], {"cost": "0.03", "effect": "0.03"}, "continuous"
    )


def flow(text: str, **more: Any) -> DecisionTree:
    return cohort(outcomes=[Cost("drug", {"ill": text}, per="year", **CARE), Utility({"ill": "0.8"})], **more)


NOT_LINEAR = {
    "a condition on the price": (tree(Cost("drug", "price * (0.5 if price > 30000 else 1)", **CARE)), "condition"),
    "a condition decided by it": (tree(Cost("drug", "price", **CARE), Cost("fee", "7 if price > 1 else 0", **CARE)), "condition"),
    "a minimum": (tree(Cost("drug", "min(price, 20000)", **CARE)), r"min\(\)"),
    "a square": (tree(Cost("drug", "price * price", **CARE)), "multiplies"),
    "a power": (tree(Cost("drug", "price ** 2", **CARE)), "power"),
    "a denominator": (tree(Cost("drug", "price", **CARE), Cost("fee", "1 / (1 + price)", **CARE)), "denominator"),
    "an effect": (tree(Cost("drug", "price", **CARE), QALY("gain", "price / 100000")), "effect"),
    "life-years": (tree(Cost("drug", "price", **CARE), LifeYears("price / 100000")), "effect"),
    "transitions": (cohort(transitions={"ill -> dead": "0.2 * exp(-state_time) + price / 1e6"}), "moves the cohort"),
    "a time": (flow("price", lasts="price / 36000"), "discount"),
    "a look at the trace": (flow('price * at(occupancy["ill"], 1 if price < 20000 else 2)'), "decides a time"),
    "a check": (
        cohort(checks=[Check("cheap", "max(price, 1) * sum(1)", at_most="1e9", within="1")]),
        "check cheap: it stands in max",
    ),
    "who starts where": (flow("price", start={"ill": "price / 100000", "dead": "1 - price / 100000"}), "how many start"),
    "branches": (
        DecisionTree("Branches", [Strategy("usual", to=Leaf()), Strategy("drug", to=Chance(
            Branch("pays", "price / 100000", Leaf(outcomes=[Cost("drug", "price", **CARE)])), Branch("not", "C", Leaf()),
        ))], FREE, "continuous"),
        "probability of a branch",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_LINEAR)
def test_whatever_is_not_linear_is_refused_by_name(what: str) -> None:
    model, why = NOT_LINEAR[what]
    result = hecon.run(model, book().base())
    with pytest.raises(HeconError, match=why):
        result.at_price("price", 19_000.0)
    assert list(result.not_linear) == ["price"]


LINEAR = {
    "in tunnels": flow("price * exp(-state_time)"),
    "a sum over the trace": flow('price * sum(occupancy["ill"]) / 10'),
    "the row below": flow("next(price + t) + cumulative(price * t)"),
    "a condition on something else": flow("(price if t < 3 else price / 2) + gain"),
    "a straight line at a time": flow("at(price + 2 * t, 2)"),
    "a sum of what is the same in every row": flow("sum(price + 2 * t)"),
    "as a rebate": tree(Cost("drug", "price * (1 - 0.2)", **CARE), Cost("rebate", "-0.1 * price", **CARE)),
}


@pytest.mark.parametrize("what", LINEAR)
@pytest.mark.parametrize("price", [0.0, 40_000.0])
def test_whatever_is_linear_is_the_run_with_that_price(what: str, price: float) -> None:
    draws = book().sample(5, seed=3)
    model = LINEAR[what]
    result = hecon.run(model, draws, keep=("totals", "trace", "by_state"))
    moved = result.at_price("price", price)
    assert moved.values == pytest.approx(hecon.run(model, draws.fix(price=price)).values, rel=1e-12, abs=1e-9)
    assert np.abs(moved.values - result.values).max() > 1
    assert set(moved.kept) == {"trace"}  # by_state is that of the old price


def formulas(depth: int = 4) -> st.SearchStrategy[str]:
    """Formulas of the price, an uncertain number and the cycle, with what is linear in them and what is not."""
    leaf = st.sampled_from(["price", "price", "gain", "t", "2", "0.5"])
    pair = "({} + {})", "({} - {})", "({} * {})", "({} / (2 + t))", "max({}, {})", "({} if {} > 9 else 3)"
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(pair), inner, inner)
            | st.builds(
                lambda form, a: form.format(a), st.sampled_from(["(-{})", "next({})", "exp(-({}) / 1e5)"]), inner
            )
        ),
        max_leaves=2**depth // 2,
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(formulas(), min_size=1, max_size=3))
def test_a_price_that_is_taken_as_linear_is_the_run_with_any_other_price(texts: list[str]) -> None:
    costs = [Cost(f"cost_{k}", {"ill": text}, per="year", **CARE) for k, text in enumerate(texts)]
    draws = book(price=7.0).sample(3, seed=1)
    try:
        model = cohort(outcomes=costs)
        result = hecon.run(model, draws)
    except HeconError:
        assume(False)
    if "price" in result.not_linear:
        return
    for price in (0.0, 11.0, 1e5):
        run = hecon.run(model, draws.fix(price=price)).values
        assert result.at_price("price", price).values == pytest.approx(run, rel=1e-9, abs=1e-6)


def test_a_price_changed_twice_is_the_last_one() -> None:
    result = hecon.run(tree(Cost("drug", "2 * price", **CARE)), book().base())
    assert result.at_price("price", 5.0).at_price("price", 7.0).cost("payer")[1, 0] == pytest.approx(14.0, abs=1e-9)


def test_prices_that_act_on_each_other_are_changed_one_at_a_time() -> None:
    made = book(Parameter(name="fee", value=0.1), price_parameters="price fee")
    model = tree(Cost("drug", "price * (1 + fee)", **CARE))
    once = hecon.run(model, made.base()).at_price("price", 20_000.0)
    assert once.cost("payer")[1, 0] == pytest.approx(22_000)
    with pytest.raises(HeconError, match="depends on price, whose price was changed"):
        once.at_price("fee", 0.2)  # 20,000 x 1.2, of which the run at 18,000 knows nothing


def test_a_price_that_moves_in_both_arms_is_given_for_both_and_for_one() -> None:
    # new: 1 product and 5,000; usual: 0.4 products later; gain 1 at 50,000; today 30,000.
    # in both: 0.6 price + 5,000 = 50,000, 75,000; in the new arm alone: price + 5,000 - 12,000 = 50,000, 57,000
    items = (Item("product", "cost", "", "health care"), Item("care", "cost", "", "health care"), Item("q", "qaly"))
    values = np.array([[[12_000.0], [0.0], [0.0]], [[30_000.0], [5_000.0], [1.0]]])
    price_parameter = PriceParameter("price", "product", np.array([30_000.0]), np.array([[0.4], [1.0]]))
    found = value_based_price(
        Outcomes(values, ("usual", "new"), items, price_parameters=(price_parameter,)),
        "price",
        "new",
        wtp=50_000,
        perspective="payer",
    )
    assert {row.basis: row.price for row in found.rows} == {"base case": 75_000.0, "base case, others held": 57_000.0}
    assert found.moves_too == ("usual",)
    later = Strategy("usual", to=Leaf(outcomes=[Cost("product", "0.4 * price", **CARE)]))
    new = Strategy("new", to=Leaf(outcomes=[Cost("product", "price + 5000", **CARE), QALY("gain", "1")]))
    searched = price_search(
        DecisionTree("Both", [later, new], FREE, "continuous"), book(price=30_000.0).base(), "price", "new",
        low=0, high=200_000, wtp=50_000, perspective="payer",
    )  # fmt: skip
    for row, other in zip(found.rows, searched.rows, strict=True):
        assert (row.basis, row.price) == (other.basis, pytest.approx(other.price, rel=1e-9))


def test_a_price_of_one_arm_is_given_once() -> None:
    found = value_based_price(
        hecon.run(tree(Cost("drug", "price", **CARE), QALY("gain", "gain")), book().base()),
        "price", "drug", wtp=50_000, perspective="payer",
    )  # fmt: skip
    assert [row.basis for row in found.rows] == ["base case"]
    assert not found.note


def test_stored_outcomes_say_which_prices_they_do_not_follow(tmp_path: Path) -> None:
    from hecon.analysis.exchange.storage import load_outcomes, save_outcomes

    save_outcomes(tmp_path / "psa.npz", hecon.run(tree(*KINK), book().base()))
    with pytest.raises(HeconError, match="stands in max"):
        load_outcomes(tmp_path / "psa.npz").at_price("price", 1.0)
    fee = replace(hecon.run(tree(Cost("drug", "price", **CARE)), book().base()))
    save_outcomes(tmp_path / "linear.npz", fee)
    assert load_outcomes(tmp_path / "linear.npz").at_price("price", 5.0).cost("payer")[1, 0] == 5.0


def test_the_later_product_of_axi_cel_has_a_price_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    # 399,000 + 67,203 of net benefit / 170 of 180 infused; the product given after an event stays at today's price
    monkeypatch.chdir(ROOT)
    loaded = open_case("axi_cel_second_line")
    model, made = loaded.model, loaded.book
    found = value_based_price(
        hecon.run(model, made.base()), made.settings["product_price"], "axi_cel", wtp=150_000, perspective="payer"
    )
    assert [row.basis for row in found.rows] == ["base case"]
    assert not found.note
    assert [row.price for row in found.rows] == pytest.approx([399_000 + 67_203 / (170 / 180)], abs=1)
    searched = price_search(
        model, made.base(), "price_axi_cel", "axi_cel", low=0, high=1e6, wtp=150_000, perspective="payer"
    )
    assert [row.price for row in searched.rows] == pytest.approx([row.price for row in found.rows], rel=1e-7)


def test_a_case_that_declares_no_price_of_a_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["price", "tests/validation/til_melanoma_2018"])
    assert result.exit_code == 1
    assert "c_ipi_drug, c_til_hospital" in result.stderr
