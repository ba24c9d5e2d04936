"""Sets of inputs to try a page with: the base case, other inputs under other horizons and discount rates, one input at a
time at its bounds and far beyond, and the draws that the page carries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.errors import InputError
from hecon.page.open_graph import RATES
from hecon.workbook.sheets.input_options import options_of
from hecon.workbook.verify.perturbation import batches, random_inputs

if TYPE_CHECKING:
    from hecon.formula.program import Program
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws

_RATES = ((0.0, 0.0), (0.06, 0.015), (0.0125, 0.05))  # a year, of costs and of effects
_SHARE = 0.6  # of the shortest horizon, in whole years, as a shorter one
_FAR = ((0.5, 0.0), (10.0, 0.0), (0.0, 0.0), (0.0, 1.2), (-1.0, 0.0))  # times the base case, and plus


@dataclass(frozen=True)
class Batch:
    """Sets of inputs (`draws`) of one kind under one horizon in years (None: the model's own) and discount rates written as
    numbers {stand-in: rate}. `once` where all that no draw touches is prepared once, as a PSA does; `look` where all that is
    looked at beside totals is asked for.
    """

    kind: str
    what: str
    draws: "Draws"
    horizon: float | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    once: bool = False
    look: bool = False
    labels: tuple[str, ...] = ()

    def called(self, k: int) -> str:
        """What set k is called, in a part of a batch too.

        >>> from hecon.workbook.example import one_visit
        >>> base_case(one_visit()[1]).called(0)
        'base case, set 1'
        """
        draw = int(self.draws.draw[k])
        return f"{self.what}, {self.labels[draw] if self.labels else f'set {draw + 1}'}"

    @property
    def settled(self) -> "Draws":
        """The draws with the horizon and rates among their settings, as the engine takes them."""
        book = self.draws.book
        settings = dict(book.settings)
        if self.horizon is not None:
            settings["horizon"] = f"{self.horizon:.15g} years"
        names = {stand_in: f"discount_{kind}" for kind, stand_in in RATES.items()}
        settings |= {names[stand_in]: repr(rate) for stand_in, rate in self.rates.items()}
        return replace(self.draws, book=replace(book, settings=settings))

    def values(self, names: Sequence[str], base: Mapping[str, float]) -> Array:
        """The sets as a script takes them: (set, input), the inputs in its order; `base` tells the stand-ins' own rates."""
        columns = [
            np.broadcast_to(self.draws[name], self.draws.n)
            if name in self.draws.book.parameters
            else np.full(self.draws.n, self.rates.get(name, base[name]))
            for name in names
        ]
        return np.transpose(columns).reshape(self.draws.n, len(names))


def base_case(book: "Book") -> Batch:
    """The base case, looked at whole.

    >>> from hecon.workbook.example import one_visit
    >>> base_case(one_visit()[1]).values(["c_visit"], {}).tolist()
    [[50.0]]
    """
    return Batch("base case", "base case", book.base(), look=True)


def other_inputs(
    book: "Book", horizons: Sequence[float], rates: Sequence[str], count: int, seed: int
) -> Iterator[Batch]:
    """So many sets of other inputs, in batches that go through the horizons and, for stand-ins of `rates`, other rates.

    >>> from hecon.workbook.example import one_visit
    >>> [(one.what, one.draws.n) for one in other_inputs(one_visit()[1], [2.0], ["_dr_cost"], 4, seed=1)]
    [('inputs 1 to 2', 2), ('inputs 3 to 4, horizon 2, _dr_cost 0.06', 2)]
    """
    switches: list[dict[str, float]] = [{}, *({"horizon": years} for years in horizons)]
    tried = 0
    for k, batch in enumerate(batches(book, list(book.parameters), [], switches, count, seed) if count else ()):
        draws = replace(batch.draws, book=book)
        turned = {name: float(x) for name, x in batch.switches.items()}
        now = dict(zip(("_dr_cost", "_dr_effect"), _RATES[k % len(_RATES)], strict=True)) if k else {}
        turned |= {name: now[name] for name in rates if name in now}
        told = ", ".join(f"{name} {x:g}" for name, x in turned.items())
        what = f"inputs {tried + 1} to {tried + draws.n}" + (f", {told}" if told else "")
        tried += draws.n
        horizon = turned.pop("horizon", None)
        yield Batch("other inputs", what, draws, horizon, turned, look=True)


def one_at_a_time(book: "Book") -> Batch:
    """Each input alone at its low and its high, each switch and choice at each of its values.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> one_at_a_time(make_book("demo", [Parameter(name="fee", value=2.0, low=1.0, high=4.0)])).draws["fee"].tolist()
    [1.0, 4.0]
    """
    moved = [
        (one.name, bound) for one in book.parameters.values() if one.low < one.high for bound in (one.low, one.high)
    ]
    moved += [(name, value) for name, one in book.parameters.items() for value in options_of(one) if value != one.value]
    return _moved("one at a time", book, moved)


def far_inputs(book: "Book", names: Sequence[str], count: int, seed: int) -> Batch:
    """So many inputs, each alone far from its base case but within its support: what the engine refuses, the page must refuse.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="p_ill", value=0.5, unit="probability")])
    >>> far_inputs(book, ["p_ill"], 2, seed=1).labels
    ('p_ill 0.25', 'p_ill 0')
    """
    wanted = [(name, factor * book.parameters[name].value + plus) for name in names for factor, plus in _FAR]
    moved: list[tuple[str, float]] = []
    for k in np.random.default_rng(seed).permutation(len(wanted)).tolist():
        name, value = wanted[k]
        one = book.parameters[name]
        if len(moved) < count and value != one.value and not options_of(one):
            try:
                book.fix(**{name: value})
            except InputError:
                continue  # outside its support: the page's field does not take it
            moved.append((name, value))
    return _moved("far inputs", book, moved)


def other_prices(book: "Book", names: Sequence[str]) -> Batch:
    """Each price alone at half, or at 1 where it is 0.

    >>> from hecon.workbook.example import one_visit
    >>> other_prices(one_visit()[1], ["c_visit"]).labels
    ('c_visit 25',)
    """
    return _moved("prices", book, [(name, 0.5 * book.parameters[name].value or 1.0) for name in names])


def _moved(kind: str, book: "Book", moved: Sequence[tuple[str, float]]) -> Batch:
    """Sets in each of which one input alone has another value."""
    names = tuple(dict.fromkeys(name for name, _ in moved))
    values = np.repeat(np.array([[book.parameters[name].value] for name in names]).reshape(-1, 1), len(moved), axis=1)
    for k, (name, value) in enumerate(moved):
        values[names.index(name), k] = value
    draws = replace(book.base(), names=names, values=values, draw=np.arange(len(moved)), method="one-way")
    return Batch(kind, kind, draws, labels=tuple(f"{name} {value:g}" for name, value in moved))


def carried(draws: "Draws") -> Batch:
    """The draws of a PSA as 32-bit numbers, which a page carries; the engine takes the same.

    Raises:
        InputError: a draw that rounding puts outside of its support.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> batch = carried(make_book("demo", [Parameter(name="fee", value=0.1)]).base().fix(fee=[0.1]))
    >>> float(batch.draws["fee"][0])
    0.10000000149011612
    """
    rounded = draws.values.astype(np.float32).astype(np.float64)
    return Batch("draws", f"{draws.n:,} draws", replace(draws, values=rounded), once=True)


def again(batch: Batch, k: int, seed: int) -> Batch:
    """Another set in place of set k of a batch.

    >>> from hecon.workbook.example import one_visit
    >>> again(other_prices(one_visit()[1], ["c_visit"]), 0, 1).what
    'prices, c_visit 25 drawn again'
    """
    draws = random_inputs(batch.draws.book, list(batch.draws.book.parameters), 1, np.random.default_rng(seed))
    return replace(batch, what=f"{batch.called(k)} drawn again", draws=draws)


def horizons(program: "Program") -> list[float]:
    """Other horizons in years, each a whole number of cycles of every structure: some three fifths of the shortest, one step,
    one step short of it, and one step more.

    >>> from hecon.formula.program import Block, Clock, Program
    >>> from hecon.formula.syntax import Number
    >>> x, y = (Block("b", "a", None, Clock(per_year, 12), Number(1.0), Number(0.0), {}) for per_year in (4.0, 2.0))
    >>> horizons(Program("Demo", (), (x, y), ()))
    [1.5, 0.5, 2.5, 3.5]
    """
    clocks = [block.clock for block in program.blocks if block.clock]
    if not clocks:
        return []
    step = Fraction(0)
    for clock in clocks:
        own = 1 / Fraction(clock.per_year).limit_denominator(10_000)
        step = Fraction(lcm(step.numerator, own.numerator), gcd(step.denominator, own.denominator)) if step else own
    declared = {clock.cycles / clock.per_year for clock in clocks}
    most = int(min(declared) / float(step) + 1e-9)
    wanted = dict.fromkeys((int(most * _SHARE), 1, most - 1, most + 1))
    return [one for k in wanted if k >= 1 and (one := float(k * step)) not in declared]
