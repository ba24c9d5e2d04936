"""The agreement that a scenario sets, put in force for its own run: the setting `agreement` of its rows."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hecon.errors import ModelError
from hecon.structure.agreements.carried import as_chosen
from hecon.structure.agreements.items import SWITCH
from hecon.structure.agreements.lowering import with_switch
from hecon.structure.agreements.reading import agreements_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model


def in_force(book: "Book") -> "Book":
    """A scenario's book with the switch `agreement` as its setting says; itself where the scenario changes no agreement.

    Raises:
        ModelError: an agreement that the inputs do not have, or another one than the run is under.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Change, Scenario
    >>> cheap = Scenario("cheap", "", (Change("setting", "agreement", "fifth_off"),))
    >>> schemes = {"schemes": ({"name": "fifth_off", "terms": "Discount('0.2')"},)}
    >>> book = make_book("demo", [], scenarios={"cheap": cheap}, records=schemes)
    >>> in_force(book.scenario("cheap")).parameters["agreement"].value
    1.0
    """
    name = book.settings.get(SWITCH, "")
    if book.origin is None or name == book.origin.settings.get(SWITCH, ""):
        return book
    switch, held = book.parameters.get(SWITCH), SWITCH in book.origin.parameters
    if switch is not None and not held:  # done already
        return book
    if switch is None:
        known = [one for one in agreements_of(book) if one.name == name] if name else []
        if name and not known:
            raise ModelError(f"{book.case} has no agreement '{name}', which a scenario sets; schemes.csv declares them")
        return with_switch(book, known, name) if known else book
    if name:
        raise ModelError(
            f"a scenario pays as '{name}' says, the run is under another agreement; run it with --scenario"
        )
    off = replace(switch, value=0.0, low=0.0, high=0.0)
    return replace(book, parameters={**book.parameters, SWITCH: off})


def with_its_agreement(model: "Model", book: "Book") -> "Model":
    """The model that a scenario's book of `in_force` needs: with the agreement that the base case does not have.

    Raises:
        ModelError: what `with_agreements` raises.

    >>> from hecon.inputs.book import make_book
    >>> with_its_agreement("a model", make_book("demo", []))
    'a model'
    """
    if book.origin is None or SWITCH not in book.parameters or SWITCH in book.origin.parameters:
        return model
    bare = {name: one for name, one in book.parameters.items() if name != SWITCH}
    found: Model = as_chosen(model, replace(book, parameters=bare))[0]
    return found
