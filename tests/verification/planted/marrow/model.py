"""A made-up tumour of the marrow: two lines of drugs, each with curves of its own. Partitioned survival, monthly cycles."""

from hecon import QALY, Cost, PartitionedSurvival, Strategy, Utility

HEALTH = "health care"
SHARED = [
    Cost("drug", {"pre": "c_drug_arm * on_drug"}, per="year", category="product", sector=HEALTH),
    Cost("giving", {"pre": "12 * n_given_arm * c_given * on_drug"}, per="year", category="delivery", sector=HEALTH),
    Cost("clinic", {"pre": "12 * n_clinic * c_clinic", "post": "12 * n_clinic_post * c_clinic"}, per="year", category="follow-up",
         sector=HEALTH),
    Cost("care_post", {"post": "c_care_post"}, per="year", category="disease care", sector=HEALTH),
    Cost("next_line", "p_next * c_next", on="pre -> *", category="subsequent treatment", of="chemotherapy", sector=HEALTH),
    Cost("dying", "c_dying", on="* -> dead", category="end of life", sector=HEALTH),
    Cost("work", {"pre": "p_off_pre * wage_month * 12", "post": "p_off_post * wage_month * 12"}, per="year",
         category="lost work, illness", sector="productivity"),
    Utility({"pre": "u_pre", "post": "u_post"}),
]  # fmt: skip


def harm(arm: str, of: str) -> list[Cost | QALY]:
    """Infections of an arm: their care and the QALYs they take."""
    return [
        Cost(f"infection_{arm}", f"p_infection_{arm} * c_infection", category="side effects", of=of, sector=HEALTH),
        QALY(
            f"infection_{arm}",
            f"-p_infection_{arm} * du_infection * days_infection / 365",
            category="side effects",
            of=of,
        ),
    ]


MODEL = PartitionedSurvival(
    title="A made-up tumour of the marrow: old or new drug",
    states=("pre", "post", "dead"),
    curves={"pre": "pfs", "post": "os"},
    crossing="cap",
    cycle="1 month",
    horizon="30 years",
    within_cycle="half-cycle",
    events="mid",
    age="age_start",
    discount={"cost": "dr_cost", "effect": "dr_effect"},
    discount_timing="continuous",
    let={
        "r_back": "mortality_rate(life_table, age, p_female, age_start)",
        "os": "hazard_floor(-log(os_arm), r_back)",
        "on_drug": "1 if cycle < months_most else 0",
    },
    outcomes=SHARED,
    strategies=[
        Strategy(
            "old",
            "Old drug",
            let={
                "os_arm": "exp(-(t / scale_os_old) ** shape_os_old)",
                "pfs": "exp(-(t / scale_pfs_old) ** shape_pfs_old)",
                "c_drug_arm": "c_old",
                "n_given_arm": "n_given_old",
            },
            outcomes=harm("old", "chemotherapy"),
        ),
        Strategy(
            "new",
            "New drug",
            let={
                "os_arm": "exp(-(t / scale_os_new) ** shape_os_new)",
                "pfs": "exp(-(t / scale_pfs_new) ** shape_pfs_new)",
                "c_drug_arm": "12 * ceil(mg_new * kg / mg_vial) * price_vial * n_given_new * (1 - rebate_new)",
                "n_given_arm": "n_given_new",
            },
            outcomes=[
                Cost("gene_test", "c_gene_test / p_found", category="delivery", sector=HEALTH),
                *harm("new", "product"),
            ],
        ),
    ],
)
