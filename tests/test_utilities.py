"""Utilities against the methods' vectors: norms of Ara and Brazier 2010, joint utilities, losses to adverse events."""

import numpy as np
import pytest

import hecon
from hecon.errors import ModelError
from hecon.inputs.parameter import Table
from hecon.structure.utilities import WAYS, adverse_event_loss, age_adjusted, joint_utility, population_norm

AGES = np.arange(0.0, 101.0)
# Ara and Brazier 2010, coefficients recalled (methods, section 6)
_FEMALE = 0.9508566 - 0.0002587 * AGES - 0.0000332 * AGES**2
NORMS = {"norms": Table("norms", "age", AGES, {"male": _FEMALE + 0.0212126, "female": _FEMALE})}
NORM = population_norm("norms", "years", "p_female")


@pytest.mark.parametrize(
    ("age", "p_female", "wanted"),
    [(40, 1.0, 0.8873886), (40, 0.0, 0.9086012), (65, 1.0, 0.7937711), (80, 1.0, 0.7176806)],
)
def test_norms(age: float, p_female: float, wanted: float) -> None:
    assert hecon.evaluate_formula(NORM, NORMS, years=age, p_female=p_female) == pytest.approx(wanted, abs=5e-8)


def test_a_utility_ages_with_the_population() -> None:
    """0.6 at 50 becomes 0.5411776 at 70, half of them men (methods, section 6)."""
    text = age_adjusted(
        "0.6", population_norm("norms", "70", "0.5"), population_norm("norms", "50", "0.5"), "multiplicative"
    )
    assert hecon.evaluate_formula(text, NORMS) == pytest.approx(0.5411776, abs=5e-8)


def test_three_ways_by_hand() -> None:
    values = {"u": 0.85, "now": 0.75, "then": 0.90}
    found = [float(hecon.evaluate_formula(age_adjusted("u", "now", "then", way), **values)) for way in WAYS]
    assert found == pytest.approx([0.85 * 0.75 / 0.90, 0.85 - 0.15, 0.75])
    assert hecon.evaluate_formula(age_adjusted("u", "now", "then", "minimum"), u=0.6, now=0.75, then=0.9) == 0.6


def test_at_the_starting_age_nothing_changes() -> None:
    for way in ("multiplicative", "additive"):
        assert hecon.evaluate_formula(age_adjusted("u", "n", "n", way), u=0.7, n=0.88) == pytest.approx(0.7)


def test_joint_utilities() -> None:
    found = [float(hecon.evaluate_formula(joint_utility("0.8", "0.7", way))) for way in WAYS]
    assert found == pytest.approx([0.56, 0.5, 0.7])  # methods, section 6


def test_losses_to_adverse_events() -> None:
    by_state = adverse_event_loss("p", "du", "days")
    for du in (0.1, -0.1):  # 0.3 x 0.1 x 14 days (methods, section 6)
        assert hecon.evaluate_formula(by_state, p=0.3, du=du, days=14) == pytest.approx(-0.00114990, abs=5e-9)
    assert hecon.evaluate_formula(adverse_event_loss("0.2", "0.23", of="year")) == pytest.approx(-0.046)


def test_misuse_is_refused() -> None:
    with pytest.raises(ModelError, match="did you mean 'additive'"):
        age_adjusted("u", "a", "b", "aditive")
    with pytest.raises(ModelError, match="'product' is not one of"):
        joint_utility("a", "b", "product")
    with pytest.raises(ModelError, match="give days="):
        adverse_event_loss("p", "du")
    with pytest.raises(ModelError, match="leave out days="):
        adverse_event_loss("p", "du", "14", of="year")
    with pytest.raises(ModelError, match="of a state or of a year; got 'years'"):
        adverse_event_loss("p", "du", of="years")
