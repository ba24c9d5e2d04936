"""Outcomes: what every run yields and every analysis takes, whatever made it.

One array (strategy, item, draw) and the labels that let it be taken apart again; nothing here knows a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hecon.arrays import Array
from hecon.errors import Fault, HeconError, nearest, raise_faults
from hecon.perspectives import further, method_of, perspectives_of
from hecon.shown import Shown

KINDS = ("cost", "qaly", "ly", "ly_undiscounted", "carer_qaly", "count")


@dataclass(frozen=True)
class Item:
    """One row of Outcomes: a cost, an effect or a count, with the tags it can be split by.

    `name` is the item's name, `kind` one of KINDS, `unit` such as "USD 2017" or "QALY"; `of` is the treatment that a harm or
    a later treatment is of.

    >>> Item("drug", "cost", "upfront", "health care").sector
    'health care'
    """

    name: str
    kind: str
    category: str = ""
    sector: str = ""
    payer: str = ""
    unit: str = ""
    of: str = ""

    @property
    def method(self) -> str:
        """The method of lost work that counts it; "" for all others.

        >>> Item("lost_work", "cost", "lost work, death", "productivity: friction").method
        'friction'
        """
        return method_of(self.sector)


@dataclass(frozen=True)
class PriceParameter:
    """A price that can be changed after the run, for all that depends on it is linear in it: cost = fixed + price x quantity.

    `price` is (draw,) or a number, `quantity` the discounted quantity (strategy, draw) of the cost item `item`;
    `acts_with` names the other price parameters that the quantity depends on.
    """

    name: str
    item: str
    price: Array
    quantity: Array
    acts_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcomes(Shown):
    """Values (strategy, item, draw) with strategies, items and the draw index; checks itself when made.

    `price_parameters` are the price parameters that may be changed after the run; `not_linear` says of the other declared ones why
    they may not.
    `perspectives` are those that the items' sectors give, where none are named.
    `fingerprints` are those of the sampled inputs by name, so that no analysis takes the draws of another run for theirs;
    empty for results that come from elsewhere.

    Raises:
        HeconError: shapes that disagree, values that are not finite, repeated strategies or items.

    >>> import numpy as np
    >>> items = (Item("drug", "cost", "upfront", "health care"), Item("qaly", "qaly"))
    >>> two = Outcomes(np.array([[[10.0], [1.0]], [[30.0], [1.5]]]), ("a", "b"), items)
    >>> two.cost("payer")[:, 0].tolist(), two.effect()[:, 0].tolist()
    ([10.0, 30.0], [1.0, 1.5])
    >>> print(two)
    Kind  Item  Category  Sector           a      b
    cost  drug  upfront   health care     10     30
    qaly  qaly                         1.000  1.500
    Per patient, mean over 1 draw.
    """

    values: Array
    strategies: tuple[str, ...]
    items: tuple[Item, ...]
    labels: tuple[str, ...] = ()
    draw: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    currency: str = ""
    price_year: str = ""
    price_parameters: tuple[PriceParameter, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    perspectives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_linear: Mapping[str, str] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.labels:
            object.__setattr__(self, "labels", self.strategies)
        if not self.perspectives:
            object.__setattr__(self, "perspectives", perspectives_of(item.sector for item in self.items))
        if self.values.ndim == 3 and self.draw.size == 0:
            object.__setattr__(self, "draw", np.arange(self.values.shape[2]))
        raise_faults(self._faults(), HeconError, "outcomes")

    def __repr__(self) -> str:
        return f"<Outcomes of shape (strategy, item, draw) {self.values.shape}: {', '.join(self.strategies)}>"

    def _faults(self) -> list[Fault]:
        faults = []
        if self.values.ndim != 3:
            return [Fault("values", f"need 3 axes (strategy, item, draw); got {self.values.ndim}")]
        wanted = (len(self.strategies), len(self.items), len(self.draw))
        if self.values.shape != wanted:
            faults.append(Fault("values", f"shape {self.values.shape} is not (strategy, item, draw) = {wanted}"))
        for what, names in (("strategy", self.strategies), ("item", [(i.kind, i.name) for i in self.items])):
            repeated = sorted({str(name) for name in names if list(names).count(name) > 1})
            faults += [Fault(what, f"{name} appears more than once") for name in repeated]
        faults += [
            Fault(item.name, f"kind '{item.kind}' is not one of {', '.join(KINDS)}{nearest(item.kind, KINDS)}")
            for item in self.items
            if item.kind not in KINDS
        ]
        if not faults and not np.isfinite(self.values).all():
            s, i, d = (int(axis[0]) for axis in np.nonzero(~np.isfinite(self.values)))
            place = f"strategy {self.strategies[s]}, item {self.items[i].name}, draw {self.draw[d]}"
            faults.append(Fault(place, f"is {self.values[s, i, d]}, not a finite number"))
        return faults

    def select(self, **tags: str) -> NDArray[np.intp]:
        """Positions of the items whose tags (kind, name, category, sector, payer, of, method) have these values."""
        return np.array(
            [k for k, item in enumerate(self.items) if all(getattr(item, tag) == v for tag, v in tags.items())],
            dtype=np.intp,
        )

    def sectors(self, perspective: str) -> tuple[str, ...]:
        """The sectors a perspective counts; an unknown perspective is an error that names the known ones."""
        if perspective not in self.perspectives:
            known = ", ".join(self.perspectives)
            raise HeconError(
                f"unknown perspective '{perspective}'{nearest(perspective, self.perspectives)} (known: {known})"
            )
        return self.perspectives[perspective]

    def usual(self, perspective: str) -> tuple[str, ...]:
        """The perspectives that the tables of a run show: all but those by another method of lost work or with consumption,
        and always the one the run is read under.
        """
        return tuple(name for name in self.perspectives if name == perspective or not further(name))

    @property
    def money(self) -> str:
        """Currency and price year as printed, such as "USD 2017"; "currency units" where none is named."""
        return f"{self.currency} {self.price_year}".strip() or "currency units"

    def cost(self, perspective: str) -> Array:
        """Discounted cost (strategy, draw) under a perspective: the sum of its sectors' cost items, in order."""
        sectors = self.sectors(perspective)
        return self._add([k for k, item in enumerate(self.items) if item.kind == "cost" and item.sector in sectors])

    def effect(self, kind: str = "qaly", name: str | None = None) -> Array:
        """Effect (strategy, draw): the sum of all items of a kind, or of the one named."""
        if kind not in KINDS:
            raise HeconError(f"unknown effect '{kind}'{nearest(kind, KINDS)} (known: {', '.join(KINDS[1:])})")
        return self._add(
            [int(k) for k in (self.select(kind=kind) if name is None else self.select(kind=kind, name=name))]
        )

    def split(self, by: str, perspective: str) -> dict[str, Array]:
        """Cost (strategy, draw) by `category`, `sector`, `payer`, `of`, `method` or `name`; parts of `cost(perspective)`."""
        sectors = self.sectors(perspective)
        groups: dict[str, list[int]] = {}
        for k, item in enumerate(self.items):
            if item.kind == "cost" and item.sector in sectors:
                groups.setdefault(getattr(item, by), []).append(k)
        return {group: self._add(rows) for group, rows in groups.items()}

    def at_price(self, price_parameter: str, price: float) -> "Outcomes":
        """The same draws with another price of a declared price parameter, without a run: every item as a run would give it.

        Of what a run keeps, only the trace, which no such price moves, stays.

        Raises:
            HeconError: a price that something is not linear in, or that is not declared.

        >>> import numpy as np
        >>> dose = PriceParameter("price", "drug", np.array([3.0]), np.array([[2.0]]))
        >>> one = Outcomes(np.array([[[6.0]]]), ("a",), (Item("drug", "cost", "", "health care"),), price_parameters=(dose,))
        >>> one.at_price("price", 5.0).cost("payer").tolist()
        [[10.0]]
        """
        named = self.price_parameter(price_parameter)
        values = self.values.copy()
        for one in named:
            (row,) = self.select(kind="cost", name=one.item)
            values[:, row] += (price - one.price) * one.quantity
        new_price = np.full_like(named[0].price, price)
        bound = {one.name for one in self.price_parameters if price_parameter in one.acts_with}
        price_parameters = tuple(
            replace(one, price=new_price) if one.name == price_parameter else one for one in self.price_parameters
        )
        why = f"how much of it is used depends on {price_parameter}, whose price was changed after the run"
        return replace(
            self,
            values=values,
            price_parameters=tuple(one for one in price_parameters if one.name not in bound),
            not_linear={**self.not_linear, **dict.fromkeys(bound, why)},
            kept={name: kept for name, kept in self.kept.items() if name == "trace"},
        )

    def price_parameter(self, name: str) -> list[PriceParameter]:
        """What a declared price is paid for, item by item.

        Raises:
            HeconError: a price that something is not linear in, with the place, or that is not declared.
        """
        found = [one for one in self.price_parameters if one.name == name]
        if not found and name in self.not_linear:
            raise HeconError(
                f"{name} cannot be changed after the run ({self.not_linear[name]}); run the model at other prices "
                f"(price_search, or hecon price CASE --price {name} --range LOW HIGH)"
            )
        if not found:
            known = list(dict.fromkeys(one.name for one in self.price_parameters))
            raise HeconError(
                f"'{name}' is not a declared price parameter{nearest(name, known)} (declared: {', '.join(known) or 'none'}); "
                "name it under price_parameters in the settings, or search for its price"
            )
        return found

    def _add(self, rows: list[int]) -> Array:
        total = np.zeros((self.values.shape[0], self.values.shape[2]))
        for row in rows:
            total += self.values[:, row]
        return total


def fingerprint(values: ArrayLike) -> str:
    """8 hexadecimal digits that tell one array of numbers from another, to the last bit and in their order.

    >>> fingerprint([1.0, 2.0]) == fingerprint([1.0, 2.0]), fingerprint([1.0, 2.0]) == fingerprint([2.0, 1.0])
    (True, False)
    """
    return f"{crc32(np.ascontiguousarray(values, dtype=np.float64).data):08x}"
