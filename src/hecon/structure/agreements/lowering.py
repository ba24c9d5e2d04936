"""A model with agreements: the items of each, and a switch that says which is in force."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from hecon.errors import Fault, ModelError, nearest, raise_faults
from hecon.inputs.parameter import Parameter
from hecon.structure.agreements.items import SWITCH, InForce, of_flow, of_lump
from hecon.structure.agreements.products import chosen_item, product_items
from hecon.structure.agreements.rewriting import Rewriting
from hecon.structure.agreements.terms import AFTER, Agreement
from hecon.structure.items import Cost, Outcome
from hecon.structure.lowering import as_tree
from hecon.structure.payoffs import on_a_clock
from hecon.structure.tree import DecisionTree, Leaf, Strategy

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model


def with_agreements(
    model: "Model", book: "Book", agreements: Sequence[Agreement], in_force: str = ""
) -> "tuple[DecisionTree, Book]":
    """The model with every agreement's items, and the book with the switch `agreement`: 0 pays as the model stands, k as the
    k-th agreement says. `in_force` names the one that the switch has in the base case; a setting of the book tells it.

    Raises:
        ModelError: all at once: unknown strategies, items, terms that do not fit the product, conditions that the model does not
            hold as a state or a curve.

    >>> from hecon import run
    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure.agreements.terms import Discount
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [Parameter(name="price", value=100.0)])
    >>> model, book = with_agreements(tree, book, [Agreement("cheap", "A fifth off", [Discount("0.2")])], "cheap")
    >>> run(model, book.base()).cost("payer").tolist()
    [[80.0]]
    """
    faults: list[Fault] = []
    tree = as_tree(model, faults)
    numbered = [InForce(one, k) for k, one in enumerate(agreements, start=1)]
    names = [one.name for one in agreements]
    faults += [
        Fault(f"agreement {name}", "is declared more than once")
        for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if in_force and in_force not in names:
        faults.append(
            Fault(
                "agreement", f"there is no agreement '{in_force}'{nearest(in_force, names)} (known: {', '.join(names)})"
            )
        )
    about: dict[str, dict[str, list[InForce]]] = {}
    prices = book.settings.get("product_price", "").split()
    for force in numbered:
        try:
            strategy, item = subject(tree, force, prices)
        except ModelError as error:
            faults.append(Fault(*_split(str(error), force.place)))
            continue
        about.setdefault(strategy, {}).setdefault(item, []).append(force)
    strategies = [_agreed(one, about[one.name], faults) if one.name in about else one for one in tree.strategies]
    raise_faults(list(dict.fromkeys(faults)), ModelError, tree.title or "model")
    told = "; ".join(
        [
            "0 as the model stands",
            *(f"{force.number} {force.agreement.label or force.agreement.name}" for force in numbered),
        ]
    )
    number = float(names.index(in_force) + 1 if in_force else 0)
    switch = Parameter(
        name=SWITCH, label="agreement in force", group="agreements", unit="switch", value=number, low=number, high=number,
        provenance="assumption", note=f"a choice, no estimate: {told}",
    )  # fmt: skip
    settings = {**book.settings, **({SWITCH: in_force} if in_force else {})}
    agreed = replace(book, parameters={**book.parameters, SWITCH: switch}, settings=settings)
    return replace(tree, strategies=strategies), agreed


def subject(tree: DecisionTree, force: InForce, prices: Sequence[str]) -> tuple[str, str]:
    """The strategy and the item that an agreement is about.

    Raises:
        ModelError: names that the model does not have, or several products of which none is named; two timing terms.

    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("a", to=drug), Strategy("b", to=Leaf())], {}, "continuous")
    >>> subject(tree, InForce(Agreement("x", "", ()), 1), ["price"])
    ('a', 'drug')
    """
    agreement = force.agreement
    if agreement.after not in AFTER:
        raise ModelError(f"{force.place}: after='{agreement.after}' is neither '' (the decision) nor 'infusion'")
    force.timing()
    found = {one.name: product_items(tree, one, prices) for one in tree.strategies}
    if agreement.item or not any(found.values()):  # of what is no product at the declared price
        found = {one.name: product_items(tree, one, ()) for one in tree.strategies}
    if agreement.strategy and agreement.strategy not in found:
        raise ModelError(
            f"{force.place}: there is no strategy '{agreement.strategy}'{nearest(agreement.strategy, found)}"
            f" (known: {', '.join(found)})"
        )
    able = [name for name, items in found.items() if items and (not agreement.item or agreement.item in items)]
    if not agreement.strategy and len(able) != 1:
        raise ModelError(f"{force.place}: name the strategy it is about (with a product: {', '.join(able) or 'none'})")
    strategy = agreement.strategy or able[0]
    return strategy, chosen_item(found[strategy], agreement.item, force.place)


def _agreed(strategy: Strategy, about: Mapping[str, Sequence[InForce]], faults: list[Fault]) -> Strategy:
    """A strategy that pays as the agreements about its product items say, or as it stands while none is in force."""

    def told(force: InForce, make: Callable[[], list[Outcome]]) -> list[Outcome]:
        try:
            return make()
        except ModelError as error:
            faults.append(Fault(*_split(str(error), force.place)))
            return []

    def instead(one: Cost) -> list[Outcome]:
        off = " or ".join(f"{SWITCH} == {force.number}" for force in about[one.name])
        texts = one.amount if isinstance(one.amount, Mapping) else {"": one.amount}
        kept = {state: f"(0 if {off} else {text})" for state, text in texts.items()}
        found: list[Outcome] = [replace(one, amount=kept if isinstance(one.amount, Mapping) else kept[""])]
        if on_a_clock(one):
            found += [new for force in about[one.name] for new in told(force, partial(of_flow, force, one))]
        return found

    def added(one: Cost, leaf: Leaf) -> list[Outcome]:
        lasts = strategy.lasts
        return [new for force in about[one.name] for new in told(force, partial(of_lump, force, one, leaf, lasts))]

    return Rewriting(about, instead, added).strategy(strategy)


def _split(text: str, place: str) -> tuple[str, str]:
    return place, text.removeprefix(f"{place}: ")
