"""Sumatriptan or caffeine and ergotamine for a migraine attack (Evans 1997; Briggs 2006, box 2.3): a tree of one day.

The ends of both strategies bear the same names, so their probabilities (counts) and QALYs stand side by side.
"""

from hecon import QALY, Branch, Chance, Cost, Count, DecisionTree, Leaf, Strategy


def _end(name: str, utility: str) -> Leaf:
    return Leaf(outcomes=[QALY(name, f"{utility} / 365.25"), Count(name, "1")])


def _attack() -> Chance:
    dose = Cost("second_dose", "c_dose", category="drugs", sector="health care")
    visit = Cost("emergency_visit", "c_ed", category="hospital", sector="health care")
    admission = Cost("admission", "c_admission", category="hospital", sector="health care")
    return Chance(
        Branch(
            "relief",
            "p_relief",
            Chance(
                Branch("no recurrence", "p_no_recurrence", _end("relief", "u_relief")),
                Branch("recurrence, second dose", "C", _end("recurrence", "u_recurrence"), outcomes=[dose]),
            ),
        ),
        Branch(
            "no relief",
            "C",
            Chance(
                Branch("endures the attack", "C", _end("endures", "u_endures")),
                Branch(
                    "emergency department",
                    "p_ed",
                    Chance(
                        Branch("relief there", "C", _end("emergency", "u_ed")),
                        Branch("admitted", "p_admitted", _end("admitted", "u_endures"), outcomes=[admission]),
                    ),
                    outcomes=[visit],
                ),
            ),
        ),
    )


def _strategy(name: str, label: str) -> Strategy:
    return Strategy(
        name,
        label,
        _attack(),
        let={
            "c_dose": f"c_{name}",
            "p_relief": f"p_relief_{name}",
            "p_no_recurrence": f"p_no_recurrence_{name}",
        },
        outcomes=[Cost("first_dose", "c_dose", category="drugs", sector="health care")],
    )


MODEL = DecisionTree(
    title="Sumatriptan for migraine",
    age="0",
    discount={"cost": "0", "effect": "0"},
    discount_timing="continuous",
    strategies=[
        _strategy("caffeine", "Caffeine and ergotamine"),
        _strategy("sumatriptan", "Sumatriptan"),
    ],
)
