"""From a run to the hospital's side of it: who is treated, what the product costs, stay.csv; margin and cash of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.paying.hospital import NotTreated, StayCost, Terms, account, case_rows, cases
from hecon.analysis.paying.hospital_year import years
from hecon.analysis.paying.payments import payments
from hecon.analysis.paying.working_capital import PassedOn, flows, working_capital
from hecon.errors import Fault, HeconError, InputError, nearest, raise_faults
from hecon.inputs.stay import CARRIERS, Stay, stay_of
from hecon.results.hospital_table import HospitalTable
from hecon.results.paying import milestones_of
from hecon.structure.agreements.dates import last_date

if TYPE_CHECKING:
    from hecon.analysis.paying.milestones import Milestones
    from hecon.arrays import Array
    from hecon.inputs.draws import Draws
    from hecon.results.analysis import Analysis
    from hecon.structure.agreements.terms import Agreement

PATIENTS = 100
_LATER = 1e-9


def hospital_table(analysis: "Analysis", patients: int = PATIENTS, strategy: str = "") -> HospitalTable:
    """Margin and cash of a case for the hospital that gives the product, with `patients` in each draw of the run.

    `strategy` is the one whose product it is; it may be left out where only one has a product.

    A run under an agreement pays the product as it says. Rows of stay.csv are drawn by the run's number of draws and seed.

    Raises:
        HeconError: no stay.csv or faults in it; patients who are not treated, or instalments, of whom nobody is declared to pay;
            amounts that were converted; what `milestones_of` and `payments` raise.

    >>> from hecon.results.example import one_product
    >>> from hecon.analysis.paying.hospital import INFUSED
    >>> rows = {"fee": ("300", "tariff"), "stay": ("150", "money a stay"), "price": ("", "acquisition")}
    >>> rows |= {"wait": ("60", "days to payment")}
    >>> stay = [{"name": name, "value": value, "unit": unit, "provenance": "assumption"} for name, (value, unit) in rows.items()]
    >>> hospital_table(one_product(stay=tuple(stay)), 10).row(INFUSED).margin.mean
    50.0
    """
    from hecon.structure.agreements.items import SWITCH
    from hecon.structure.agreements.reading import agreements_of

    model, book = analysis.at_hand()
    if analysis.converted:
        raise HeconError(f"{analysis.case}: stay.csv is in the case's own money; leave out --currency and --price-year")
    draws = analysis.draws or book.base()
    name = analysis.about.get("agreement", "")
    agreement = next((one for one in agreements_of(book) if one.name == name), None) if name else None
    if agreement is not None:
        draws = draws.fix(**{SWITCH: 0.0})  # list prices; the agreement's payments follow from them
    strategy, item = _product(model, draws, agreement, strategy)
    stay = stay_of(book, strategy)
    until = float(np.ceil(last_date(agreement) * 12) / 12) if agreement else 0.0
    held, _ = milestones_of(model, draws, until, strategy=strategy, item=item)
    own = stay.book.sample(draws.n, analysis._seed(None)) if draws.n > 1 else stay.book.base()
    terms, price, passed = _terms(stay, own, held, agreement, {one: draws[one] for one in book.parameters})
    others = _others(stay, own, untreated(model, draws, strategy, item), price)
    costs, events = _costs(stay, own)
    seed = analysis._seed(None)
    found = cases(terms, costs, events, patients, seed)
    share = held.share_treated
    paid = flows(terms, found, share, others, passed, seed)
    cash = working_capital(paid, draws.n, passed.carried_by if passed else "", analysis.money)
    return HospitalTable(
        case_rows(found, share, others), account(found, terms, share, analysis.money), cash,
        years(found, share, others, seed, analysis.money), found.margin, strategy, name,
        {one.label: one.carried_by for one in others}, patients, draws.n, analysis.money,
    )  # fmt: skip


def untreated(model: Any, draws: "Draws", strategy: str, item: str) -> "dict[tuple[str, ...], Array]":
    """The share (draw,) of patients on each path of a strategy that never gets its product, by the labels of the path.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.structure import Branch, Chance, Cost, DecisionTree, Leaf, Strategy
    >>> drug = Leaf(outcomes=[Cost("drug", "9", category="product", sector="health care")])
    >>> one = Strategy("drug", to=Chance(Branch("made", "0.9", drug), Branch("failed", "C", Leaf())))
    >>> tree = DecisionTree("Demo", [one], {"cost": "0", "effect": "0"}, "continuous")
    >>> {labels: share.round(6).tolist() for labels, share in untreated(tree, make_book("demo", []).base(), "drug", "drug").items()}
    {('failed',): [0.1]}
    """
    from hecon.evaluate.run import run
    from hecon.structure.items import Count
    from hecon.structure.lowering import as_tree
    from hecon.structure.tree import Chance, Leaf

    tree = as_tree(model, [])
    mine = next(one for one in tree.strategies if one.name == strategy)
    paths: list[tuple[str, ...]] = []

    def has(outcomes: Sequence[Any]) -> bool:
        return any(one.name == item for one in outcomes)

    def bare(node: Any, labels: tuple[str, ...], given: bool) -> Any:
        if isinstance(node, Chance):
            ways = (
                replace(one, outcomes=(), to=bare(one.to, (*labels, one.label), given or has(one.outcomes)))
                for one in node.branches
            )
            return Chance(*ways)
        leaf = node if isinstance(node, Leaf) else Leaf(to=node)
        if given or has(leaf.outcomes) or has(getattr(leaf.to, "outcomes", ())):
            return Leaf()
        paths.append(labels)
        return Leaf(outcomes=[Count(f"share {len(paths)}", "1")])

    to = bare(mine.to, (), has(mine.outcomes))
    if not paths:
        return {}
    used = _used(to, {**tree.let, **mine.let})
    let = {name: text for name, text in mine.let.items() if name in used}
    alone = replace(mine, to=to, let=let, outcomes=(), checks=(), lasts="0")
    found = run(replace(tree, strategies=[alone]), draws)
    counts = {one.name: k for k, one in enumerate(found.items)}
    return {labels: found.values[0, counts[f"share {k}"]] for k, labels in enumerate(paths, start=1)}


def _used(node: Any, lets: Mapping[str, str]) -> set[str]:
    """The names that the probabilities of a tree use, through whatever they name."""
    from hecon.formula.parsing import parse
    from hecon.formula.syntax import names_in
    from hecon.structure.tree import paths_of

    left = [branch.probability for path in paths_of(node) for branch in path.branches]
    seen: set[str] = set()
    while left:
        new = set(names_in(parse(left.pop()))) - seen
        seen |= new
        left += [lets[name] for name in new if name in lets]
    return seen


def _product(model: Any, draws: "Draws", agreement: "Agreement | None", strategy: str = "") -> tuple[str, str]:
    """The strategy with the product, and the product's item."""
    from hecon.structure.agreements.items import InForce
    from hecon.structure.agreements.lowering import subject
    from hecon.structure.agreements.products import product_items
    from hecon.structure.agreements.terms import Agreement
    from hecon.structure.lowering import as_tree

    tree, prices = as_tree(model, []), draws.book.settings.get("product_price", "").split()
    if agreement is None:
        return subject(tree, InForce(Agreement("about the product", "", (), strategy), 0), prices)
    for one in tree.strategies:
        items = product_items(tree, one, prices) or product_items(tree, one, ())
        if items and agreement.strategy in ("", one.name):
            return one.name, agreement.item or items[0]  # what an agreement adds stands behind the product
    raise HeconError(f"agreement {agreement.name}: no strategy has a product")


