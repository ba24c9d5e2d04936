"""Mobilisation and transplantation: ratios that follow from published totals, and what the totals imply."""

import runpy
from math import log
from pathlib import Path

import pytest

import hecon
from hecon import PartitionedSurvival, Strategy

published = runpy.run_path(str(Path(__file__).parent / "identities" / "totals.py"))["published"]


def ratio(study: str, strategy: str) -> float:
    value = hecon.incremental(published(study), "payer").row(strategy).icer.value
    assert value is not None
    return value


def test_a_failure_of_mobilisation_avoided() -> None:
    """Plerixafor or low-dose cyclophosphamide: failures 0 and 8.1%, 28,980 and 19,626.50 USD (medians)."""
    assert ratio("mobilisation", "plerixafor") == pytest.approx(115_475, abs=0.5)


def test_autologous_transplantation_in_myeloma() -> None:
    """Corso 2013 prints 45,460 EUR per QALY; medians of 3.2 and 5.4 years imply a utility of 0.55 for the years gained."""
    assert ratio("myeloma_autologous", "autologous transplantation") == pytest.approx(45_460, rel=0.002)
    gained = (5.4 - 3.2) / log(2)
    assert gained == pytest.approx(3.17, abs=0.005)
    assert 1.73 / gained == pytest.approx(0.55, abs=0.005)


def test_haploidentical_marrow_or_cord_blood() -> None:
    """BMT CTN 1101: 188,814 USD per QALY."""
    assert ratio("haploidentical", "haploidentical marrow") == pytest.approx(188_814, abs=1)


def test_survival_alone_does_not_give_the_qalys_of_haploidentical_marrow() -> None:
    """Weibull curves through 2 years (0.57 and 0.46, recalled) and 5 years (0.42 and 0.36): 0.58 life-years in 20 years at 3%.

    0.63 QALYs need a better utility after haploidentical marrow, or another tail.
    """
    model = PartitionedSurvival(
        states=("alive", "dead"), curves={"alive": "exp(-(rate * t) ** shape)"}, crossing="error", cycle="1 month",
        horizon="20 years", within_cycle="half-cycle", events="mid", let={"rate": "1", "shape": "1"}, title="Survival",
        discount={"cost": "0.03", "effect": "0.03"}, discount_timing="continuous",
        strategies=[
            Strategy(name, let={"shape": f"log(log({s_5}) / log({s_2})) / log(5 / 2)", "rate": f"(-log({s_5})) ** (1 / shape) / 5"})
            for name, s_2, s_5 in (("cord", 0.46, 0.36), ("haploidentical", 0.57, 0.42))
        ],
    )  # fmt: skip
    cord, haploidentical = hecon.run(model, hecon.make_book("survival", []).base()).effect("ly")[:, 0]
    assert (cord, haploidentical) == pytest.approx((5.04, 5.62), abs=0.02)
    assert haploidentical - cord < 0.63


def test_ruxolitinib_in_chronic_graft_versus_host_disease() -> None:
    """REACH3 in Singapore prints 677 SGD per QALY; utilities of 0.711 and 0.691 per life-year."""
    assert ratio("chronic_gvhd", "ruxolitinib") == pytest.approx(677, rel=0.002)
    assert [round(qaly / years, 3) for qaly, years in ((7.31, 10.28), (6.51, 9.42))] == [0.711, 0.691]
