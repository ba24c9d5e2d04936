"""The causes that costs are filed by, in the order of the waterfall, and which of them make up what the atlas asks about.

A bar is a cause with the treatment it is of and, for lost work, the method that counts it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hecon.causes import CAUSES as ALL_CAUSES
from hecon.causes import LUMP, UPFRONT
from hecon.outcomes import Item
from hecon.perspectives import CONSUMPTION as CONSUMED
from hecon.perspectives import ITEM_METHODS, item_methods, method_of

SIDE_EFFECTS = "side effects"
SUBSEQUENT = "subsequent treatment"
CELLS = "cell therapy"
PATIENTS_WORK = ("lost work, illness", "lost work, death")
CARERS_WORK = "lost work of carers"
CONSUMPTION = "consumption of survivors"
CAUSES = (*UPFRONT, LUMP, *(cause for cause in ALL_CAUSES if cause not in (*UPFRONT, LUMP)))


@dataclass(frozen=True)
class Bar:
    """A cause, the treatment it is of, and the method of lost work that counts it; "" where every method does.

    `sector` is whom the cost falls on where bars are kept apart by sector, and "" where they are not.

    >>> Bar("side effects", "transplant").text, Bar("lost work, death", method="friction").text
    ('side effects of transplant', 'lost work, death (friction)')
    """

    cause: str
    of: str = ""
    method: str = ""
    sector: str = ""

    @property
    def text(self) -> str:
        """The bar in words."""
        of = {SIDE_EFFECTS: " of ", SUBSEQUENT: ": "}.get(self.cause, ", ")
        return f"{self.cause}{of + self.of if self.of else ''}{f' ({self.method})' if self.method else ''}"

    def counts(self, method: str) -> bool:
        """Whether a societal total with this method counts it; what survivors consume stands apart.

        >>> Bar("lost work, death", method="friction").counts("human capital"), Bar("product").counts("friction")
        (False, True)
        """
        return self.cause != CONSUMPTION and self.method in ("", *item_methods(method))


def bar_of(item: Item, by_sector: bool = False) -> Bar:
    """The bar that a cost is filed under; a category that is no known cause has a bar of its own.

    With `by_sector`, equal causes that fall on two sectors have two bars, so that a perspective can choose among them.

    >>> bar_of(Item("absent", "cost", "lost work, illness", "productivity: friction"))
    Bar(cause='lost work, illness', of='', method='friction', sector='')
    """
    cause = CONSUMPTION if item.sector == CONSUMED else item.category or "not filed"
    return Bar(cause, item.of if cause != LUMP else "", method_of(item.sector), item.sector if by_sector else "")


def in_order(bars: Iterable[Bar]) -> tuple[Bar, ...]:
    """Bars in the order of the waterfall, each once; unknown causes stand after the known ones, before consumption.

    >>> [bar.cause for bar in in_order([Bar("consumption of survivors"), Bar("odd"), Bar("delivery"), Bar("product")])]
    ['product', 'delivery', 'odd', 'consumption of survivors']
    """
    place = {cause: k for k, cause in enumerate(CAUSES)} | {CONSUMPTION: len(CAUSES)}
    methods = {method: k for k, method in enumerate(ITEM_METHODS)}
    return tuple(
        sorted(
            dict.fromkeys(bars),
            key=lambda bar: (
                place.get(bar.cause, len(CAUSES) - 0.5),
                bar.cause,
                methods.get(bar.method, 9),
                bar.of,
                bar.sector,
            ),
        )
    )


def is_upfront(bar: Bar) -> bool:
    """Whether a bar is product or delivery.

    >>> is_upfront(Bar("delivery")), is_upfront(Bar("not separable"))
    (True, False)
    """
    return bar.cause in UPFRONT


def is_lost_work(bar: Bar, method: str) -> bool:
    """Whether a bar is paid work lost by the patient or by carers, as a method counts it.

    >>> is_lost_work(Bar("lost work, death", method="friction"), "friction"), is_lost_work(Bar("informal care"), "friction")
    (True, False)
    """
    return bar.cause in (*PATIENTS_WORK, CARERS_WORK) and bar.counts(method)
