"""Every model of the repository, printed as JavaScript, is the engine's to 1e-10 of each item's largest total: other inputs with
all that is looked at, other horizons and discount rates, draws, and what is refused.
"""

import pytest
from tests.page.printed import CASES, SMALL, faults, models_of, trial

from edges.random_models import BOOK, KINDS, random_model


@pytest.mark.parametrize("part", range(3))
def test_the_cases(part: int) -> None:
    trials = {name: trial(model, book) for folder in CASES[part::3] for name, model, book in models_of(folder)}
    assert len(trials) > 2
    assert faults(trials) == []


def test_the_models_of_others_and_the_hard_ones() -> None:
    found = {name: (model, book) for folder in SMALL for name, model, book in models_of(folder)}
    assert len(found) > 8
    trials = {name: trial(model, book, far=12, count=3) for name, (model, book) in found.items()}
    assert faults(trials) == []


@pytest.mark.parametrize("drawn", [True, False])
def test_random_models(drawn: bool) -> None:
    """Cohorts with tunnels and rates, partitioned survival, trees over both, with waits; what is refused is refused by both."""
    seeds = range(14) if drawn else range(14, 22)
    trials = {f"model {seed}": trial(random_model(seed, KINDS), BOOK, drawn=drawn, count=3, far=5) for seed in seeds}
    assert faults(trials) == []
