"""How every result shows itself: a table in a notebook, a pandas table, a picture on axes that may be given.

Layouts and pictures stand higher up (report/); the package names them here when it is imported.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_Row = TypeVar("_Row")


class Printers(Protocol):
    """What knows the layout and the picture of each kind of result."""

    def text(self, result: Any) -> str:
        """The result as a table in plain text."""

    def html(self, result: Any) -> str:
        """The result as a table in HTML."""

    def frame(self, result: Any) -> "pd.DataFrame":
        """The result as a pandas table."""

    def draw(self, result: Any, ax: "Axes | None", **choices: Any) -> "Axes":
        """The result's picture, on `ax` or on new axes."""


_found: list[Callable[[], Printers]] = []


def print_with(find: Callable[[], Printers]) -> None:
    """Say where the printers are; they are asked for when a result is first shown.

    >>> known = _found[0]
    >>> print_with(known)
    >>> known().__name__
    'hecon.report.printers'
    """
    _found[:] = [find]


class Shown:
    """A result that shows itself: `str()`, `_repr_html_`, `to_frame()` and `plot(ax)` print one layout."""

    __slots__ = ()

    def __str__(self) -> str:
        return _found[0]().text(self)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return _found[0]().html(self)

    def to_frame(self) -> "pd.DataFrame":
        """The rows of the result as a pandas table, numbers in full."""
        return _found[0]().frame(self)

    def plot(self, ax: "Axes | None" = None, **choices: Any) -> "Axes":
        """Draw the result on `ax`, or on new axes of pyplot; returns the axes.

        `choices` are those of the kind of result, such as `strategy=` where several are compared (docs/results.md).

        Raises:
            HeconError: a result that has no picture, a choice that is open.
        """
        return _found[0]().draw(self, ax, **choices)


class Rows(Shown, Generic[_Row]):
    """A result of rows, one per strategy or per input."""

    __slots__ = ()
    rows: tuple[_Row, ...]

    def row(self, name: str) -> _Row:
        """The row of a strategy or an input; KeyError if there is none."""
        return {getattr(row, "strategy", "") or getattr(row, "name", ""): row for row in self.rows}[name]
