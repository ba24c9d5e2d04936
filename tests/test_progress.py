"""Progress of long work: on a terminal when the command line asked for it and the work takes long, else nowhere."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from hecon import progress as shows
from hecon.progress import progress, shown, tracked


class Terminal(io.StringIO):
    """What is written to a terminal."""

    def isatty(self):
        return True


class Clock:
    """A timer that runs out when it is told to."""

    latest = None

    def __init__(self, patience, ring):
        self.ring, self.daemon = ring, False

    def start(self):
        Clock.latest = self

    def cancel(self):
        pass

    def join(self):
        pass


@pytest.fixture
def terminal(monkeypatch):
    """A terminal as stderr, a clock that tests wind, and no CI."""
    monkeypatch.setattr(shows, "Timer", Clock)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("CI", raising=False)

    def look():  # in the test itself: pytest takes stderr back between a fixture and its test
        monkeypatch.setattr(sys, "stderr", Terminal())
        return sys.stderr

    return look


def test_a_bar_shows_what_is_done_and_an_estimate(terminal):
    stderr = terminal()
    with shown(), progress("Scenarios", 40) as step:
        step(10)
        Clock.latest.ring()
    text = stderr.getvalue()
    assert "Scenarios" in text
    assert "25%" in text
    assert "left" in text


def test_work_that_is_soon_done_shows_nothing(terminal):
    stderr = terminal()
    with shown(), progress("Scenarios", 40) as step:
        step(40)
    assert stderr.getvalue() == ""


def test_a_library_call_shows_nothing(terminal):
    stderr = terminal()
    Clock.latest = None
    with progress("Scenarios", 40) as step:
        step(40)
    assert Clock.latest is None
    assert list(tracked(["a", "b"], "Scenarios")) == ["a", "b"]
    assert stderr.getvalue() == ""


@pytest.mark.parametrize("why", ["a pipe", "CI", "a dumb terminal"])
def test_nothing_is_shown_where_nobody_looks(terminal, monkeypatch, why):
    stderr = terminal()
    pipe = io.StringIO()
    if why == "a pipe":
        monkeypatch.setattr(sys, "stderr", pipe)
    elif why == "CI":
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.setenv("TERM", "dumb")
    Clock.latest = None
    with shown(), progress("Scenarios", 40) as step:
        step(40)
    assert Clock.latest is None
    assert stderr.getvalue() == pipe.getvalue() == ""


def test_work_within_work_has_a_line_of_its_own(terminal):
    stderr = terminal()
    with shown(), progress("Report"):
        for name in tracked(["a", "b"], "Scenarios"):
            if name == "a":
                Clock.latest.ring()
    text = stderr.getvalue()
    assert "Report" in text
    assert "Scenarios" in text


def test_steps_are_told_from_threads_and_bars_are_gone_after_a_fault(terminal):
    stderr = terminal()

    def fail():
        with shown(), progress("Draws", 100) as step, ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: step(1), range(100)))
            Clock.latest.ring()
            raise ValueError("after all")

    with pytest.raises(ValueError, match="after all"):
        fail()
    assert "100%" in stderr.getvalue()
    assert shows._bars.get() is None
    assert not shows._on.get()
