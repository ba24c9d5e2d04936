"""Draws: the values of the uncertain parameters, draw by draw, with the book they were drawn from.

A base case is one draw, a tornado 2k + 1, a probabilistic analysis n; every run takes Draws.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.arrays import Array
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.outcomes import fingerprint
from hecon.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from hecon.inputs.book import Book


@dataclass(frozen=True, eq=False)
class Draws(Shown):
    """Values (parameter, draw) of the parameters that vary; all others have their book's value.

    `names` (parameter,) label the rows, `draw` (draw,) the columns. `method` tells how they came about: base, fixed,
    one-way, independent, latin hypercube, sobol or external. `dimensions` records which dimension of a Sobol sequence
    belongs to which name; give it to `sample` again to keep them when parameters are added.

    Raises InputError for shapes that disagree, unknown names, values that are not finite numbers and values outside
    the support of their parameter.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="price", value=5.0), Parameter(name="fee", value=1.0)])
    >>> draws = book.fix(price=7)
    >>> draws["price"].tolist(), draws["fee"]
    ([7.0], 1.0)
    """

    book: "Book"
    names: tuple[str, ...]
    values: Array
    method: str
    seed: int | None = None
    draw: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    dimensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.draw.size == 0 and self.values.ndim == 2:
            object.__setattr__(self, "draw", np.arange(self.values.shape[1]))
        values = self.values.view()
        values.flags.writeable = False
        object.__setattr__(self, "values", values)
        raise_faults(self._faults(), InputError, "draws")

    def __repr__(self) -> str:
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"<Draws of {self.book.case}: {self.n:,} ({self.method}{seed}), {len(self.names)} parameters vary>"

    def __str__(self) -> str:
        return repr(self)

    def to_frame(self) -> "pd.DataFrame":
        """A row per draw, a column per parameter that varies."""
        import pandas as pd

        return pd.DataFrame(self.values.T, index=self.draw, columns=list(self.names))

    @property
    def n(self) -> int:
        """Number of draws."""
        return int(self.values.shape[1])

    def __getitem__(self, name: str) -> float | Array:
        """The parameter's value: a number when fixed, an array (draw,) when it varies."""
        if name in self._rows:
            row: Array = self.values[self._rows[name]]
            return row
        return self.book.parameter(name).value

    def take(self, part: slice) -> "Draws":
        """Some of the draws, as a view, with their own numbers kept in `draw`."""
        return replace(self, values=self.values[:, part], draw=self.draw[part])

    def fix(self, **values: ArrayLike) -> "Draws":
        """The same draws with these parameters set, each to a number or to an array (draw,).

        >>> from hecon.inputs.book import make_book
        >>> from hecon.inputs.parameter import Parameter
        >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
        >>> book.sample(3, seed=1).fix(u=0.25)["u"].tolist()
        [0.25, 0.25, 0.25]
        """
        for name in values:
            self.book.parameter(name)
        rows = {name: np.broadcast_to(np.asarray(value, dtype=np.float64), (self.n,)) for name, value in values.items()}
        names = (*self.names, *(name for name in rows if name not in self._rows))
        stacked = [rows[name] if name in rows else self.values[self._rows[name]] for name in names]
        return replace(self, names=names, values=np.array(stacked).reshape(len(names), self.n))

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """The fingerprint of each varying parameter's values, by name; Outcomes of a run carry them."""
        return {name: fingerprint(row) for name, row in zip(self.names, self.values, strict=True)}

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    def _faults(self) -> list[Fault]:
        wanted = (len(self.names), len(self.draw))
        if self.values.shape != wanted:
            return [Fault("values", f"shape {self.values.shape} is not (parameter, draw) = {wanted}")]
        faults = [
            Fault(name, f"is not a parameter of {self.book.case}{nearest(name, self.book.parameters)}")
            for name in self.names
            if name not in self.book.parameters
        ]
        faults += [Fault(name, "appears more than once") for name in set(self.names) if self.names.count(name) > 1]
        for name, row in zip(self.names, self.values, strict=True):
            if not np.isfinite(row).all():
                at = int(np.flatnonzero(~np.isfinite(row))[0])
                faults.append(Fault(f"{name}, draw {self.draw[at]}", f"is {row[at]}, not a finite number"))
        if not faults:
            from hecon.inputs.support import draw_faults

            faults += draw_faults(self)
        return faults
