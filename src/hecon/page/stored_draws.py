"""The draws that a page carries: those of the inputs that its model follows, as 32-bit numbers."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws

ENCODING = "float32, deflate-raw of byte planes, base64"


def carried_draws(draws: "Draws", names: Collection[str]) -> "Draws":
    """The draws of some inputs, rounded to the 32-bit numbers that a page carries; whoever checks a page runs on these.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
    >>> draws = book.sample(3, seed=1)
    >>> carried_draws(draws, ["u"])["u"][0] == np.float32(draws["u"][0]), carried_draws(draws, []).names
    (np.True_, ())
    """
    rows = [k for k, name in enumerate(draws.names) if name in names]
    values = draws.values[rows].astype(np.float32).astype(np.float64)
    return replace(draws, names=tuple(draws.names[k] for k in rows), values=values)
