"""Work done in a process of its own while this one goes on, where the system can fork and has a second processor."""

import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_LENGTH = 8  # bytes that say how long the answer is
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
    pid = 0
    try:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is for the process that waits
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore", DeprecationWarning
                )  # of forks beside threads, which wait or are numpy's
                pid = os.fork()
            if pid == 0:
                _answer(work, writing)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            yield lambda: _read(answer.read(), work)
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)  # it has answered, or nobody asks any more
            os.waitpid(pid, 0)


def _pays() -> bool:
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _answer(work: Callable[[], object], writing: int) -> None:
    """What the fork does, and all that it does."""
    try:
        whole = pickle.dumps(work())
        with os.fdopen(writing, "wb") as out:
            out.write(len(whole).to_bytes(_LENGTH, "big") + whole)
    finally:
        os._exit(0)  # past what the process that goes on will do at its own end


def _read(answer: bytes, work: Callable[[], _T]) -> _T:
    """The result that came, if it is as long as its first bytes say; else the work itself."""
    length, whole = int.from_bytes(answer[:_LENGTH], "big"), answer[_LENGTH:]
    if not whole or len(whole) != length:
        return work()
    found: _T = pickle.loads(whole)
    return found
