"""A model that does not run: its refusal as a failed test, fault by fault, with the place and the names in its words."""

import re
from collections.abc import Iterator

from hecon.errors import HeconError
from hecon.verification.subject import Subject
from hecon.verification.verdict import FAILS, Finding, Test


def runs(subject: Subject) -> Iterator[Finding]:
    """The model runs: hecon refuses neither a formula nor an input of its base case."""
    yield from ()


REFUSED = Test("the model runs", "inputs", "", "none", runs)


def refused(subject: Subject, error: HeconError) -> tuple[Finding, ...]:
    r"""One finding per fault of a refusal. The places are those after the strategy's name, then the inputs in its words.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> model, book = one_visit()
    >>> told = HeconError("Demo: 1 fault\n  - every strategy, visits: c_visit is 'EUR per month': multiply it by 12")
    >>> ((one,),) = (refused(Subject(open_case(model, book), "", model, book), told),)
    >>> one.where, one.told, one.places
    ('every strategy, visits', "c_visit is 'EUR per month': multiply it by 12", ('visits', 'c_visit'))
    """
    lines = str(error).splitlines()
    faults = [line.strip().removeprefix("- ") for line in lines if line.startswith("  - ")] or [" ".join(lines)]
    found = []
    for fault in faults:
        where, colon, told = fault.partition(": ")
        parts = [re.sub(r" \(.*\)$", "", part.strip()) for part in where.split(", ")] if colon else []
        inputs = {*subject.book.parameters, *subject.book.tables, *subject.book.scenarios}
        words = [word for word in re.findall(r"[A-Za-z_]\w*", fault) if word in inputs]
        places = tuple(dict.fromkeys((*parts[1:][::-1], *words)))
        found.append(Finding(told if colon else fault, where if colon else "", verdict=FAILS, places=places[:6]))
    return tuple(found)
