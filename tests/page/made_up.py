"""A made-up result as the page hands it to its figures: three strategies, 10,000 draws, numbers that can be checked in numpy."""

import numpy as np

N = 10_000
STRATEGIES = [
    {"name": "usual", "label": "Salvage chemotherapy and transplantation"},
    {"name": "drug", "label": "Blinatumomab"},
    {"name": "cell", "label": "CAR-T, as intended at leukapheresis"},
]
STATES = ["event_free", "relapsed", "dead"]


def made_up(seed=1, threshold=50_000.0):
    """The result; other seeds give other draws of the same shape."""
    rng = np.random.default_rng(seed)
    cost = np.array([150_000.0, 240_000.0, 430_000.0])[:, None] + rng.normal(size=(3, N)) * [[9e3], [2e4], [4e4]]
    effect = np.array([4.0, 5.5, 9.0])[:, None] + rng.normal(size=(3, N)) * [[0.4], [0.6], [1.5]]
    years = np.arange(1, 41)
    ledger = np.where(years == 1, 300_000.0, -9_000.0)
    so_far, net = np.cumsum(ledger), np.cumsum(0.15 * threshold - ledger)
    after = [int(y) for y in years if (so_far[y - 1 :] <= 0).all()]
    worth = [int(y) for y in years if (net[y - 1 :] >= 0).all()]
    wtp = np.arange(201) * threshold / 80
    return {
        "strategies": STRATEGIES, "reference": 0, "currency": "EUR", "price_year": 2023, "threshold": threshold,
        "perspective": "societal", "stale": False,
        "base": {"cost": [150_000.0, 240_000.0, 430_000.0], "effect": [4.0, 5.5, 9.0], "ly": [5.0, 7.0, 11.0]},
        "psa": {"n": N, "cost": cost.ravel().tolist(), "effect": effect.ravel().tolist()},
        "wtp": wtp.tolist(),
        "causes": [
            {"category": "follow-up", "kind": "cost", "values": [10_000.0, 12_000.0, 25_000.0]},
            {"category": "lost work, illness", "kind": "cost", "values": [60_000.0, 55_000.0, 30_000.0]},
            {"category": "product", "kind": "cost", "values": [20_000.0, 90_000.0, 320_000.0]},
            {"category": "side effects", "kind": "cost", "values": [30_000.0, 43_000.0, 25_000.0]},
            {"category": "delivery", "kind": "cost", "values": [30_000.0, 40_000.0, 30_000.0]},
            {"category": "product", "kind": "qaly", "values": [4.0, 5.5, 9.0]},
        ],
        "tornado": [
            {"name": "price", "label": "Price of the product, before any rebate that the agreement gives", "low": 240_000.0,
             "high": 400_000.0, "nmb_low": 50_000.0, "nmb_high": -110_000.0},
            {"name": "p_cure", "label": "Probability of being cured", "low": 0.31, "high": 0.52, "nmb_low": -60_000.0, "nmb_high": 20_000.0},
            {"name": "dr", "label": "Discount rate of effects", "low": 0.0, "high": 0.05, "nmb_low": 40_000.0, "nmb_high": -70_000.0},
        ],
        "trace": [
            {"strategy": name, "block": "cohort", "label": "cohort", "per_year": 12, "states": STATES,
             "occupancy": [list(np.exp(-rate * np.arange(481) / 12)), list(np.exp(-0.05 * np.arange(481) / 12) - np.exp(-rate * np.arange(481) / 12)),
                           list(1 - np.exp(-0.05 * np.arange(481) / 12))]}
            for name, rate in (("usual", 0.4), ("drug", 0.25), ("cell", 0.1))
        ],
        "over_time": {
            "years": years.tolist(), "cost": ledger.tolist(), "cumulative_cost": so_far.tolist(), "cumulative_nmb": net.tolist(),
            "pays_back": after[0] if after else None, "worth_from": worth[0] if worth else None,
            "text": "Within the horizon the extra cost of cell is saved by year 35.", "withheld": False,
        },
        "budget": {
            "groups": ["product", "side effects", "subsequent treatment"], "money": "EUR 2023", "ceiling": 12e6,
            "net": [[4e6, 8e6, 12e6, 14e6, 15e6], [1e6, 1e6, 2e6, 2e6, 2e6], [-1e6, -2e6, -3e6, -4e6, -4e6]],
        },
        "cash": {
            "agreement": "instalments", "label": "payment in five instalments while in remission", "by": "year", "money": "EUR 2023",
            "rows": [{"period": k + 1, "payer": -100_000.0 + 9_000 * k, "manufacturer": 100_000.0 - 9_000 * k, "owed": 310_000.0 - 70_000 * k}
                     for k in range(5)],
        },
    }  # fmt: skip
