"""What must hold of a book before anything runs: names, ranges, means, currencies, settings. All faults at once.

Also what a reader should be told though it is no fault (`remarks`).
"""

from collections.abc import Iterable
from dataclasses import replace
from math import isfinite, sqrt
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.distributions.distribution import Distribution
from hecon.inputs.distributions.names_of_distributions import spelling, word
from hecon.inputs.draws import Draws
from hecon.inputs.life_tables import life_table_remarks
from hecon.inputs.margins import with_limits
from hecon.inputs.money import currency_faults
from hecon.inputs.parameter import NUMERIC_SETTINGS, SETTINGS, Parameter
from hecon.inputs.support import Support, stated, support_of, support_remarks
from hecon.inputs.tables.cells import is_number
from hecon.inputs.units import unit_of
from hecon.names import case_clashes, name_fault
from hecon.perspectives import METHODS

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def check(book: "Book", faults: Iterable[Fault], title: str, mixed: bool = False) -> "Book":
    """The book with its limits filled in; InputError with every fault, `faults` first, under `title`.

    >>> from hecon.inputs.book import Book
    >>> from hecon.inputs.parameter import Parameter
    >>> check(Book("demo", {"fee": Parameter(name="fee", value=2.0, low=3.0, high=1.0)}), [], "demo")
    Traceback (most recent call last):
    hecon.errors.InputError: demo: 1 fault
      - fee: low 3 is above high 1
    """
    book = _with_starting_age(book)
    raise_faults([*faults, *book_faults(book, mixed)], InputError, title)
    return filled(book)


def _with_starting_age(book: "Book") -> "Book":
    """A starting age given in the settings, as the input `starting_age` that formulas can name."""
    text = book.settings.get("starting_age", "")
    known = book.parameters.get("starting_age")
    if not is_number(text) or (known is not None and known.group != "settings"):
        return book
    cells = {"value": book.addresses.get("starting_age", "")}
    age = Parameter(
        name="starting_age", label="starting age", group="settings", unit="years", value=float(text), cells=cells
    )
    return replace(book, parameters={**book.parameters, "starting_age": age})


def filled(book: "Book") -> "Book":
    """The book with blank low and high filled: the 95% limits, or the value where nothing varies.

    >>> from hecon.inputs.book import Book
    >>> from hecon.inputs.parameter import Parameter
    >>> filled(Book("demo", {"fee": Parameter(name="fee", value=2.0)})).parameters["fee"].high
    2.0
    """
    margins = book.margins.distributions
    return replace(book, parameters={name: with_limits(one, margins[name]) for name, one in book.parameters.items()})


def book_faults(book: "Book", mixed: bool = False) -> list[Fault]:
    """Every fault of a book's parameters, names and settings; limits still blank are judged as their defaults.

    Amounts in several currencies or price years are none where they are `mixed`, to be converted.

    >>> from hecon.inputs.book import Book
    >>> from hecon.inputs.parameter import Parameter
    >>> [str(one) for one in book_faults(Book("demo", {"u_ill": Parameter(name="u_ill", value=1.1)}))]
    ['u_ill: a utility is at most 1; its value is 1.1']
    """
    faults = list(book.margins.faults)
    faults += [Fault(one.place("name"), why) for one in book.parameters.values() if (why := name_fault(one.name))]
    faults += [Fault(name, why) for name in book.tables if (why := name_fault(name))]
    faults += [
        Fault(first, f"differs from '{second}' only in case, which Excel takes for one name; rename one of them")
        for first, second in case_clashes([*book.parameters, *book.tables])
    ]
    faults += [
        Fault(name, "is both a parameter and a table; rename one") for name in book.tables if name in book.parameters
    ]
    for one in book.parameters.values():
        sound = one.name not in book.margins.unknown
        faults += _parameter_faults(one, book.margins.distributions[one.name], sound)
    return faults + currency_faults(book, mixed) + _settings_faults(book)


def remarks(book: "Book", draws: Draws | None = None) -> list[Fault]:
    """What is allowed but should be said: means that differ for a reason, intervals that do not fit their point, what is
    implausible (see `plausibility`).

    >>> from hecon.inputs.book import Book
    >>> from hecon.inputs.parameter import Parameter
    >>> hr = Parameter(name="hr_os", value=0.8, distribution="lognormal median ci", par1=0.6, par2=0.9)
    >>> print(remarks(Book("demo", {"hr_os": hr}))[0])
    hr_os: its point 0.8 is not the geometric middle of its interval, 0.7348; the interval's width is kept
    """
    told = []
    for one in book.parameters.values():
        words = word(one.distribution)
        if one.mean_differs:
            mean = book.margins.distributions[one.name].mean
            told.append(Fault(one.place("mean_differs"), f"value {one.value:g}, mean {mean:.4g}: {one.mean_differs}"))
        if words.endswith(" ci"):
            by_log = words.startswith("lognormal")
            kind, middle = ("geometric ", sqrt(one.par1 * one.par2)) if by_log else ("", (one.par1 + one.par2) / 2)
            if words != "logit-normal median ci" and abs(one.value - middle) > 0.05 * (one.par2 - one.par1):
                text = f"is not the {kind}middle of its interval, {middle:.4g}; the interval's width is kept"
                told.append(Fault(one.place("value"), f"its point {one.value:g} {text}"))
    return told + plausibility(book, draws)


def plausibility(book: "Book", draws: Draws | None = None) -> list[Fault]:
    """Of the remarks, those that question a number: life tables that look like none, values and draws outside a support.

    >>> from hecon.inputs.book import Book
    >>> plausibility(Book("demo", {}))
    []
    """
    return [*life_table_remarks(book.tables), *support_remarks(book, draws)]


