"""What the edges need of the machine."""

import pytest


@pytest.fixture
def formualizer() -> None:
    """Skip where formualizer is not installed."""
    pytest.importorskip("formualizer")
