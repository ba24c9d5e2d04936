"""Where to look: the items, formulas, transitions and inputs that a finding is about, in order of suspicion, at most a handful."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.formula.syntax import Call, Name, Node, Text, names_in, walk
from hecon.verification.verdict import Finding

if TYPE_CHECKING:
    from hecon.formula.program import Block
    from hecon.verification.subject import Subject

MOST = 6
_WORD = re.compile(r"[A-Za-z_]\w*(?: -> \w+)?")
_SUMMARY = re.compile(r"[0-9]+ inputs ")  # a list of many inputs points to none of them
_OURS = ("cycle", "t", "age", "mass", "cycle_years", "cycles", "state_time", "C", "t_mid", "age_mid", "lasts")


def named(subject: "Subject", finding: Finding) -> Finding:
    """The finding with its places: those its test gives, then the names in its words and its formula; arms and states last.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> named(subject, Finding("p_die is too high")).places
    ('p_die',)
    """
    if subject is None or _SUMMARY.match(finding.told):
        return finding
    known = subject.names
    cells = re.findall(r"\((\w+)\)", finding.cell)
    texts = (
        _WORD.findall(finding.told),
        _WORD.findall(finding.where.partition(", ")[2]),
        cells,
        _WORD.findall(finding.formula),
    )
    words = [word for text in texts for word in text if word in known]
    found = dict.fromkeys((*(p for p in finding.places if p not in _OURS and not p.startswith("path[")), *words))
    return replace(finding, places=tuple(found)[:MOST])


def chain(subject: "Subject", block: "Block", tree: Node, wanted: Iterable[str] = ()) -> list[str]:
    """The formulas that a tree names, nearest first, then inputs; with `wanted`, those alone that follow from these.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> block = next(block for block in subject.program.blocks if block.clock)
    >>> chain(subject, block, Name("p_die"))
    ['p_die']
    """
    wanted = set(wanted)
    formulas: dict[str, None] = {}
    inputs: dict[str, None] = {}
    waiting = list(names_in(tree))
    while waiting:
        name = waiting.pop(0)
        formula = subject.program.find(block, name)
        if formula is None:
            if name in subject.book.parameters and (not wanted or name in wanted):
                inputs[name] = None
            continue
        ours = name in formulas or name in _OURS or name.startswith(("p[", "path[", "within[", "all["))
        if not ours and (not wanted or wanted & set(subject.inputs_of(block, formula.tree))):
            formulas[name] = None
            waiting += names_in(formula.tree)
    return [*formulas, *inputs]


def nearest(subject: "Subject", block: "Block", input_: str) -> list[str]:
    """The formulas, transitions and items of a block that name an input themselves.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> block = next(block for block in subject.program.blocks if block.clock)
    >>> nearest(subject, block, "p_die")
    ['well -> dead']
    """
    from hecon.verification.reading import written

    found = []
    for place, tree in written(block):
        tables = {n.args[0].value for n in walk(tree) if isinstance(n, Call) and n.args and isinstance(n.args[0], Text)}
        if (
            input_ in names_in(tree)
            or input_ in tables
            or any(isinstance(n, Name) and n.name == input_ for n in walk(tree))
        ):
            found.append(place.partition(" (")[0])
    return list(dict.fromkeys(found))


def users(subject: "Subject", input_: str, strategy: str = "") -> list[str]:
    """The formulas, transitions and items that name an input, in the blocks of a strategy or of all.

    >>> from hecon import open_case
    >>> from hecon.evaluate.example import two_years
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> from hecon.verification.subject import Subject
    >>> model, book = two_years("p_die")[0], make_book("demo", [Parameter(name="p_die", value=0.2)])
    >>> subject = Subject(open_case(model, book), "", model, book)
    >>> users(subject, "p_die"), users(subject, "p_die", "b")
    (['well -> dead'], [])
    """
    blocks = [block for block in subject.program.blocks if strategy in ("", block.strategy)]
    return list(dict.fromkeys(place for block in blocks for place in nearest(subject, block, input_)))
