"""A book without some of its numbers: what confidential files are written from, so that they cannot hold what it lacks.

A withheld input keeps its name, label, unit and source; its value is a stand-in, and all else of it is gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from math import nan
from typing import TYPE_CHECKING

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.curve_parameters import choice_name, coefficient_name
from hecon.inputs.distributions.groups import Dirichlet

if TYPE_CHECKING:
    from hecon.inputs.book import Book

WITHHELD = "withheld"  # what stands in place of a word or a number


def check_withheld(book: "Book", names: Collection[str], used: Collection[str]) -> None:
    """Refuse inputs that cannot be withheld; `used` are those the model takes.

    Raises:
        InputError: unknown names, inputs the model does not use, coefficients of fitted curves, some but not all members
            of a group that is drawn together; all at once.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> check_withheld(make_book("demo", [Parameter(name="price", value=9.0)]), ["prize"], ["price"])
    Traceback (most recent call last):
    hecon.errors.InputError: --redact: 1 fault
      - prize: is not an input of demo; did you mean 'price'?
    """
    faults = []
    fitted = {choice_name(curve) for curve in book.fitted} | {
        coefficient_name(curve, family, name)
        for curve, one in book.fitted.items()
        for family, fit in one.fits.items()
        for name in fit.names
    }
    for name in names:
        if name not in book.parameters:
            hint = nearest(name, book.parameters)
            faults.append(Fault(name, f"is not an input of {book.case}{hint}"))
        elif name in fitted:
            faults.append(Fault(name, "belongs to a fitted curve, whose coefficients are drawn and shown together"))
        elif name not in used:
            faults.append(Fault(name, "is not used by the model as it is run here, so there is nothing to withhold"))
    for group in book.margins.groups:
        left = [name for name in group.members if name not in names]
        if left and len(left) < len(group.members):
            kind = "are shares of one whole" if isinstance(group, Dirichlet) else "are drawn together"
            some = ", ".join(name for name in group.members if name in names)
            why = f"the members of group {group.name} {kind}, so the others tell of it: withhold {', '.join(left)} too"
            faults.append(Fault(some, why))
    raise_faults(faults, InputError, "--redact")


def withhold(book: "Book", stand_ins: Mapping[str, float]) -> "Book":
    """The book with these inputs at stand-ins and nothing else left of their numbers, here and in scenarios.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="price", value=9.0, low=5.0, high=12.0, note="net of 10%")])
    >>> one = withhold(book, {"price": 0.0}).parameters["price"]
    >>> one.value, one.low, one.note
    (0.0, nan, 'withheld')
    """
    parameters = {
        name: replace(
            one, value=float(stand_ins[name]), low=nan, high=nan, distribution="", par1=nan, par2=nan, correlation_group="",
            mean_differs="", support="", note=WITHHELD, cells={},
        ) if name in stand_ins else one
        for name, one in book.parameters.items()
    }  # fmt: skip
    scenarios = {
        name: replace(
            scenario,
            changes=tuple(
                replace(change, value=WITHHELD, note=WITHHELD) if change.name in stand_ins else change
                for change in scenario.changes
            ),
        )
        for name, scenario in book.scenarios.items()
    }
    correlations = tuple(one for one in book.correlations if not {one.name_1, one.name_2} & stand_ins.keys())
    return replace(book, parameters=parameters, scenarios=scenarios, correlations=correlations, origin=None)


def altered(book: "Book", names: Collection[str]) -> "Book":
    """The book with every number and word of these inputs changed: what is written from it must be the same.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> altered(make_book("demo", [Parameter(name="price", value=9.0)]), ["price"]).parameters["price"].value > 13
    True
    """
    parameters = {
        name: replace(
            one, value=_other(one.value), low=_other(one.low), high=_other(one.high), par1=_other(one.par1),
            par2=_other(one.par2), note=f"{one.note} (another)", mean_differs=f"{one.mean_differs} (another)", support="any",
        ) if name in names else one
        for name, one in book.parameters.items()
    }  # fmt: skip
    scenarios = {
        name: replace(
            scenario,
            changes=tuple(
                replace(change, value=f"{change.value}1", note="another") if change.name in names else change
                for change in scenario.changes
            ),
        )
        for name, scenario in book.scenarios.items()
    }
    return replace(book, parameters=parameters, scenarios=scenarios)


def _other(value: float) -> float:
    return 1.37 * value + 1.0


def salted(book: "Book", salt: bytes) -> str:
    """SHA-256 (hex) of a salt and the book's fingerprint: without the salt, no guess at a withheld number can be tried.

    >>> from hecon.inputs.book import make_book
    >>> salted(make_book("demo", []), b"1") == salted(make_book("demo", []), b"2")
    False
    """
    return sha256(salt + book.fingerprint().encode()).hexdigest()
