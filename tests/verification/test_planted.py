"""Errors planted in small models before the rules were looked at: each is found by its test, at the right place; sound models pass.

`by` in planted/errors.toml is the test that is tried, so that the whole list takes seconds; an error without it is missed.
"""

from pathlib import Path
from typing import Any

import pytest
from tests.verification.planting import FIRST, attempt, copied, errors

from hecon import open_case
from hecon.verification.verify import verify

PLANTED = {one["id"]: one for one in errors()}
MISSED = {"M13"}  # multiplied where it must be divided: only the meaning of the share tells


def few() -> list[dict[str, Any]]:
    """Two errors for each test that finds some: the rest is tried by `python tests/verification/planting.py`."""
    by: dict[str, list[dict[str, Any]]] = {}
    for one in PLANTED.values():
        if one["id"] not in MISSED:
            by.setdefault(one["by"], []).append(one)
    return [one for several in by.values() for one in several[:2]]


@pytest.mark.parametrize("error", few(), ids=lambda one: str(one["id"]))
def test_an_error_is_found_at_its_place(error: dict[str, Any], tmp_path: Path) -> None:
    found = attempt(error, tmp_path, (error["by"],))
    assert found.said
    assert 0 < found.rank <= FIRST


def test_what_is_missed_is_said() -> None:
    assert {one["id"] for one in PLANTED.values() if "by" not in one} == MISSED
    assert len(PLANTED) == 58
    assert len({one["kind"] for one in PLANTED.values()}) > 20


@pytest.mark.parametrize("base", ["rhythm", "marrow"])
def test_a_sound_model_has_no_failing_test(base: str, tmp_path: Path) -> None:
    certificate = verify(open_case(copied(base, tmp_path)), draws=50)
    assert [str(one) for one in certificate.failures] == []
    assert sum(len(one.findings) for one in certificate.results) < 20


def test_a_model_that_is_refused_has_a_certificate(tmp_path: Path) -> None:
    there = copied(PLANTED["R03"]["base"], tmp_path, PLANTED["R03"]["patch"])
    certificate = verify(open_case(there), draws=50)
    assert not certificate.passed
    assert [one.places[0] for one in certificate.failures] == ["treatment", "treatment"]
    assert certificate.of("signs").reason == "the model does not run"