def _values(own: "Draws", name: str) -> "Array":
    return np.broadcast_to(np.asarray(own[name], dtype=np.float64), (own.n,))


def _terms(
    stay: Stay, own: "Draws", held: "Milestones", agreement: "Agreement | None", values: Mapping[str, Any]
) -> "tuple[Terms, Array, PassedOn | None]":
    """What is paid for a case; the price of the product, for what is invoiced and not used; an agreement's own payments."""
    parts = {
        unit: stay.one(unit) for unit in ("tariff", "add-on", "outlier threshold", "outlier share", "days to payment")
    }
    read = {unit: None if one is None else _values(own, one.name) for unit, one in parts.items()}
    days = parts["days to payment"]
    tariff, later = read["tariff"], read["days to payment"]
    assert tariff is not None
    assert later is not None
    assert days is not None
    acquisition, add_on, passed = _acquisition(stay, own, held), read["add-on"], None
    price = acquisition
    if agreement is not None:
        if not stay.list_price:
            raise HeconError(
                f"agreement {agreement.name} is about the model's price: leave the value of 'acquisition' in stay.csv blank"
            )
        due = payments(agreement, held, values)
        when = np.maximum(due.times - held.wait, 0.0)  # what is paid before treatment counts as paid at it
        most = np.maximum(due.most, 0.0)  # below 0 is what may come back
        price = most.sum(axis=0) / held.share_treated
        if (when > _LATER).any():
            carrier = stay.one("instalments")
            if carrier is None:
                raise InputError(
                    f"agreement {agreement.name} pays after treatment, and stay.csv does not say who carries it: write a row with"
                    f" unit 'instalments', value 1 and carried_by {' or '.join(CARRIERS['instalments'])}"
                )
            passed = PassedOn(agreement.name, when, due.paid, most, due.patient, stay.carried_by[carrier.name])
            acquisition, add_on, tariff = np.zeros(own.n), None, tariff - _product_in_tariff(stay, own, agreement)
        else:
            acquisition = due.paid.sum(axis=0) / held.share_treated
    spread = stay.spreads.get(days.name)
    terms = Terms(tariff, acquisition, later, add_on, read["outlier threshold"], read["outlier share"], spread)
    return terms, price, passed


