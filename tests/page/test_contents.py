"""What a page holds, and the file it is written into."""

import json
import re

import numpy as np
import pytest

from hecon import open_case, write_page
from hecon.errors import HeconError
from hecon.inputs.book import make_book
from hecon.inputs.parameter import Parameter, Source
from hecon.page.contents import contents, horizons_of
from hecon.page.model_script import model_script
from hecon.page.stored_draws import carried_draws
from hecon.page.with_agreements import with_agreements_of
from hecon.page.write_page import as_json, page_text
from hecon.structure import QALY, Cost, DecisionTree, Leaf, MarkovModel, Strategy

INPUTS = [
    Parameter(
        name="price",
        label="price of the drug",
        unit="EUR",
        value=5.0,
        low=4.0,
        high=8.0,
        source="first second",
        provenance="read",
    ),
    Parameter(
        name="p_ill",
        label="risk",
        unit="probability",
        value=0.5,
        distribution="beta",
        par1=2.0,
        par2=2.0,
        provenance="assumption",
    ),
    Parameter(name="way", label="way: 0 plain, 1 fancy", unit="switch", value=0.0, low=0.0, high=1.0),
    Parameter(name="idle", value=1.0),
]
SOURCES = {"first": Source("first", "A trial", "table 2"), "second": Source("second", "A registry")}


@pytest.fixture(scope="module")
def study():
    """Drug against none: cost = price + way, gain = p_ill; threshold 10."""
    drug = Leaf(outcomes=[Cost("drug", "price + way", category="product", sector="health care"), QALY("gain", "p_ill")])
    tree = DecisionTree(
        "A drug </title>",
        [Strategy("none", to=Leaf()), Strategy("drug", to=drug)],
        {"cost": "0", "effect": "0.03"},
        "continuous",
    )
    book = make_book(
        "demo",
        INPUTS,
        sources=SOURCES,
        settings={"price_parameters": "price", "product_price": "price", "currency": "EUR"},
    )
    return open_case(tree, book).run(draws=50, seed=1, perspective="payer", wtp=10.0, reference="none")


@pytest.fixture(scope="module")
def data(study):
    model, book = study.at_hand()
    return contents(study, with_agreements_of(study), model_script(model, book, study.draws.names), "2026-01-02")


def input_of(data, name):
    return next(one for one in data["inputs"] if one["name"] == name)


def test_only_inputs_that_the_model_follows_are_controls(data):
    names = [one["name"] for one in data["inputs"]]
    assert {"price", "p_ill", "way"} <= set(names)
    assert "idle" not in names


def test_an_input_has_its_unit_range_support_sources_and_provenance(data):
    one = input_of(data, "price")
    assert (one["label"], one["unit"], one["value"], one["low"], one["high"]) == (
        "price of the drug",
        "EUR",
        5.0,
        4.0,
        8.0,
    )
    assert one["support"] == [0.0, None]
    assert one["citation"] == "A trial (table 2); A registry"
    assert not one["drawn"]
    risk = input_of(data, "p_ill")
    assert (risk["provenance"], risk["drawn"], risk["rule"]) == (
        "assumption",
        True,
        "a probability lies between 0 and 1",
    )


def test_a_switch_is_chosen_by_name(data):
    one = input_of(data, "way")
    assert (one["label"], one["switch"], one["codes"], one["choices"]) == ("way", True, [0.0, 1.0], ["plain", "fancy"])


def test_influence_is_the_swing_of_net_benefit(data):
    assert input_of(data, "price")["influence"] == pytest.approx(4.0)  # 8 - 4
    assert input_of(data, "way")["influence"] == pytest.approx(1.0)


def test_how_the_run_is_read(data, study):
    assert (data["reference"], data["perspective"], data["threshold"], data["product_price"]) == (
        "none",
        "payer",
        10.0,
        "price",
    )
    assert data["fingerprints"] == {"inputs": study.input_fingerprint, "program": study.program_fingerprint}
    assert data["thresholds"][-1] == pytest.approx(25.0)
    payer = next(one for one in data["perspectives"] if one["name"] == "payer")
    assert payer["counts"] == [int(item["kind"] == "cost") for item in data["items"]]


@pytest.mark.parametrize(("cycle", "years"), [("1 month", 1.0), ("1 week", 1.0), ("28 days", None), ("1 day", 4.0)])
def test_a_horizon_is_a_whole_number_of_cycles(cycle, years):
    horizon = "280 days" if cycle == "28 days" else "8 years"
    model = MarkovModel(
        ("well", "dead"), cycle, horizon, "half-cycle", "mid", transitions={"well -> dead": "0.1"}, outcomes=[QALY("gain", "1")],
        strategies=[Strategy("a")], start={"well": "1"}, title="Demo",
        discount={"cost": "0", "effect": "0"}, discount_timing="continuous",
    )  # fmt: skip
    assert horizons_of(model, make_book("demo", []))[1] == years


def test_a_page_is_one_file_without_a_request_and_the_same_bytes_each_time(study, tmp_path):
    text = write_page(study, tmp_path / "demo.html", date="2026-01-02").read_text(encoding="utf-8")
    assert text == page_text(study, "2026-01-02")
    assert "<title>A drug &lt;/title&gt;</title>" in text
    assert re.search(r'(src|href)="(?!#)', text) is None
    assert "default-src 'none'" in text
    held = json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])
    assert held["draws"]["n"] == 50
    assert held["draws"]["names"] == ["p_ill"]


def test_draws_are_carried_as_32_bit_numbers(study):
    kept = carried_draws(study.draws, ["p_ill"])
    assert np.array_equal(kept["p_ill"], study.draws["p_ill"].astype(np.float32).astype(float))


def test_what_is_no_number_is_refused_and_no_element_is_ended():
    assert "<" not in as_json({"a": "</script><!--"})
    with pytest.raises(ValueError, match="JSON"):
        as_json(float("nan"))


def test_outcomes_alone_have_no_page(tmp_path):
    from hecon.analysis.cost_effectiveness.totals import from_totals
    from hecon.results.analysis import Analysis

    alone = Analysis.of_outcomes(
        "demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a"
    )
    with pytest.raises(HeconError, match="a page holds a model"):
        write_page(alone, tmp_path / "demo.html")
