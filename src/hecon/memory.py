"""What the computer's memory can hold: arrays that cannot fit are refused with their size before they are made; and no search
for garbage where none is.

Where memory is lent freely, an array that is too large is granted and the process killed once it is filled.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hecon.errors import HeconError

NUMBER = 8  # bytes of a double
_LENT = 0.8  # of all memory: the rest is Python's, the system's and other programs'
_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def refuse_what_cannot_fit(what: str, bytes_needed: float, remedy: str) -> None:
    """Refuse what needs more memory than the computer, or the container, has to lend.

    Raises:
        HeconError: what was asked for, what it needs, what there is, and the remedy.

    >>> refuse_what_cannot_fit("2 draws", 16, "ask for fewer")
    >>> refuse_what_cannot_fit("10 draws of 5 inputs", 4e20, "ask for fewer")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    hecon.errors.HeconError: 10 draws of 5 inputs need 400,000,000,000.0 GB of memory; this computer can lend ... GB: ask for fewer
    """
    there = _LENT * memory()
    if bytes_needed > there:
        raise HeconError(
            f"{what} need {bytes_needed / 1e9:,.1f} GB of memory; this computer can lend {there / 1e9:,.1f} GB: {remedy}"
        )


def memory() -> float:
    """Bytes of memory of the computer or of the container; infinite where the system does not tell.

    >>> memory() > 0
    True
    """
    try:
        whole = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows
        return float("inf")
    try:
        limit = _CONTAINER.read_text(encoding="ascii").strip()
    except OSError:
        return whole
    return min(whole, float(limit)) if limit.isdigit() else whole


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection, where hundreds of thousands of cells are made and kept: it would search them again and again.

    >>> with without_collection():
    ...     print(gc.isenabled())
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
