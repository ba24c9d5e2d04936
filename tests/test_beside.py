"""Work beside: its result comes, what goes wrong is told here, and no process stays behind."""

import os
import sys

import pytest

from hecon import beside as module
from hecon.beside import beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the work is done when it is asked for")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(module, "_pays", lambda: True)


def no_child_is_left():
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return True


def test_a_large_result_comes_from_another_process():
    with beside(lambda: (os.getpid(), b"x" * 3_000_000)) as answer:
        pid, content = answer()
    assert pid != os.getpid()
    assert len(content) == 3_000_000
    assert no_child_is_left()


def test_what_is_raised_there_is_raised_here():
    with pytest.raises(ZeroDivisionError), beside(lambda: 1 / 0) as answer:
        answer()
    assert no_child_is_left()


def test_a_process_that_dies_or_cannot_answer_is_stood_in_for():
    here = os.getpid()
    with beside(lambda: os.getpid() if os.getpid() == here else os._exit(3)) as answer:
        assert answer() == here
    with beside(lambda: lambda: 7) as answer:  # which is not pickled
        assert answer()() == 7


def test_who_is_stopped_leaves_no_process_behind():
    with pytest.raises(KeyboardInterrupt), beside(lambda: __import__("time").sleep(60)):
        raise KeyboardInterrupt
    assert no_child_is_left()
