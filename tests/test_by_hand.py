"""A book made in Python: what is given is checked as a file is, and what is printed is short enough to read."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import hecon
from hecon import Cost, DecisionTree, InputError, Leaf, ModelError, Parameter, Strategy
from hecon.inputs.parameter import Table

AGES, QX = [40, 41], [0.01, 0.02]
WATCH = Strategy("watch", to=Leaf(outcomes=[Cost("visit", "c_visit", category="follow-up", sector="health care")]))
TREE = DecisionTree("Demo", [WATCH], {"cost": "0", "effect": "0"}, "continuous")
BOOK = hecon.make_book("demo", [Parameter(name="c_visit", value=50.0, distribution="gamma", par1=25, par2=2)])


@pytest.mark.parametrize(
    "table",
    [
        Table("life", "age", np.array([40.0, 41.0]), {"qx": np.array(QX)}),
        {"age": AGES, "qx": QX},
        {"age": np.array(AGES), "qx": tuple(QX)},
        pd.DataFrame({"age": AGES, "qx": QX}),
    ],
)
def test_a_table_is_written_in_four_ways(table: Any) -> None:
    book = hecon.make_book("demo", [], tables={"life": table})
    found = book.tables["life"]
    assert (found.index_name, found.index.tolist(), found.columns["qx"].tolist()) == ("age", [40.0, 41.0], QX)
    assert book.fingerprint() == hecon.make_book("demo", [], tables={"life": {"age": AGES, "qx": QX}}).fingerprint()


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"age": [41, 40], "qx": QX}, "table life: age must increase from row to row"),
        ({"age": AGES, "qx": ["a", "b"]}, "table life: holds something else than numbers"),
        ({"age": AGES, "qx": [0.1, np.nan]}, "table life: holds something else than numbers"),
        ({"age": AGES, "qx": [0.1]}, "its columns must have equally many rows"),
        ({"age": AGES}, "needs an index and at least one column besides"),
        ([0.1, 0.2], "write columns by name"),
    ],
)
def test_what_is_no_table_is_refused(table: Any, told: str) -> None:
    with pytest.raises(InputError) as found:
        hecon.make_book("demo", [], tables={"life": table})
    assert told in str(found.value)


def test_parameters_given_twice_or_as_something_else_are_refused() -> None:
    twice = [Parameter(name="p", value=0.1), Parameter(name="p", value=0.2)]
    with pytest.raises(InputError, match=r"p: is given twice, as 0\.1 and as 0\.2"):
        hecon.make_book("demo", twice)
    with pytest.raises(InputError, match="p: value is not a number"):
        hecon.make_book("demo", [Parameter(name="p", value="0.1")])
    with pytest.raises(InputError, match="write a list of Parameter"):
        hecon.make_book("demo", [{"name": "p", "value": 0.1}])


def test_settings_may_be_numbers_and_lists() -> None:
    book = hecon.make_book(
        "demo", [Parameter(name="fee", value=1.0)], settings={"threshold": 20_000, "price_parameters": ["fee"]}
    )
    assert book.settings == {"threshold": "20000", "price_parameters": "fee"}


def test_a_model_runs_over_draws_and_says_so() -> None:
    with pytest.raises(ModelError, match=r"give book\.base\(\) for the base case"):
        hecon.run(TREE, BOOK)
    with pytest.raises(ModelError, match="got a dict"):
        hecon.run(TREE, {"c_visit": 50.0})
    with pytest.raises(InputError, match="whole numbers; got 10"):
        BOOK.sample(10.5)


def test_what_is_printed_is_short() -> None:
    draws = BOOK.sample(3, seed=1)
    result = hecon.run(TREE, draws)
    assert repr(BOOK) == "<Book demo: 1 parameters, 0 tables, 0 scenarios>"
    assert repr(draws) == "<Draws of demo: 3 (independent, seed 1), 1 parameters vary>"
    assert repr(result) == "<Outcomes of shape (strategy, item, draw) (1, 1, 3): watch>"
    mean = float(np.mean(draws["c_visit"]))
    row = str(result).splitlines()[1].split()
    assert (row[:2], row[-1]) == (["cost", "visit"], f"{mean:,.0f}")
