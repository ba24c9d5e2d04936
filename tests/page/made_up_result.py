"""A made-up result as the page hands it to its figures: three strategies, 10,000 draws, numbers that can be checked in numpy."""

import numpy as np

N = 10_000
STRATEGIES = [
    {"name": "usual", "label": "Salvage chemotherapy and transplantation"},
    {"name": "drug", "label": "Blinatumomab"},
    {"name": "cell", "label": "CAR-T, as intended at leukapheresis"},
]
STATES = ["event_free", "relapsed", "dead"]
CAUSES = {  # cost of each strategy
    "follow-up": [10_000.0, 12_000.0, 25_000.0],
    "lost work, illness": [60_000.0, 55_000.0, 30_000.0],
    "product": [20_000.0, 90_000.0, 320_000.0],
    "side effects": [30_000.0, 43_000.0, 25_000.0],
    "delivery": [30_000.0, 40_000.0, 30_000.0],
}
SWINGS = (
    (
        "price",
        "Price of the product, before any rebate that the agreement gives",
        240_000.0,
        400_000.0,
        50_000.0,
        -110_000.0,
    ),
    ("p_cure", "Probability of being cured", 0.31, 0.52, -60_000.0, 20_000.0),
    ("dr", "Discount rate of effects", 0.0, 0.05, 40_000.0, -70_000.0),
)


def made_up(n=N, seed=1, threshold=50_000.0):
    """The result with `n` draws; other seeds give other draws of the same shape."""
    rng = np.random.default_rng(seed)
    cost, effect = [150_000.0, 240_000.0, 430_000.0], [4.0, 5.5, 9.0]
    costs = np.array(cost)[:, None] + rng.normal(size=(3, n)) * [[9e3], [2e4], [4e4]]
    effects = np.array(effect)[:, None] + rng.normal(size=(3, n)) * [[0.4], [0.6], [1.5]]
    causes = [{"category": category, "kind": "cost", "values": values} for category, values in CAUSES.items()]
    return {
        "strategies": STRATEGIES, "reference": 0, "currency": "EUR", "price_year": 2023, "threshold": threshold,
        "perspective": "societal", "stale": False, "wtp": (np.arange(201) * threshold / 80).tolist(),
        "base": {"cost": cost, "effect": effect, "ly": [5.0, 7.0, 11.0]},
        "psa": {"n": n, "cost": costs.ravel().tolist(), "effect": effects.ravel().tolist()},
        "causes": [*causes, {"category": "product", "kind": "qaly", "values": effect}],
        "tornado": [dict(zip(("name", "label", "low", "high", "nmb_low", "nmb_high"), row, strict=True)) for row in SWINGS],
        "trace": [_trace("usual", 0.4), _trace("drug", 0.25), _trace("cell", 0.1)],
        "over_time": _over_time(threshold),
        "budget": {
            "groups": ["product", "side effects", "subsequent treatment"], "money": "EUR 2023", "ceiling": 12e6,
            "net": [[4e6, 8e6, 12e6, 14e6, 15e6], [1e6, 1e6, 2e6, 2e6, 2e6], [-1e6, -2e6, -3e6, -4e6, -4e6]],
        },
        "cash": {
            "agreement": "instalments", "label": "payment in five instalments while in remission", "money": "EUR 2023",
            "rows": [
                {"period": k + 1, "payer": 9e3 * k - 1e5, "manufacturer": 1e5 - 9e3 * k, "owed": 3.1e5 - 7e4 * k}
                for k in range(5)
            ],
        },
    }  # fmt: skip


def _trace(strategy, rate):
    """40 years by the month: event-free at exp(-rate t), alive at exp(-0.05 t)."""
    t = np.arange(481) / 12
    free, alive = np.exp(-rate * t), np.exp(-0.05 * t)
    shares = [free.tolist(), (alive - free).tolist(), (1 - alive).tolist()]
    return {"strategy": strategy, "block": "cohort", "label": "", "per_year": 12, "states": STATES, "occupancy": shares}


def _over_time(threshold):
    """300,000 more in year 1, 9,000 less in each year after; 0.15 QALYs gained in each."""
    years = np.arange(1, 41)
    cost = np.where(years == 1, 300_000.0, -9_000.0)
    so_far, net = np.cumsum(cost), np.cumsum(0.15 * threshold - cost)
    return {
        "years": years.tolist(), "cost": cost.tolist(), "cumulative_cost": so_far.tolist(), "cumulative_nmb": net.tolist(),
        "pays_back": int(years[so_far <= 0][0]), "worth_from": int(years[net >= 0][0]), "withheld": False,
        "text": "Within the horizon the extra cost of cell is saved by year 35.",
    }  # fmt: skip
