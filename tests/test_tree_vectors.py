"""Tree vectors: a screening tree, a decision inside a tree, and a tree that leads into a cohort.

Numbers are in vectors/trees.json; those of the screening tree can be done by hand.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hecon
from hecon import QALY, Branch, Chance, Cost, Count, Decision, DecisionTree, Leaf, MarkovModel, Option, Strategy

HERE = Path(__file__).parent
BOOK = hecon.read_inputs(HERE / "vectors" / "book")
WANT = json.loads((HERE / "vectors" / "trees.json").read_text())
CARE = {"category": "care", "sector": "health care"}
K = 20_000

TREATMENT = Cost("treatment", "2000", **CARE)
UNTREATED = Cost("disease", "10000", **CARE)


def tree(*strategies: Strategy) -> DecisionTree:
    return DecisionTree(
        title="Screening",
        age="0",
        discount={"cost": "0", "effect": "0"},
        discount_timing="continuous",
        let={"sens": "0.9", "spec": "0.8"},
        strategies=list(strategies),
    )


def end(diseased: bool, treated: bool, count: str = "") -> Leaf:
    """Payoffs of the four kinds of end, with a count to read its probability by."""
    qaly = {(True, True): "9", (True, False): "7", (False, True): "9.8", (False, False): "10"}[diseased, treated]
    costs = [TREATMENT] if treated else [UNTREATED] if diseased else []
    return Leaf(outcomes=[*costs, QALY("life", qaly), *([Count(count, "1")] if count else [])])


def all_same(treated: bool) -> Chance:
    return Chance(Branch("diseased", "p_disease", end(True, treated)), Branch("healthy", "C", end(False, treated)))


TESTED = Chance(
    Branch(
        "diseased",
        "p_disease",
        Chance(Branch("positive", "sens", end(True, True, "TP")), Branch("negative", "C", end(True, False, "FN"))),
    ),
    Branch(
        "healthy",
        "C",
        Chance(Branch("positive", "C", end(False, True, "FP")), Branch("negative", "spec", end(False, False, "TN"))),
    ),
)
TEST = Cost("test", "100", **CARE)


def test_screening_tree() -> None:
    want = WANT["tree screen"]
    model = tree(
        Strategy("none", "No test, no treatment", all_same(False)),
        Strategy("test", "Test and treat", TESTED, outcomes=[TEST]),
        Strategy("all", "Treat all", all_same(True)),
    )
    result = hecon.run(model, BOOK.base())
    pairs = np.stack([result.cost("payer")[:, 0], result.effect()[:, 0]], axis=1)
    keys = ("no test no treat", "test&treat+ [cost,QALY]", "treat all")
    for pair, key in zip(pairs, keys, strict=True):
        assert pair.tolist() == pytest.approx(want[key], rel=1e-12)
    paths = [float(result.effect("count", name)[1, 0]) for name in ("TP", "FN", "FP", "TN")]
    assert paths == pytest.approx(want["paths TP,FN,FP,TN"], rel=1e-12)
    positive, negative = paths[0] / (paths[0] + paths[2]), paths[3] / (paths[1] + paths[3])
    assert [positive, negative] == pytest.approx(want["PPV,NPV"], rel=1e-12)
    benefit = K * pairs[:, 1] - pairs[:, 0]
    assert benefit.tolist() == pytest.approx([want["NMB k=20000"][key] for key in ("none", "test", "all")], rel=1e-12)


def test_decisions_in_a_tree_become_strategies() -> None:
    """After the test's result one may treat or wait: four combinations, the sensible one is test and treat."""

    def told(probability: str) -> Decision:
        return Decision(
            *(
                Option(
                    label,
                    Chance(
                        Branch("diseased", probability, end(True, label == "treat")),
                        Branch("healthy", "C", end(False, label == "treat")),
                    ),
                )
                for label in ("treat", "wait")
            )
        )

    tested = Chance(Branch("positive", "p_positive", told("ppv")), Branch("negative", "C", told("1 - npv")))
    bayes = {
        "p_positive": "p_disease * sens + (1 - p_disease) * (1 - spec)",
        "ppv": "p_disease * sens / p_positive",
        "npv": "(1 - p_disease) * spec / (1 - p_positive)",
    }
    result = hecon.run(tree(Strategy("test", "Test", tested, let=bayes, outcomes=[TEST])), BOOK.base())
    pairs = {
        tuple(name.removeprefix("test: ").split(", ")): (cost, effect)
        for name, cost, effect in zip(result.strategies, result.cost("payer")[:, 0], result.effect()[:, 0], strict=True)
    }
    assert pairs["treat", "wait"] == pytest.approx((740, 9.844), rel=1e-12)
    assert pairs["treat", "treat"] == pytest.approx((2100, 9.72), rel=1e-12)  # treating all, after a useless test
    assert pairs["wait", "wait"] == pytest.approx((1100, 9.7), rel=1e-12)
    assert len(pairs) == 4
    best = max(pairs, key=lambda choice: K * pairs[choice][1] - pairs[choice][0])
    assert best == ("treat", "wait")


