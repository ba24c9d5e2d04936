"""Random models equal plain loops to 1e-9: every item, every draw, totals by category, and the ledger year by year.

A seed that fails is run alone by `random_model(seed, KINDS)`; fewer `Kinds` narrow it down. Totals come from a plain run, which may
take a cohort in closed form; the ledger from a run that walks it. A fault that shows in one model of 200 is missed by 1,000 of
them in 7 of 1,000 cases; faults planted in the engine show in many more.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import hecon
from edges.plain_clock import Ledger
from edges.plain_loop import play
from edges.random_models import BOOK, KINDS, TABLES, random_model

MODELS, PARTS, DRAWS = 600, 20, 3
parts = pytest.mark.parametrize("part", range(PARTS), scope="module")  # both tests of a part one after the other


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Matrices of ten rows take twenty times as long where a library shares them out."""
    with threadpool_limits(1):
        yield


@lru_cache(maxsize=1)
def played(part: int) -> list[tuple[int, Any, Any, list[dict[str, Ledger]]]]:
    """Seed, model, draws and the plain loops' ledgers, draw by draw, of a part of the models."""
    draws = BOOK.sample(DRAWS, seed=part)
    known = [
        {**TABLES, **{name: float(np.broadcast_to(draws[name], DRAWS)[d]) for name in BOOK.parameters}}
        for d in range(DRAWS)
    ]
    seeds = range(part * MODELS // PARTS, (part + 1) * MODELS // PARTS)
    models = [(seed, random_model(seed, KINDS)) for seed in seeds]
    return [(seed, model, draws, [play(model, one) for one in known]) for seed, model in models]


def off(found: float, wanted: float) -> bool:
    return not abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))


@parts
def test_totals(part: int) -> None:
    wrong = []
    for seed, model, draws, ledgers in played(part):
        result = hecon.run(model, draws)
        costs = {sector: result.split("category", sector) for sector in ("payer", "societal")}
        for d, by_strategy in enumerate(ledgers):
            for s, strategy in enumerate(result.strategies):
                wanted: dict[Any, float] = defaultdict(float)
                found: dict[Any, float] = {}
                for k, item in enumerate(result.items):
                    found[item.kind, item.name] = result.values[s, k, d]
                    total = sum(
                        x[1] for key, x in by_strategy[strategy].entries.items() if key[:2] == (item.kind, item.name)
                    )
                    wanted[item.kind, item.name] = total
                    for perspective, sectors in (("payer", ("health care",)), ("societal", (item.sector,))):
                        if item.kind == "cost" and item.sector in sectors:
                            wanted[perspective, item.category] += total
                for perspective, split in costs.items():
                    found |= {(perspective, category): value[s, d] for category, value in split.items()}
                known = {(item.kind, item.name) for item in result.items}
                wanted |= {key[:2]: np.nan for key in by_strategy[strategy].entries if key[:2] not in known}
                wrong += [
                    (seed, d, strategy, key, found.get(key), wanted.get(key))
                    for key in {*found, *wanted}
                    if off(found.get(key, 0.0), wanted.get(key, 0.0))
                ]
    assert not wrong, told(wrong)


@parts
def test_ledger_by_year(part: int) -> None:
    wrong = []
    for seed, model, draws, ledgers in played(part):
        found = ledger_of(hecon.run(model, draws, keep=("ledger",)))
        for d, by_strategy in enumerate(ledgers):
            wanted = {(s, *key): x for s, ledger in by_strategy.items() for key, x in ledger.entries.items()}
            for key in {*found, *wanted}:
                pairs = zip(found.get(key, np.zeros((2, DRAWS)))[:, d], wanted.get(key, (0.0, 0.0)), strict=True)
                wrong += [(seed, d, *key, one, other) for one, other in pairs if off(one, other)]
    assert not wrong, told(wrong)


def ledger_of(result: Any) -> dict[tuple[str, str, str, int], np.ndarray[Any, Any]]:
    """The engine's ledger: {(strategy, kind, item, year): (undiscounted or discounted, draw)}."""
    kept = result.kept["ledger"]
    both = np.stack([kept.undiscounted, kept.discounted])  # (2, place, item, period, draw)
    return {
        (strategy, item.kind, item.name, year): both[:, p, k, year]
        for p, (strategy, _) in enumerate(kept.places)
        for k, item in enumerate(kept.items)
        for year in range(both.shape[3])
    }


def told(wrong: list[Any]) -> str:
    seeds = sorted({one[0] for one in wrong})
    return f"models {seeds[:20]} differ in {len(wrong)} numbers, the first: {wrong[:5]}"
