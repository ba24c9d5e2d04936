"""Draws made of chosen values instead of samples, so that a grid, a tornado or a root search is one run.

A part changes some parameters at some points; parts stand one after the other on the draw axis.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from hecon.errors import Fault, InputError, raise_faults
from hecon.inputs.distributions.groups import Dirichlet
from hecon.inputs.draws import Draws
from hecon.outcomes import Array

if TYPE_CHECKING:
    from hecon.inputs.book import Book

Part = Mapping[str, ArrayLike]


def chosen_draws(book: "Book", parts: Sequence[Part], *, shares: bool = True) -> Draws:
    """Draws with the parameters of each part at its values (point,); every other parameter keeps its book's value.

    An empty part is one draw of the base case. With `shares`, the other members of a Dirichlet group keep their
    proportions and take up the rest, as in `Book.one_way`.

    Raises:
        InputError: unknown parameters, values that are not finite or of unequal length.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=2.0), Parameter(name="price", value=5.0)])
    >>> rows = chosen_draws(book, [{}, {"fee": [1.0, 3.0]}, {"price": [9.0]}])
    >>> rows["fee"].tolist(), rows["price"].tolist()
    ([2.0, 1.0, 3.0, 2.0], [5.0, 5.0, 5.0, 9.0])
    """
    filled = [_with_shares(book, part) if shares else _arrays(part) for part in parts]
    names = tuple(dict.fromkeys(name for part in filled for name in part))
    unknown = [Fault(name, "is not among the parameters") for name in names if name not in book.parameters]
    raise_faults(unknown, InputError, book.case)
    sizes = [next(iter(part.values())).size if part else 1 for part in filled]
    values = np.empty((len(names), sum(sizes)))
    for k, name in enumerate(names):
        values[k] = book.parameter(name).value
    first = 0
    for part, size in zip(filled, sizes, strict=True):
        for name, column in part.items():
            if column.size != size:
                raise InputError(f"{name} has {column.size} points where {next(iter(part))} has {size}")
            values[names.index(name), first : first + size] = column
        first += size
    return Draws(book, names, values, "chosen")


def points_between(book: "Book", name: str, low: float, high: float, points: int) -> Array:
    """Equally spaced values from low to high; only the whole numbers for a switch or a choice.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="fee", value=2.0), Parameter(name="cured", value=1.0, unit="switch")])
    >>> points_between(book, "fee", 1, 3, 5).tolist(), points_between(book, "cured", 0, 1, 5).tolist()
    ([1.0, 1.5, 2.0, 2.5, 3.0], [0.0, 1.0])
    """
    if book.parameter(name).unit in ("switch", "choice"):
        return np.arange(np.ceil(low), np.floor(high) + 1, dtype=np.float64)
    return np.linspace(low, high, points)


def name_of(book: "Book", name: str) -> str:
    """What a parameter is called in print: its label, with its name where another has the same or it has none.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> name_of(make_book("demo", [Parameter(name="fee", value=2.0, label="fee of a visit")]), "fee")
    'fee of a visit'
    """
    label = book.parameter(name).label
    shared = any(one.label == label and one.name != name for one in book.parameters.values())
    return f"{label} ({name})" if label and shared else label or name


def _arrays(part: Part) -> dict[str, Array]:
    return {name: np.atleast_1d(np.asarray(values, dtype=np.float64)) for name, values in part.items()}


def _with_shares(book: "Book", part: Part) -> dict[str, Array]:
    """The part with the rest of each Dirichlet group scaled to what its named members leave."""
    filled = _arrays(part)
    for group in book.margins.groups:
        given = [name for name in group.members if name in part]
        if isinstance(group, Dirichlet) and given:
            left = 1 - sum(filled[name] for name in given)
            before = 1 - sum(book.parameter(name).value for name in given)
            for other in (name for name in group.members if name not in given):
                filled[other] = np.asarray(book.parameter(other).value * left / before)
    return filled
