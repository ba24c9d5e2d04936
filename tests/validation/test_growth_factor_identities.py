"""Growth factors against febrile neutropenia: what follows from four published sets of totals, to the printed digit."""

import runpy
from pathlib import Path

import pytest

import hecon
from hecon import Cost, DecisionTree, Leaf, Parameter, Strategy

published = runpy.run_path(str(Path(__file__).parent / "identities" / "totals.py"))["published"]


def test_lymphoma_the_printed_sequence_is_no_frontier() -> None:
    """Lathia 2013 prints 5,796,000 and 2,611,000 per QALY: the first ratio is above the next one."""
    table = hecon.incremental(published("lymphoma_gcsf"), "payer")
    assert table.frontier == ("no prophylaxis", "pegfilgrastim")
    assert table.row("filgrastim").icer.text == "extendedly dominated"
    assert table.row("pegfilgrastim").icer.value == pytest.approx(4_488_000, rel=1e-9)  # of QALYs with four digits
    implied = (16_290 - 7_314) / ((13_947 - 7_314) / 5_796_000 + (16_290 - 13_947) / 2_611_000)
    assert implied == pytest.approx(4_396_000, rel=1e-3)  # of the printed ratios


def test_pegfilgrastim_saves_from_a_risk_of_15_percent() -> None:
    """Blood 2004;104:2212, USD of 2002: equal at a risk of 14.6% and 2,721 on either side; 428 saved at 17%."""
    c_fn = 2_721 / 0.146
    book = hecon.make_book(
        "pegfilgrastim",
        [
            Parameter(name="p_fn", value=0.17, low=0.05, high=0.4),
            Parameter(name="c_fn", value=c_fn),
            Parameter(name="c_drug", value=2_721 - 0.146 * (1 - 0.941) * c_fn),
            Parameter(name="effect_drug", value=0.941),
        ],
    )
    care = {"category": "side effects", "sector": "health care"}
    with_drug = Leaf(
        outcomes=[
            Cost("drug", "c_drug", category="product", sector="health care"),
            Cost("neutropenia", "p_fn * (1 - effect_drug) * c_fn", **care),
        ]
    )
    strategies = [
        Strategy("none", to=Leaf(outcomes=[Cost("neutropenia", "p_fn * c_fn", **care)])),
        Strategy("drug", to=with_drug),
    ]
    tree = DecisionTree("Pegfilgrastim", strategies, {"cost": "0", "effect": "0"}, "continuous")
    none, drug = hecon.run(tree, book.base()).cost("payer")[:, 0]
    assert (none, drug) == pytest.approx((3_168, 2_747), abs=0.5)
    assert none - drug == pytest.approx(428, rel=0.02)  # 421: 14.6% is rounded
    table = hecon.thresholds(tree, book, "drug", reference="none", perspective="payer", wtp=0, effect="none")
    assert table.row("p_fn").nearest == pytest.approx(0.146, abs=1e-6)


def test_breast_cancer_cost_of_a_patient_spared() -> None:
    """13,112 EUR per patient with febrile neutropenia prevented."""
    row = hecon.incremental(published("breast_gcsf"), "payer").row("cycles 1 to 6")
    assert row.icer.value == pytest.approx(13_112, abs=2)


def test_ovarian_cancer_secondary_prophylaxis_is_extendedly_dominated() -> None:
    """76,288 per admission avoided, then 47,343: the first is the dearer one."""
    table = hecon.incremental(published("ovarian_gcsf"), "payer")
    assert table.frontier == ("none", "primary")
    assert table.row("secondary").icer.text == "extendedly dominated"
    assert table.row("primary").icer.value == pytest.approx(47_343, abs=1)