def _product_in_tariff(stay: Stay, own: "Draws", agreement: "Agreement") -> "Array":
    """What the tariff holds for the product, which an agreement between payer and manufacturer takes out of it."""
    one, tariff = stay.one("product in tariff"), stay.one("tariff")
    if one is None and stay.one("add-on") is None:
        raise InputError(
            f"agreement {agreement.name} is settled between payer and manufacturer, and stay.csv has no add-on: write a row with"
            " unit 'product in tariff' with what the tariff holds for the product (0 for nothing), or it would be paid twice"
        )
    part = np.zeros(own.n) if one is None else _values(own, one.name)
    if one is not None and tariff is not None and (part > _values(own, tariff.name)).any():
        raise InputError(f"{one.place('value')}: what the tariff holds for the product is more than the tariff")
    return part


def _acquisition(stay: Stay, own: "Draws", held: "Milestones") -> "Array":
    one = stay.one("acquisition")
    return held.treated / held.share_treated if one is None else _values(own, one.name)


def _others(
    stay: Stay, own: "Draws", shares: "Mapping[tuple[str, ...], Array]", price: "Array"
) -> list[NotTreated]:  # fmt: skip
    """Those who are not treated, with what is invoiced for them: by the row whose group is a label of their path, or is blank."""
    rows = stay.of_unit("invoiced share")
    found, faults = [], []
    for labels, share in shares.items():
        row = next((one for one in rows if one.group in labels), None) or next(
            (one for one in rows if not one.group), None
        )
        label = ", ".join(labels) or "not treated"
        if row is None:
            faults.append(
                Fault(
                    "stay",
                    f"the model has patients who are not treated ('{label}'), and nobody is declared to pay for their product:"
                    f" write a row with unit 'invoiced share', group '{labels[-1] if labels else ''}', the share of the price"
                    f" that is invoiced as value, and carried_by {', '.join(CARRIERS['invoiced share'])}",
                )
            )
        else:
            invoice = _values(own, row.name) * price
            found.append(NotTreated(label, share, invoice, stay.carried_by[row.name]))
    known = {label for labels in shares for label in labels}
    faults += [
        Fault(one.place("group"), f"no patient of the model is '{one.group}'{nearest(one.group, known)}")
        for one in rows
        if one.group and one.group not in known
    ]
    raise_faults(faults, InputError, stay.book.case)
    return found


def _costs(stay: Stay, own: "Draws") -> "tuple[list[StayCost], dict[str, Array]]":
    """The costs of a stay, days times their price as one, and the probabilities of complications."""
    found = []
    for one in stay.book.parameters.values():
        if one.unit == "money a stay":
            found.append(StayCost(one.name, _values(own, one.name), one.group, stay.spreads.get(one.name)))
        if one.unit == "days":
            a_day = stay.of_unit("money a day", one.group)[0]
            mean = _values(own, one.name) * _values(own, a_day.name)
            found.append(StayCost(one.name, mean, one.group, stay.spreads.get(one.name)))
    return found, {name: _values(own, row.name) for name, row in stay.complications.items()}
