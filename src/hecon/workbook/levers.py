"""Which levers the stored PSA follows exactly, and when it no longer stands for the inputs on the sheet."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.evaluate.run import run
from hecon.outcomes import Outcomes
from hecon.workbook.control import number
from hecon.workbook.input_cells import CHANGED, cell

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_STEP = 1.1


def exact_levers(model: Any, book: "Book", base: Outcomes) -> tuple[list[str], bool]:
    """The levers whose every effect the stored quantities hold, found by running each at 1.1 times its value; and whether
    they may be changed together.
    """
    names = list(dict.fromkeys(lever.name for lever in base.levers))
    if not names:
        return [], True
    moved = {name: book.parameters[name].value * _STEP or 1.0 for name in names}  # from 0, which 1.1 does not move
    draws = book.base().fix(**{name: [book.parameters[name].value] for name in names})
    values = np.repeat(draws.values, len(names) + 1, axis=1)
    for k, name in enumerate(names):
        values[k, [k, -1]] = moved[name]
    together = run(model, type(draws)(book, tuple(names), values, "levers")).values
    exact = [
        name for k, name in enumerate(names) if _same(base.at_price(name, moved[name]).values[..., 0], together[..., k])
    ]
    whole = base
    for name in exact:
        whole = whole.at_price(name, moved[name])
    free = exact == names and _same(whole.values[..., 0], together[..., -1])
    return exact, free


def stale_formula(used: Sequence[str], exact: Sequence[str], free: bool) -> str:
    """A number above 0 when the stored PSA no longer stands for the workbook: inputs other than levers, or methods, changed;
    levers that act on each other, changed together.
    """
    mine = [cell(CHANGED, used.index(name)) for name in exact if name in used]
    count = f"Inputs!$B$4-({'+'.join(mine)})" if mine else "Inputs!$B$4"
    if mine and not free:
        count += f"+MAX(0,{'+'.join(mine)}-1)"
    return f"({count}+{number('changed')})"


def _same(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-9, atol=1e-9))
