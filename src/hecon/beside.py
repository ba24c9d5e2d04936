"""Work done in a process of its own while this one goes on, where the system can fork and has a second processor."""

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_T = TypeVar("_T")


@contextmanager
def beside(work: Callable[[], _T]) -> Iterator[Callable[[], _T]]:
    """Begin `work` in a fork of this process, which ends with the block; what is given waits for its result.

    `work` may have no effect but its result, which is pickled. Where there is no fork, or whatever goes wrong in it, the
    work is done here when the result is asked for: what it raises is raised here, and nothing depends on the fork.

    >>> with beside(lambda: sum(range(10))) as total:
    ...     total()
    45
    """
    if not _pays():
        yield work
        return
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads: those of numpy and of a bar wait
        pid = os.fork()
    if pid == 0:
        os.close(reading)
        _answer(work, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as answer:
            yield lambda: _read(answer.read(), work)
    finally:
        os.kill(pid, signal.SIGKILL)  # it has answered, or nobody asks any more
        os.waitpid(pid, 0)


def _pays() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _answer(work: Callable[[], object], writing: int) -> None:
    """What the fork does, and all that it does."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that waits
        whole = pickle.dumps(work())
        with os.fdopen(writing, "wb") as out:
            out.write(whole)
    finally:
        os._exit(0)  # past what the process that goes on will do at its own end


def _read(answer: bytes, work: Callable[[], _T]) -> _T:
    """The result that came, which is whole if it ends as a pickle does; else the work itself."""
    if not answer.endswith(pickle.STOP):
        return work()
    found: _T = pickle.loads(answer)
    return found
