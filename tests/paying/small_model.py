"""A small decision for the tests of paying: an infusion after a wait that differs by draw, three states, monthly."""

from typing import Any

from hecon import Branch, Chance, Cost, DecisionTree, Leaf, MarkovModel, Parameter, Strategy, Utility, make_book

CARE = "health care"


def small(wait: str = "d_wait", cycle: str = "1 month", horizon: str = "10 years") -> DecisionTree:
    """Usual care, or an infusion for those whose product is made."""
    long_term = MarkovModel(
        states=("free", "relapsed", "dead"),
        cycle=cycle,
        horizon=horizon,
        within_cycle="half-cycle",
        events="mid",
        transitions={"free -> relapsed": "p_relapse", "free -> dead": "p_die", "relapsed -> dead": "p_die_relapsed"},
        outcomes=[
            Utility({"free": "u_free", "relapsed": "u_relapsed"}),
            Cost("care", {"relapsed": "c_care"}, "disease care", CARE, per="year"),
        ],
    )
    usual = Leaf(to=long_term, start="free", let={"p_relapse": "p_relapse_usual"})
    infused = Leaf(
        to=long_term,
        start="free",
        let={"p_relapse": "p_relapse_cell"},
        outcomes=[Cost("acquisition", "price * (1 - rebate)", "product", CARE)],
    )
    return DecisionTree(
        "An infusion",
        [
            Strategy("usual", "Usual care", usual),
            Strategy(
                "cell",
                "Cell therapy",
                Chance(Branch("infused", "p_made", infused), Branch("not made", "C", usual)),
                lasts=wait,
            ),
        ],
        {"cost": "0.03", "effect": "0.03"},
        "continuous",
    )


def small_book(**settings: Any) -> Any:
    """Its inputs; nothing in them is of any disease."""
    beta = {"distribution": "beta", "provenance": "assumption"}
    given = [
        Parameter(name="price", value=300_000.0, unit="EUR 2023", provenance="assumption"),
        Parameter(name="rebate", value=0.0, unit="share", provenance="assumption"),
        Parameter(
            name="d_wait",
            value=0.11,
            distribution="uniform",
            par1=0.05,
            par2=0.17,
            unit="years",
            provenance="assumption",
        ),
        Parameter(name="p_made", value=0.9, par1=90, par2=10, unit="probability", **beta),
        Parameter(name="p_relapse_usual", value=0.08, par1=8, par2=92, unit="probability per month", **beta),
        Parameter(name="p_relapse_cell", value=0.03, par1=3, par2=97, unit="probability per month", **beta),
        Parameter(name="p_die", value=0.01, par1=1, par2=99, unit="probability per month", **beta),
        Parameter(name="p_die_relapsed", value=0.05, par1=5, par2=95, unit="probability per month", **beta),
        Parameter(name="u_free", value=0.8, unit="utility", provenance="assumption"),
        Parameter(name="u_relapsed", value=0.5, unit="utility", provenance="assumption"),
        Parameter(name="c_care", value=12_000.0, unit="EUR 2023 per year", provenance="assumption"),
    ]
    base = {
        "perspective": "payer", "threshold": 50_000, "draws": 200, "seed": 1, "currency": "EUR", "price_year": 2023,
        "reference": "usual", "price_parameters": "price", "product_price": "price",
    }  # fmt: skip
    return make_book("small", given, settings={**base, **settings})