def test_treatment_threshold() -> None:
    want = WANT["tree decision node"]
    model = tree(Strategy("none", "Do not treat", all_same(False)), Strategy("all", "Treat", all_same(True)))

    def gain(prevalence: float) -> float:
        result = hecon.run(model, BOOK.fix(p_disease=prevalence))
        benefit = K * result.effect()[:, 0] - result.cost("payer")[:, 0]
        return float(benefit[1] - benefit[0])

    assert gain(1.0) == pytest.approx(want["NMB diff treat-none, diseased (k=20000)"], rel=1e-12)
    assert gain(0.0) == pytest.approx(want["NMB diff treat-none, healthy"], rel=1e-12)
    threshold = want["treatment threshold probability p*=6000/(6000+48000)"]
    assert gain(threshold) == pytest.approx(0, abs=1e-6)


def cohort(within_cycle: str = "half-cycle") -> MarkovModel:
    return MarkovModel(
        states=("H", "S", "D"),
        cycle="1 year",
        horizon="3 years",
        within_cycle=within_cycle,
        events="end",
        transitions={"H -> S": "0.2", "H -> D": "0.1", "S -> D": "0.25"},
        outcomes=[Cost("care", {"H": "100", "S": "1000"}, per="year", **CARE)],
    )


def into_cohort(structure: MarkovModel, lasts: str = "0", rate: str = "0") -> Any:
    """Positives enter healthy, negatives enter sick; `alone_H` and `alone_S` enter one state only."""
    to_h, to_s = Leaf(structure, "H"), Leaf(structure, "S")
    screened = Chance(
        Branch("diseased", "p_disease", Chance(Branch("TP", "0.9", to_h), Branch("FN", "C", to_s))),
        Branch("healthy", "C", Chance(Branch("FP", "0.2", to_h), Branch("TN", "C", to_s))),
    )
    model = DecisionTree(
        title="Tree into a cohort",
        age="0",
        discount={"cost": rate, "effect": rate},
        discount_timing="continuous",
        strategies=[
            Strategy("mixed", "Mixed", screened, lasts=lasts),
            Strategy("alone_h", "All healthy", Leaf(structure, "H"), lasts=lasts),
            Strategy("alone_s", "All sick", Leaf(structure, "S"), lasts=lasts),
        ],
    )
    return hecon.run(model, BOOK.base(), keep=("totals", "trace"))


def test_a_tree_into_a_cohort() -> None:
    _, occupancy = into_cohort(cohort()).kept["trace"]["mixed"]
    found = np.stack([np.squeeze(occupancy[state]) for state in ("H", "S", "D")], axis=1)
    want = np.array(WANT["hybrid"]["trace t=0..3"])
    assert found == pytest.approx(want, rel=1e-12, abs=1e-15)
    assert found[0] == pytest.approx(np.array(WANT["hybrid"]["start"]), rel=1e-12)


@pytest.mark.parametrize("method", ["start", "end", "half-cycle", "simpson"])
def test_a_mixed_start_is_the_sum_of_its_parts(method: str) -> None:
    result = into_cohort(cohort(method), rate="0.03")
    for values in (result.cost("payer"), result.effect("ly")):
        assert values[0] == pytest.approx(0.27 * values[1] + 0.73 * values[2], rel=1e-12)


def test_a_trees_length_moves_the_clock() -> None:
    """Half a year in the tree discounts all that follows by half a year, and nothing else."""
    now, later = into_cohort(cohort(), rate="0.03"), into_cohort(cohort(), lasts="0.5", rate="0.03")
    assert later.cost("payer") == pytest.approx(now.cost("payer") * 1.03**-0.5, rel=1e-12)
    assert later.effect("ly_undiscounted") == pytest.approx(now.effect("ly_undiscounted"), rel=1e-12)
