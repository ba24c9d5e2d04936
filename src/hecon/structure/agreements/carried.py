"""A model that carries all its agreements behind the switch, with counts that say undiscounted what each payment comes to.

The executable workbook is written from it: its sheet Reimbursement shows the payments of the agreement in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from hecon.structure.agreements.dates import payments_due
from hecon.structure.agreements.items import SWITCH, InForce
from hecon.structure.agreements.lowering import STANDS, subject, with_agreements
from hecon.structure.agreements.probes import TREATED, WAIT
from hecon.structure.agreements.products import items_of, product_items
from hecon.structure.agreements.reading import SHEET, agreements_of
from hecon.structure.agreements.rewriting import Rewriting
from hecon.structure.agreements.terms import Agreement, Coverage, Refund
from hecon.structure.items import Cost, Count, Outcome
from hecon.structure.lowering import as_tree
from hecon.structure.payoffs import on_a_clock
from hecon.structure.tree import DecisionTree, Leaf

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model

MANUFACTURER, ADMINISTRATION = "manufacturer", "administration"


@dataclass(frozen=True)
class Flow:
    """One payment of one agreement (`agreement` is its number, 0 as the model stands): when, on what condition, and the names of
    the items that hold it. `years` count from the decision, or from treatment where `after` is "infusion"; `refund` comes back.
    """

    agreement: int
    when: str
    condition: str
    years: float
    after: str
    item: str
    patient: str = ""
    to: str = MANUFACTURER
    refund: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """The items of payer and patient."""
        return tuple(filter(None, (self.item, self.patient)))


@dataclass(frozen=True)
class Carried:
    """The `model` and `book` with the switch; `agreements` in the order of its numbers, from 1; all are about one `strategy`.

    `flows` are the payments of each and of the model as it stands, `once` says that the product is paid once.
    """

    model: DecisionTree
    book: "Book"
    agreements: tuple[Agreement, ...]
    strategy: str
    flows: tuple[Flow, ...]
    once: bool


def undiscounted(item: str) -> str:
    """The name of the count of what an item pays, undiscounted.

    >>> undiscounted("drug, thirds")
    'paid: drug, thirds'
    """
    return f"paid: {item}"


def most(item: str) -> str:
    """The name of the count of the most that a payment can be, its condition holding for all who are treated.

    >>> most("drug, thirds")
    'at most: drug, thirds'
    """
    return f"at most: {item}"


def carried(model: "Model", book: "Book") -> Carried | None:
    """The model with its agreements, or None where the inputs have none, or have them for several strategies or products.

    Where the book has the switch already, the agreements are those that the model holds, and counts that are there stay.

    Raises:
        ModelError: what `with_agreements` raises.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure.tree import Strategy
    >>> drug = Leaf(outcomes=[Cost("drug", "price", category="product", sector="health care")])
    >>> tree = DecisionTree("Demo", [Strategy("drug", to=drug)], {"cost": "0", "effect": "0"}, "continuous")
    >>> book = make_book("demo", [], records={"schemes": ({"name": "cheap", "terms": "Discount('0.2')"},)})
    >>> [(one.item, one.when) for one in carried(tree, book).flows]
    [('drug', 'at treatment'), ('drug, cheap', 'at treatment')]
    """
    if not book.records.get(SHEET):
        return None
    declared, has, tree = agreements_of(book), SWITCH in book.parameters, as_tree(model, [])
    prices = book.settings.get("product_price", "").split()
    kept = tuple(one for one in declared if not has or _about(tree, InForce(one, 0))[0])
    numbered = [InForce(one, k) for k, one in enumerate(kept, start=1)]
    about = {_about(tree, one) if has else subject(tree, one, prices) for one in numbered}
    if len(about) != 1:
        return None
    ((strategy, item),) = about
    tree, switched = (tree, book) if has else with_agreements(model, book, kept)
    off = " or ".join(f"{SWITCH} == {one.number}" for one in numbered)
    own = next(one for one in tree.strategies if one.name == strategy)
    held = {one.name: one for one, _ in items_of(tree, own)}
    flows = [Flow(0, "at treatment", "", 0.0, "", item)]
    for force in numbered:
        flows += _flows(force, item)
    counted = {name for one in flows for name in one.items}
    conditional = {
        name for one in flows if one.condition and not one.refund and one.to == MANUFACTURER for name in one.items
    }

    def added(one: Cost, leaf: Leaf) -> list[Outcome]:
        text = str(one.amount).removeprefix(f"(0 if {off} else ").removesuffix(")")
        lasts = "0" if own.lasts == "0" else "lasts"
        return [Count(TREATED, text), Count(WAIT, f"({text}) * ({lasts})")]

    def instead(one: Cost) -> list[Outcome]:
        found: list[Outcome] = [
            one, Count(undiscounted(one.name), one.amount, one.per, one.on, one.at, between=one.between)
        ]  # fmt: skip
        if one.name in conditional:
            amount = one.amount if isinstance(one.amount, str) else next(iter(one.amount.values()))
            found.append(Count(most(one.name), amount))
        return found

    once = not on_a_clock(held[item])
    flows = flows if once else [replace(one, when="in each cycle") for one in flows]
    if undiscounted(item) not in held:
        counting = Rewriting(counted, instead, lambda one, leaf: added(one, leaf) if one.name == item else [])
        strategies = [counting.strategy(one) if one.name == strategy else one for one in tree.strategies]
        tree = replace(tree, strategies=strategies)
    return Carried(tree, switched, kept, strategy, tuple(flows), once)


def _about(tree: DecisionTree, force: InForce) -> tuple[str, str]:
    """The strategy and the item that an agreement is about which the model holds already: its items bear that item's name."""
    for one in tree.strategies:
        names = product_items(tree, one, ())
        for item in names:
            named = force.named(item)
            if any(other == named or other.startswith(f"{named}, ") for other in names):
                return one.name, item
    return "", ""