def settings_draws(book: "Book") -> Draws | None:
    """The draws that a run would make by the settings alone, to be looked at; None where they ask for none.

    >>> from hecon.inputs.book import Book
    >>> settings_draws(Book("demo", {})) is None
    True
    """
    n, seed = (book.settings.get(name, "") for name in ("draws", "seed"))
    if not (n and seed) or int(float(n)) < 2 or not book.margins.varying:
        return None
    return book.sample(
        int(float(n)), int(float(seed)), book.settings.get("sampling", "").replace("-", " ") or "independent"
    )


def _parameter_faults(one: Parameter, distribution: Distribution, sound: bool) -> list[Fault]:
    """Faults of one row; a row whose distribution is `sound` is also held to its mean and limits."""
    faults = []
    place = one.place("value")
    if isfinite(one.low) != isfinite(one.high) and distribution.sd == 0 and sound:
        faults.append(Fault(place, "has one of low and high; give both"))
    full = with_limits(one, distribution)
    if full.low > full.high:
        faults.append(Fault(one.place("low"), f"low {full.low:g} is above high {full.high:g}"))
    if sound and not one.mean_differs:
        faults += _mean_faults(one, distribution)
        if not faults and not full.low <= one.value <= full.high:
            faults.append(Fault(place, f"value {one.value:g} is not within low {full.low:g} and high {full.high:g}"))
    return faults + _range_faults(full, distribution)


def _mean_faults(one: Parameter, distribution: Distribution) -> list[Fault]:
    """The value must be its distribution's mean (or declared median) within 1% or a tenth of its SE."""
    if not distribution.admits(one.value):
        return [Fault(one.place("value"), f"{distribution.family} needs {distribution.needs}; got {one.value:g}")]
    which = spelling(one.distribution).value_is
    if which == "choice":  # any of its numbers will do
        return []
    target = distribution.median if which == "median" else distribution.mean
    if abs(target - one.value) <= max(0.01 * abs(one.value), 0.1 * distribution.sd):
        return []
    return [
        Fault(
            one.place("value"),
            f"value {one.value:g} is not the {which} of its distribution, {target:.6g} (SE {distribution.sd:.4g}); "
            "correct one of them, or give the reason in mean_differs",
        )
    ]


def _range_faults(one: Parameter, distribution: Distribution) -> list[Fault]:
    """Value, low and high lie in the support: that of the unit, of the distribution, or the one stated."""
    try:
        said = stated(one)
    except InputError as error:
        return [Fault(one.place("support"), str(error))]
    if unit_of(one).kind == "percent" and said is None:
        told = f"a formula uses the number as written: write {one.value / 100:g} with unit 'share' or 'probability' for"
        return [Fault(one.place("unit"), f"{told} {one.value:g}%, or state its support where formulas divide by 100")]
    support = support_of(one, distribution)
    faults = []
    for column in ("value", "low", "high"):
        number = getattr(one, column)
        judged = column == "value" and not distribution.admits(number) and support.what.startswith("a draw")
        if (column != "value" and number == one.value) or judged:
            continue
        if one.name.startswith("dr_") and number >= 1:
            told = f"a discount rate is a share per year; its {column} is {number:g}: write {number / 100:g} for {number:g}%"
            faults.append(Fault(one.place(column), told))
        elif not support.holds(number):
            faults.append(Fault(one.place(column), f"{support.rule}; its {column} is {number:g}{_why(one, support)}"))
    return faults


def _why(one: Parameter, support: Support) -> str:
    """What to do about a number outside a support that the author did not state."""
    if one.support or support.what in ("a utility", "") or support.what.startswith("a draw"):
        return ""
    if not one.unit:
        prefix = one.name.split("_")[0] + "_" * ("_" in one.name)
        return f" (a name with {prefix} and no unit is {support.what}: give its unit or its support, or another name)"
    return "" if support.high == 1 else "; correct it, or write 'any' as its support"


def _settings_faults(book: "Book") -> list[Fault]:
    faults = []
    for name, text in book.settings.items():
        place = f"{book.addresses.get(name, 'settings')} ({name})"
        if name not in SETTINGS:
            hint = nearest(name, SETTINGS) or f" (known: {', '.join(SETTINGS)})"
            hint = "; it is called price_parameters" if name == "levers" else hint
            faults.append(Fault(place, f"there is no setting '{name}'{hint}"))
        elif name == "lost_work" and text and text not in METHODS:
            known = ", ".join(METHODS)
            faults.append(Fault(place, f"'{text}' is no method of lost work{nearest(text, METHODS)} (known: {known})"))
        elif name == "cell_therapy" and text not in ("", "yes", "no"):
            faults.append(Fault(place, f"'{text}' is neither yes nor no"))
        elif name in NUMERIC_SETTINGS and text:
            faults += [Fault(place, why) for why in [_numeric_fault(name, text)] if why]
    for setting in ("price_parameters", "product_price"):
        for price in book.settings.get(setting, "").split():
            if price not in book.parameters:
                hint = nearest(price, book.parameters)
                place = f"{book.addresses.get(setting, 'settings')} ({setting})"
                faults.append(Fault(place, f"there is no parameter '{price}'{hint}"))
    return faults


def _numeric_fault(name: str, text: str) -> str:
    whole, least = name in ("draws", "seed", "price_year"), 1 if name in ("draws", "price_year") else 0
    number = float(text) if is_number(text) else float("nan")
    if isfinite(number) and number >= least and (not whole or number == int(number)):
        return ""
    return f"{name} must be a {'whole ' if whole else ''}number of at least {least}; got '{text}'"
