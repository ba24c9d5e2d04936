"""A case small enough to work by hand, for the tests of sensitivity analyses: a drug against nothing.

INMB at 10 per QALY = 10 x gain x share - price; base case 10 x 1 x 1 - 5 = 5.
"""

from hecon import QALY, Cost, DecisionTree, Leaf, Parameter, Strategy, make_book

FREE = {"cost": "0", "effect": "0"}
READING = {"reference": "none", "perspective": "payer", "wtp": 10.0}


def tree(cost="price", gain="gain * share", others=(), title="Demo"):
    """None and drug; `others` are further strategies (name, cost, gain)."""
    arms = [("drug", cost, gain), *others]
    leaves = [
        Strategy(name, to=Leaf(outcomes=[Cost("drug", c, category="drug", sector="health care"), QALY("gain", g)]))
        for name, c, g in arms
    ]
    return DecisionTree(title, [Strategy("none", to=Leaf()), *leaves], FREE, "continuous")


def book(**changes):
    """price 5 (4 to 8), gain 1 (0.4 to 1.2), share 1 without a range."""
    rows = {
        "price": {"value": 5.0, "low": 4.0, "high": 8.0, "unit": "USD"},
        "gain": {"value": 1.0, "low": 0.4, "high": 1.2},
        "share": {"value": 1.0},
    }
    for name, columns in changes.items():
        rows[name] = {**rows.get(name, {}), **columns}
    settings = {"currency": "USD", "price_year": "2020"}
    return make_book("demo", [Parameter(name=name, **columns) for name, columns in rows.items()], settings=settings)
