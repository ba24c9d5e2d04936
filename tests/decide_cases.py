"""Random cases for the comparison of Decide with Python: numbers to print, totals, whole outcomes with their ledger."""

import math
from pathlib import Path

import numpy as np

import hecon.page
from hecon.analysis.cost_effectiveness.totals import from_totals
from hecon.evaluate.keep.amounts import Amounts
from hecon.outcomes import Item, Outcomes
from hecon.perspectives import perspectives_of

NAMES = ("care", "drug", "cells", "watch", "surgery", "scan")
LABELS = tuple(f"The {name}" for name in NAMES)


def decide_scripts() -> str:
    """The scripts of Decide, in the order in which a page loads them."""
    found = sorted((Path(hecon.page.__file__).parent / "javascript").glob("decide*.js"))
    return "\n".join(one.read_text(encoding="utf-8") for one in found)


def flat(array: object) -> list[float]:
    """An array as Decide takes it."""
    return [float(x) for x in np.asarray(array, dtype=float).ravel()]


def named(outcomes: Outcomes) -> list[dict[str, str]]:
    """The strategies as the page's data has them."""
    return [{"name": name, "label": label} for name, label in zip(outcomes.strategies, outcomes.labels, strict=True)]


def numbers() -> list[float]:
    """Numbers of every size, ties of rounding, whole ones, neighbours of powers of ten, both signs."""
    rng = np.random.default_rng(5)
    found = [0.0, -0.0, 9.95, 1e-6, 5e-7, 0.0095, 99.5, 100.0, 1e21, 1.5e22, 123456789012345678.0, 0.995, 0.005]
    found += (10.0 ** rng.uniform(-8, 9, 1500)).tolist()
    found += (rng.integers(-4000, 4000, 400) / 8).tolist() + (rng.integers(-999, 999, 300) / 2**14).tolist()
    found += rng.integers(-2000, 2000, 100).astype(float).tolist()
    found += [one + step for one in (1.0, 3.0, 9.0) for step in (5e-10, -5e-10, 2e-9, -2e-9, 1e-11)]
    for power in range(-8, 9):
        edge = 10.0**power
        near = [edge, edge / 1.005, 0.9995 * edge, 0.995 * edge, 0.95 * edge, 0.9949999 * edge, 999999.5 * edge]
        found += [one for x in near for one in (x, math.nextafter(x, 0), math.nextafter(x, 1e300))]
    return found + [-x for x in found]


def table_cases() -> list[tuple[Outcomes, float, int]]:
    """Outcomes, a threshold and the reference's place: ties, dominance, equal effects, negative costs, no increments."""
    rng = np.random.default_rng(7)
    found = []
    for k in range(300):
        strategies, n = int(rng.integers(2, 7)), int(rng.choice([1, 1, 2, 7, 8, 9, 150]))
        cost, gain = rng.normal(2000, 3000, (strategies, n)), rng.normal(2, 1, (strategies, n))
        if k % 3 == 1:  # few values, so that many are equal
            cost, gain = np.round(cost, -3), np.round(gain)
        if k % 3 == 2:  # along a curve of falling returns, so that many are on the frontier
            gain = np.sort(np.abs(gain), axis=0)
            cost = 1000 * gain ** rng.choice([0.5, 1.0, 2.0]) + rng.choice([0.0, 50.0]) * cost / 3000
        if k % 10 == 0:
            cost[1], gain[1] = cost[0] + rng.choice([0.0, 1e-10]), gain[0]
        if k % 17 == 0:
            gain *= 1e-5
        wtp = float(rng.choice([0.0, 1000.0, 12345.678, 50_000.0]))
        outcomes = from_totals(NAMES[:strategies], cost, gain)
        found.append((relabelled(outcomes), wtp, int(rng.integers(strategies))))
    return found


def relabelled(outcomes: Outcomes) -> Outcomes:
    """With labels that differ from the names, a currency and a price year."""
    many = len(outcomes.strategies)
    return Outcomes(
        outcomes.values, outcomes.strategies, outcomes.items, LABELS[:many], currency="EUR", price_year="2024",
        perspectives=outcomes.perspectives, kept=outcomes.kept,
    )  # fmt: skip


POOL = (
    Item("vector", "cost", "product", "health care", "payer"), Item("ward", "cost", "delivery", "health care"),
    Item("lump", "cost", "not separable", "health care"), Item("fever", "cost", "side effects", "health care", of="product"),
    Item("visits", "cost", "follow-up", "out-of-pocket"), Item("odd", "cost", "", "other"),
    Item("ill_human_capital", "cost", "lost work, illness", "productivity: human capital"),
    Item("ill_friction", "cost", "lost work, illness", "productivity: friction"),
    Item("ill", "cost", "lost work, illness", "productivity: illness"),
    Item("dead_human_capital", "cost", "lost work, death", "productivity: human capital"),
    Item("dead_upper", "cost", "lost work, death", "productivity: friction upper bound"),
    Item("dead_lower", "cost", "lost work, death", "productivity: friction lower bound"),
    Item("carers", "cost", "lost work of carers", "productivity"),
    Item("consumed", "cost", "consumption of survivors", "consumption"), Item("life", "qaly"), Item("harm", "qaly", "side effects"),
    Item("years", "ly"), Item("parents", "carer_qaly"),
)  # fmt: skip


def item_cases() -> list[Outcomes]:
    """Outcomes of many items with a ledger by year that adds up to them."""
    rng = np.random.default_rng(11)
    found = []
    for k in range(60):
        kept = [item for item in POOL if item.name in ("life", "years", "parents") or rng.random() < 0.7]
        strategies, years, n = int(rng.integers(2, 4)), int(rng.integers(1, 9)), 1 if k % 3 else 12
        paid = np.round(rng.normal(20, 90, (strategies, len(kept), years, n)), int(rng.integers(0, 4)))
        if k % 4 == 0:
            paid[1] = paid[0]
        if k % 5 == 0:
            paid[:, :, 1:] *= -0.3
        if k % 6 == 0 and years > 2:  # what cancels but for rounding
            paid[:] = 0.0
            paid[1, :, :3] = np.array([0.1, 0.2, -0.3])[:, None]
        places = tuple((name, "") for name in NAMES[:strategies])
        later = paid * (0.97 if k % 2 else 1.0) ** np.arange(years)[:, None]
        ledger = Amounts(paid, later, places, tuple(kept), "year", 1, until=float(years) if k % 2 else None)
        methods = [item.method for item in kept if item.method in ("illness", "friction", "human capital")]
        perspectives = perspectives_of([item.sector for item in kept], methods[0] if methods and k % 3 else "")
        found.append(
            Outcomes(
                later.sum(axis=2), NAMES[:strategies], tuple(kept), LABELS[:strategies], currency="EUR", price_year="2024",
                perspectives=perspectives, kept={"ledger": ledger},
            )
        )  # fmt: skip
    return found
