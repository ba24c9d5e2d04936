"""Surgery, ablation and stereotactic radiotherapy: frontiers and ratios that follow from published totals."""

import runpy
from pathlib import Path

import pytest

import hecon

published = runpy.run_path(str(Path(__file__).parent / "identities" / "totals.py"))["published"]


def test_liver_surgery_two_of_four_are_on_the_frontier() -> None:
    """McKay: symptom control, then resection at 9,599 CAD per QALY. What was printed, 8,027, is an average ratio."""
    outcomes = published("liver_surgery")
    table = hecon.incremental(outcomes, "payer")
    assert table.frontier == ("symptom control", "resection")
    assert {table.row(name).icer.text for name in ("chemotherapy", "radiofrequency")} == {"extendedly dominated"}
    assert table.row("resection").icer.value == pytest.approx(9_599, rel=1e-3)
    average = outcomes.cost("payer")[3, 0] / outcomes.effect()[3, 0]
    assert average == pytest.approx(8_017, abs=1)
    assert average == pytest.approx(8_027, rel=0.002)


def test_liver_ablation_by_microwave_dominates() -> None:
    """Froelich 2021: cheaper and better than both; treatment is the acute cost and days at 2,424 USD, exact."""
    table = hecon.incremental(published("liver_ablation"), "payer")
    assert table.frontier == ("microwave",)
    assert {table.row(name).icer.text for name in ("radiofrequency", "surgery")} == {"dominated"}
    assert (2_421 + 7 * 2_424, 1_493 + 4 * 2_424) == (19_389, 11_189)


def test_stereotactic_radiotherapy_of_oligometastases() -> None:
    """SABR-COMET in Canada: 45,726 CAD per QALY printed, 45,818 from the rounded differences."""
    value = hecon.incremental(published("oligometastases"), "payer").row("stereotactic").icer.value
    assert value == pytest.approx(45_818, abs=1)
    assert value == pytest.approx(45_726, rel=0.0021)
