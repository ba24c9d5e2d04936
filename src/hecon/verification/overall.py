"""Tests of the whole: the same run again, what the horizon leaves out."""

from collections.abc import Iterator

import numpy as np

from hecon.evaluate.run import run
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, Finding


def again(subject: Subject) -> Iterator[Finding]:
    """The same run gives the same results, to the last bit."""
    other = run(subject.model, subject.book.base(), keep=("trace", "by_state", "occupancy"))
    if not np.array_equal(other.values, subject.base.values):
        yield Finding(
            "the same run gives other results", got=float(np.abs(other.values - subject.base.values).max()), wanted=0.0
        )


def left_out(subject: Subject) -> Iterator[Finding]:
    """Nothing that is declared lies beyond the horizon."""
    for one in dict.fromkeys(map(str, subject.base.kept.get("left_out", ()))):
        yield Finding(f"left out, {one}", verdict=INFORMS)
