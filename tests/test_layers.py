"""Imports go down only and in no circle, in functions too: the floors stand in scripts/house.py."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def house() -> ModuleType:
    spec = importlib.util.spec_from_file_location("house", ROOT / "scripts" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_imports_go_down_only(house: ModuleType) -> None:
    wrong = [
        f"{name}, line {line}: imports {other}, which stands above it"
        for name, others in house.graph().items()
        for other, (line, _) in others.items()
        if house.floor(other) > house.floor(name)
    ]
    assert not wrong, "\n".join(wrong)


def test_imports_go_in_no_circle(house: ModuleType) -> None:
    """What is imported for types alone is not run, and may name what imports it."""
    edges = {
        name: {other for other, (_, for_types) in others.items() if not for_types and other != "__init__"}
        for name, others in house.graph().items()
    }
    assert sum(len(others) for others in edges.values()) > 500
    assert not house.circles(edges), "\n".join(house.circles(edges))


def test_a_circle_and_its_path_are_found(house: ModuleType) -> None:
    assert house.circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b > c > b"]


def test_every_room_says_what_it_is_for(house: ModuleType) -> None:
    assert "analysis/cost_effectiveness/" in house.rooms()


def test_the_drawing_and_the_table_are_those_of_the_source(house: ModuleType) -> None:
    again = "they have changed: run `python scripts/house.py`"
    assert house.DRAWING.read_text(encoding="utf-8") == house.drawing(), again
    assert house.PAGE.read_text(encoding="utf-8") == house.page(), again
