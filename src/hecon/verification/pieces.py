"""Pieces of results: what each item came to in each strategy and at each place, their amounts and their names in words."""

from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.formula.program import Term
from hecon.formula.syntax import Node

if TYPE_CHECKING:
    from hecon.outcomes import Outcomes

Key = tuple[str, str, str, str]  # strategy, kind, item, where


def pieces_of(outcomes: "Outcomes") -> dict[Key, Array]:
    """The pieces (strategy, kind, item, where) of a run that kept them, (draw,) each.

    >>> from hecon.evaluate.run import run
    >>> from hecon.workbook.example import one_visit
    >>> model, book = one_visit()
    >>> {key[2]: x.tolist() for key, x in pieces_of(run(model, book.base(), keep=("by_state",))).items() if key[1] == "cost"}
    {'visits': [100.0]}
    """
    found: dict[Key, Array] = {}
    for piece in outcomes.kept["by_state"]:
        found[piece.strategy, piece.kind, piece.item, piece.where] = np.broadcast_to(
            np.asarray(piece.value, dtype=float), (outcomes.draw.size,)
        )
    return found


def amounts_of(term: Term) -> Node:
    """What a term pays or gains before discounting.

    >>> from hecon.formula.syntax import Number
    >>> from hecon.outcomes import Item
    >>> amounts_of(Term(Item("drug", "cost"), "", Number(9.0), amount=Number(10.0)))
    Number(value=10.0)
    """
    return term.flow or term.amount or term.value


def place_of(key: Key) -> str:
    """Strategy, item and state or transition of a piece, in words.

    >>> place_of(("drug", "cost", "care", "well"))
    'strategy drug, care (well)'
    """
    return f"strategy {key[0]}, {key[2]}{f' ({key[3]})' if key[3] else ''}"