def _flows(force: InForce, item: str) -> list[Flow]:
    """The payments of an agreement, as its items are named."""
    one, due = force.agreement, payments_due(force.timing())
    shared = any(isinstance(term, Coverage) for term in one.terms)

    def flow(when: str, condition: str, years: float, name: str, refund: bool = False) -> Flow:
        return Flow(
            force.number, when, condition, years, one.after, name, f"{name}, patient" if shared else "", refund=refund
        )

    found = []
    for each in due:
        name = force.named(item, each.written if len(due) > 1 else "")
        since = "treatment" if one.after == "infusion" else "the decision"
        when = f"{each.written} after {since}" if each.time or len(due) > 1 else "at treatment"
        found.append(flow(when, each.while_in, float(each.time), name))
    for term in force.of_kind(Refund):
        found.append(
            flow(f"before {term.before}", f"comes back on {term.on}", 0.0, force.named(item, "refund"), refund=True)
        )
    if one.administration != "0":
        name = force.named(item, "administration")
        found.append(Flow(force.number, "at treatment", "", 0.0, "", name, to=ADMINISTRATION))
    if one.per_assessment != "0":
        for each in due:
            if each.while_in:
                name = force.named(item, f"assessment, {each.written}")
                told = f"{each.written}, assessment"
                found.append(Flow(force.number, told, "alive", float(each.time), one.after, name, to=ADMINISTRATION))
    return found


def names_of(agreements: Sequence[Agreement]) -> tuple[str, ...]:
    """What the switch calls its numbers, from 0.

    >>> names_of([Agreement("thirds", "", ())])
    ('as the model stands', 'thirds')
    """
    return (STANDS, *(one.name for one in agreements))


def as_chosen(model: Any, book: "Book") -> "tuple[Any, Book]":
    """A model and a book whose setting `agreement` names one that is not yet in the model: with it in force.

    Raises:
        ModelError: what `with_agreements` raises.

    >>> from hecon.inputs.book import make_book
    >>> book = make_book("demo", [])
    >>> as_chosen(None, book) == (None, book)
    True
    """
    name = book.settings.get(SWITCH, "")
    if not name or SWITCH in book.parameters:
        return model, book
    return with_agreements(model, book, [one for one in agreements_of(book) if one.name == name], name)
