"""Progress of long work: a bar with an estimate of what remains, on a terminal's stderr and nowhere else.

Only the command line switches it on (`shown`); in a notebook, a library call, a pipe or CI nothing is ever printed.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, Timer
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Step = Callable[[int], None]
T = TypeVar("T")

PATIENCE = 2.0  # seconds before a bar appears: what is done sooner needs none
_on: ContextVar[bool] = ContextVar("progress is shown", default=False)
_bars: ContextVar["_Bars | None"] = ContextVar("bars on the terminal", default=None)


@contextmanager
def shown() -> Iterator[None]:
    """Work in the block shows its progress, if stderr is a terminal and this is no CI.

    >>> with shown(), progress("Adding up", 3) as step:
    ...     step(3)
    """
    token = _on.set(sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb")
    try:
        yield
    finally:
        _on.reset(token)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Step]:
    """A bar while the block runs, once it has run for two seconds; call what it gives with the number of steps done.

    Without a `total` there is a bar, but no estimate. Work within work has a line of its own below. Steps may be told from
    any thread; a bar is begun in the main one.

    >>> with progress("Adding up", 3) as step:
    ...     step(3)
    """
    if not _on.get():
        yield _nowhere
        return
    inside = _bars.get()
    if inside is not None:
        with inside.line(what, total) as step:
            yield step
        return
    with _Bars() as bars, bars.line(what, total) as step:
        yield step


def tracked(items: Collection[T], what: str) -> Iterator[T]:
    """The items one by one, with a bar of how many are done.

    >>> sum(tracked([1, 2, 3], "Adding up"))
    6
    """
    with progress(what, len(items)) as step:
        for item in items:
            yield item
            step(1)


class _Bars:
    """Lines of progress that come onto the terminal once the work has taken a while; until then they are only counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[int, tuple[str, int | None, int]] = {}
        self._shown: tuple[Progress, dict[int, TaskID]] | None = None
        self._timer = Timer(PATIENCE, self.appear)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._token = _bars.set(self)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        _bars.reset(self._token)
        self._timer.cancel()
        self._timer.join()
        if self._shown is not None:
            self._shown[0].stop()

    @contextmanager
    def line(self, what: str, total: int | None) -> Iterator[Step]:
        """A line while the block runs."""
        with self._lock:
            number = max(self._lines, default=-1) + 1
            self._lines[number] = what, total, 0
            if self._shown is not None:
                bars, tasks = self._shown
                tasks[number] = bars.add_task(what, total=total)
        try:
            yield lambda steps: self._advance(number, steps)
        finally:
            with self._lock:
                del self._lines[number]
                if self._shown is not None:
                    bars, tasks = self._shown
                    bars.remove_task(tasks.pop(number))

    def appear(self) -> None:
        """Put what is under way onto the terminal."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=True),
        )  # fmt: skip
        with self._lock:
            bars = Progress(*columns, console=Console(stderr=True), transient=True)
            tasks = {k: bars.add_task(what, total=total, completed=n) for k, (what, total, n) in self._lines.items()}
            self._shown = bars, tasks
            bars.start()

    def _advance(self, number: int, steps: int) -> None:
        with self._lock:
            if number not in self._lines:  # told late, by a thread that outlived its line
                return
            what, total, done = self._lines[number]
            self._lines[number] = what, total, done + steps
            if self._shown is not None:
                bars, tasks = self._shown
                bars.advance(tasks[number], steps)


def _nowhere(steps: int) -> None:
    """Steps that nobody sees."""
