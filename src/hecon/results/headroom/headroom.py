"""Each row of a headroom case computed: the effect it needs at a price and at the cost of making it, and a prior at none."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.analysis.sensitivity.price_by_effect import NeededEffect, PriceByEffect, price_by_effect
from hecon.arrays import Array
from hecon.digits import number_text
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.evaluate.formula import evaluate_formula
from hecon.inputs.parameter import PROVENANCES
from hecon.results.headroom.rows import FILE, HeadroomRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hecon.inputs.book import Book
    from hecon.results.case import Case
    from hecon.structure.lowering import Model

DRAWS = 2_000  # of the prior alone


@dataclass(frozen=True)
class Fact:
    """One value of a row: its input, what it rests on (a provenance and the id of a source, "" for none) and words."""

    name: str
    label: str
    value: str
    provenance: str
    source: str
    words: str


@dataclass(frozen=True, eq=False)
class ProductHeadroom:
    """A row computed; `effect` is its effect in words. Prices are of one unit sold, in `currency`: `price` is the stated one,
    `made` the cost of making one, `at_no_effect` the one at which it is just worth it without an effect.

    `at_price`, `at_cost` and `as_gift` are the effects needed there (at a price of 0). `chances` are the shares of the prior at
    or beyond the first two, None where there is no stated price or no cost.
    """

    case: str
    row: HeadroomRow
    effect: str
    currency: str
    wtp: float
    perspective: str
    price: float | None
    made: float | None
    by_effect: PriceByEffect
    at_no_effect: float
    at_price: NeededEffect | None
    at_cost: NeededEffect | None
    as_gift: NeededEffect
    chances: tuple[float | None, float | None]
    facts: tuple[Fact, ...]

    def words(self, needed: NeededEffect | None) -> str:
        """What is needed, in words: a value of the effect's input or better, or how bad it may be."""
        if needed is None:
            return "-"
        best, worst = (max(self.row.points), min(self.row.points))[:: 1 if self.by_effect.rises else -1]
        if needed.value is None:
            return f"covered even at {worst:g}" if needed.always else f"not even at {best:g}"
        better = needed.value > self.row.no_effect if self.by_effect.rises else needed.value < self.row.no_effect
        text = number_text(needed.value, 2 if needed.value > 0.1 else 3)
        more = "" if needed.crossings < 2 else f", not unique: {needed.crossings}"
        return f"{f'{text} or better' if better else f'no worse than {text}'} ({needed.gain:+.2f} QALY{more})"


def headroom_rows(case: "Case", folder: Path, names: "Sequence[str]" = ()) -> tuple[ProductHeadroom, ...]:
    """The rows of a case (those named, all by default) computed; `folder` is the one of its model.py, which holds rows.csv.

    Raises:
        InputError: no rows.csv, an unknown row, a value whose note does not begin with a provenance; what `read_rows` refuses.
        HeconError: what `price_by_effect` refuses.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.results.headroom.example import one_product
    >>> with TemporaryDirectory() as folder:
    ...     (one,) = headroom_rows(*one_product(folder))               # 100 a QALY
    >>> one.words(one.at_price), one.words(one.at_cost)
    ('0.75 or better (+0.75 QALY)', '0.60 or better (+0.60 QALY)')
    >>> [(fact.name, fact.value, fact.provenance, fact.source) for fact in one.facts]
    [('price', '75', 'read', 'trial_1')]
    """
    if not (folder / FILE).is_file():
        raise InputError(f"{case.name} has no {folder / FILE}; docs/inputs.md says what it holds")
    rows = {one.name: one for one in read_rows(folder / FILE, case.book)}
    for name in names:
        if name not in rows:
            raise InputError(f"{case.name} has no row '{name}'{nearest(name, rows)} (known: {', '.join(rows)})")
    return tuple(_computed(case, rows[name]) for name in names or rows)


def _computed(case: "Case", row: HeadroomRow) -> ProductHeadroom:
    book = case.book.scenario(row.name)
    model = case.choose(book.settings.get("structure", ""))
    wtp, perspective = float(book.settings["threshold"]), book.settings["perspective"]
    parameter = book.settings["product_price"]
    price = book.parameter(parameter).value if row.priced else None
    made = _made(model, book, row.made) if row.made else None
    prices = [one for one in (price, made) if one is not None]
    found = price_by_effect(
        model, book, "product", name=row.effect, points=row.points, price_parameter=parameter, prices=[*prices, 0.0], wtp=wtp,
        perspective=perspective,
    )  # fmt: skip
    needed = dict(zip(prices, found.needed[:-1], strict=True))
    at_price, at_cost = (None if one is None else needed[one] for one in (price, made))
    prior = np.asarray(book.sample(DRAWS, 1)[row.effect])
    none = float(found.worth[row.points.index(row.no_effect)])
    chances = _chance(prior, at_price, found.rises), _chance(prior, at_cost, found.rises)
    return ProductHeadroom(
        case.name, row, book.parameter(row.effect).label, book.settings.get("currency", ""), wtp, perspective, price, made, found,
        none, at_price, at_cost, found.needed[-1], chances, _facts(case.book, row.name),
    )  # fmt: skip


def _made(model: "Model", book: "Book", name: str) -> float:
    """A formula of the tree's let, which stands behind those it uses."""
    let = dict(getattr(model, "let", {}))
    if name not in let:
        raise InputError(f"{FILE}: '{name}' is no formula of the model's let{nearest(name, let)}")
    values: dict[str, Any] = {one: parameter.value for one, parameter in book.parameters.items()}
    for one, text in let.items():
        values[one] = float(evaluate_formula(str(text), **values))
        if one == name:
            break
    return float(values[name])


def _chance(prior: Array, needed: NeededEffect | None, rises: bool) -> float | None:
    """The share of the prior at which the price is covered."""
    if needed is None:
        return None
    if needed.value is None:
        return 1.0 if needed.always else 0.0
    return float(np.mean(prior >= needed.value if rises else prior <= needed.value))


def _facts(book: "Book", row: str) -> tuple[Fact, ...]:
    """The row's values; a note is "PROVENANCE SOURCE; words", source and words where there are any."""
    found, faults = [], []
    for change in book.scenarios[row].changes:
        if change.target != "parameter" and change.name != "threshold":
            continue  # structure, horizon, currency and the prior are no facts
        head, _, words = change.note.partition(";")
        provenance, _, source = head.strip().partition(" ")
        if provenance not in PROVENANCES:
            faults.append(Fault(change.place, f"row {row}: the note begins with none of {', '.join(PROVENANCES)}"))
        if source and source not in book.sources:
            faults.append(
                Fault(change.place, f"row {row}: there is no source '{source}'{nearest(source, book.sources)}")
            )
        label = book.parameters[change.name].label if change.target == "parameter" else "threshold, per QALY"
        found.append(Fact(change.name, label, change.value, provenance, source, words.strip()))
    raise_faults(faults, InputError, book.case)
    return tuple(found)
