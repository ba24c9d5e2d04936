"""The atlas: all comparisons, the rows of headroom, and what was asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hecon.results.atlas.build import Choices, comparisons_of
from hecon.results.atlas.comparison import Comparison
from hecon.results.atlas.headroom import Headroom, headroom_of, is_exploratory
from hecon.results.headroom.headroom import ProductHeadroom

if TYPE_CHECKING:
    from hecon.results.case import Case
    from hecon.results.evidence.evidence import Evidence


@dataclass(frozen=True)
class Atlas:
    """Comparisons of the cases that are no exploration, those of cell therapies first, and the headroom of those that are;
    `products` of those with rows.csv.
    """

    comparisons: tuple[Comparison, ...] = ()
    headroom: tuple[Headroom, ...] = ()
    choices: Choices = field(default_factory=Choices)
    products: tuple[ProductHeadroom, ...] = ()

    @property
    def cases(self) -> tuple[str, ...]:
        """The names of the cases, each once."""
        names = [one.about.case for one in self.comparisons]
        names += [one.case for one in self.headroom] + [one.case for one in self.products]
        return tuple(dict.fromkeys(names))


def atlas_of(cases: "Iterable[tuple[Case, tuple[Evidence, ...]]]", choices: Choices) -> Atlas:
    """The atlas of cases with their published figures beside ours.

    Raises:
        HeconError: what running raises.

    >>> atlas_of([], Choices()).cases
    ()
    """
    comparisons: list[Comparison] = []
    headroom: list[Headroom] = []
    for case, published in cases:
        if is_exploratory(case):
            headroom += headroom_of(case)
        else:
            comparisons += comparisons_of(case, choices, published)
    return Atlas(tuple(sorted(comparisons, key=lambda one: not one.about.cells)), tuple(headroom), choices)
