"""Tests of the whole: the same run again, what the horizon leaves out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hecon.evaluate.run import run
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, Finding


def reversed_order(subject: Subject) -> Iterator[Finding]:
    """The order of the strategies changes nothing."""
    model = replace(subject.model, strategies=tuple(reversed(tuple(subject.model.strategies))))
    other = run(model, subject.book.base())
    places = {name: k for k, name in enumerate(other.strategies)}
    items = {(item.kind, item.name): k for k, item in enumerate(other.items)}
    for k, strategy in enumerate(subject.base.strategies):
        for i, item in enumerate(subject.base.items):
            got = float(other.values[places[strategy], items[item.kind, item.name], 0])
            wanted = float(subject.base.values[k, i, 0])
            if abs(got - wanted) > 1e-9 * max(1.0, abs(wanted)):
                yield Finding(f"{item.name} depends on the order of strategies", f"strategy {strategy}", got, wanted)


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
