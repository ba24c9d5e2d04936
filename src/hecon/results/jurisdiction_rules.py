"""A case under the rules of a jurisdiction: discount rates, threshold, perspective, method of lost work, and what that changed.

Unit costs and currency stay: another country's prices are not got by another country's rules.
"""

from dataclasses import replace
from datetime import date
from math import nan
from typing import TYPE_CHECKING

from hecon.digits import money_text
from hecon.errors import InputError
from hecon.inputs.checks import check
from hecon.parts.jurisdictions import Jurisdiction, Rule, doubts, jurisdiction
from hecon.perspectives import CONSUMPTION, WITH_CONSUMPTION, methods_of
from hecon.structure.discounting import rates_of, read_schedule

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter
    from hecon.results.case import Case
    from hecon.structure.discounting import Rate

BETWEEN = " | "  # of the lines in the setting rules_told


def under_rules(case: "Case", code: str) -> "Case":
    """The case with a jurisdiction's rules in the place of its own; the settings `rules` and `rules_told` say which.

    A constant rate becomes the value of the input that the model discounts with. Rates that change by year, and rates of a
    model without such an input, go into the settings `discount_cost` and `discount_effect`. Of a range of thresholds the
    lower one is taken. A jurisdiction without a threshold leaves the case without one.

    Raises:
        InputError: an unknown jurisdiction; rates by year for an input that other formulas use too.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> for line in told_rules(under_rules(open_case(*one_visit()), "FRA").book)[1:4]:
    ...     print(line)
    discount rate of costs: 0 -> 0.025 to 30; 0.015 (recalled)
    discount rate of effects: 0 -> 0.025 to 30; 0.015 (recalled)
    threshold: none -> none: no net benefit
    """
    rules = jurisdiction(code)
    as_of = rules.as_of.isoformat() if rules.as_of else "undated"
    told = [f"{rules.name}, {rules.agency} ({as_of})"]
    book = _discounted(case, rules, told)
    settings = dict(book.settings)
    _threshold(settings, rules, told)
    _societal(case, settings, rules, told)
    if rules.severity is not None:
        held = settings.get("severity_tables", "").split()[:1] == [code]
        why = "computed after the run" if held else f"not computed, the case holds no life table and norms of {code}"
        told.append(f"severity ({rules.severity.told}; {rules.severity.tag}): {why}")
    told.append(f"source: {rules.source}")
    settings |= {"rules": code, "rules_told": BETWEEN.join(told)}
    return replace(case, book=check(replace(book, settings=settings, origin=None), [], f"{case.name}, rules of {code}"))


def told_rules(book: "Book") -> list[str]:
    """What the rules of a jurisdiction changed, line by line: whose rules, old and new of each, the source; none without.

    >>> from hecon import make_book
    >>> told_rules(make_book("demo", []))
    []
    """
    text = book.settings.get("rules_told", "")
    return text.split(BETWEEN) if text else []


def told_changes(book: "Book", *more: str) -> list[str]:
    """What a run prints of a conversion and of a jurisdiction's rules, `more` lines of them and what is doubtful about them.

    >>> from hecon import make_book
    >>> told_changes(make_book("demo", [], settings={"currency": "EUR", "price_year": 2023, "converted": "from EUR 2018: x 1.2"}))
    ['Converted to EUR 2023 from EUR 2018: x 1.2']
    """
    settings, lines = book.settings, told_rules(book)
    told = (
        [f"Converted to {settings['currency']} {settings['price_year']} {text}"]
        if (text := settings.get("converted"))
        else []
    )
    if not lines:
        return told
    notes = [f"note: {one}" for one in rules_doubts(book)]
    if not settings.get("threshold"):
        notes.append(
            "note: there is no threshold; without --wtp there is no net benefit, acceptability or value of information"
        )
    told.append(f"Rules of {lines[0]}; unit costs and currency are the case's")
    return [*told, *(f"  {one}" for one in (*lines[1:], *more, *notes))]


def rules_doubts(book: "Book", today: date | None = None) -> list[str]:
    """Why the rules that a book is under should be looked up again, as of `today`; none where no rules were applied.

    >>> from hecon import make_book
    >>> rules_doubts(make_book("demo", [], settings={"rules": "BEL"}))[0]
    'the rules of BEL have no date: look them up again'
    """
    code = book.settings.get("rules", "")
    return doubts(jurisdiction(code), today or date.today()) if code else []


def _discounted(case: "Case", rules: Jurisdiction, told: list[str]) -> "Book":
    """The book with the rates of the rules, and what changed."""
    book = case.book
    parameters, settings = dict(book.parameters), dict(book.settings)
    wanted: dict[str, Rule] = {"cost": rules.discount_cost, "effect": rules.discount_effect}
    declared = {kind: {rates_of(model.discount, settings)[kind] for model in case.models.values()} for kind in wanted}
    inputs = {
        kind: text for kind, rates in declared.items() if len(rates) == 1 and (text := _only(rates)) in parameters
    }
    shared = inputs.get("cost") == inputs.get("effect") and wanted["cost"].value != wanted["effect"].value
    replaced: list[str] = []
    for kind, rule in wanted.items():
        what, name = f"discount rate of {kind}s", inputs.get(kind, "")
        old = f"{book.parameters[name].value:g}" if name else ", ".join(map(_spelled, declared[kind]))
        if not rule:
            told.append(f"{what}: {old} stays; no rate is known")
            continue
        constant = isinstance(read_schedule(rule.value), str)
        if name and constant and not shared:
            parameters[name] = _at(parameters[name], float(rule.value))
            told.append(f"{what} ({name}): {_changed(old, rule.value)} ({rule.tag})")
            continue
        settings[f"discount_{kind}"] = rule.value
        told.append(f"{what}: {_changed(old, rule.value)} ({rule.tag})")
        if name:
            replaced.append(name)
            moved = [s.name for s in book.scenarios.values() if any(one.name == name for one in s.changes)]
            told[-1] += f", in the place of the input {name}, which changes nothing now"
            told[-1] += f", nor do scenarios that set it ({', '.join(moved)})" if moved else ""
    new = replace(book, parameters=parameters, settings=settings)
    _refuse_used(case, new, replaced, rules)
    return new


def _threshold(settings: dict[str, str], rules: Jurisdiction, told: list[str]) -> None:
    old = settings.get("threshold", "")
    was = money_text(float(old)) if old else "none"
    if not rules.threshold_low:
        settings.pop("threshold", None)
        why = (rules.told["threshold"] or "none is known").removeprefix("none; ")
        why = "" if why == "none" else why
        told.append(f"threshold: {was} -> none{f' ({why})' if why else ''}: no net benefit")
        return
    low, high = rules.threshold_low, rules.threshold_high
    span = money_text(float(low.value)) + (f" to {money_text(float(high.value))}" if high.value != low.value else "")
    if settings.get("currency", "") != rules.currency:
        money = settings.get("currency", "")
        kept = f"{was} {money}".strip() if old else was
        told.append(
            f"threshold: {kept} stays; {span} {rules.currency} is not applied to a case in {money or 'no currency'} "
            f"(--currency {rules.currency} converts it)"
        )
        return
    settings["threshold"] = low.value
    tags = low.tag if low.tag == high.tag or low.value == high.value else f"{low.tag}; the higher one {high.tag}"
    text = f"threshold: {was} -> {money_text(float(low.value))} {rules.currency} ({tags})"
    told.append(text + (f", the lower end of {span}; --wtp takes another" if high.value != low.value else ""))


def _societal(case: "Case", settings: dict[str, str], rules: Jurisdiction, told: list[str]) -> None:
    """Perspective and method of lost work, where the rules have them and the case can follow."""
    from hecon.structure.lowering import lower

    sectors = {item.sector for model in case.models.values() for item in lower(model, settings).items}
    methods = methods_of(sectors)
    old = settings.get("perspective", "") or "none"
    if rules.perspective:
        new = rules.perspective.value
        method = rules.lost_work.value
        if new == "societal" and rules.consumption.value == "yes" and CONSUMPTION in sectors:
            new += (f": {method}" if method in methods else "") + WITH_CONSUMPTION
        settings["perspective"] = new
        told.append(f"perspective: {_changed(old, new)} ({rules.perspective.tag}; {rules.told['perspective']})")
    else:
        told.append(f"perspective: {old} stays; none is known")
    if not rules.lost_work:
        return
    method, own = rules.lost_work.value, settings.get("lost_work", "") or "none"
    if method in methods:
        settings["lost_work"] = method
        told.append(f"lost work: {_changed(own, method)} ({rules.lost_work.tag})")
    elif methods:
        told.append(f"lost work: {own} stays; no cost of the case counts it by {method} (it has {', '.join(methods)})")
    else:
        told.append(f"lost work: {method} is not applied; no cost of the case names a method of lost work")


def _changed(old: str, new: str) -> str:
    return f"{new}, as in the case" if old == new else f"{old} -> {new}"


def _at(one: "Parameter", value: float) -> "Parameter":
    """An input at a rate; its range is kept where the rate lies in it."""
    inside = one.low <= value <= one.high
    low, high = (one.low, one.high) if inside else (value, value)
    return replace(one, value=value, low=low, high=high, distribution="fixed", par1=nan, par2=nan)


def _refuse_used(case: "Case", book: "Book", names: list[str], rules: Jurisdiction) -> None:
    """Refuse inputs that no longer discount but still stand in other formulas, which would go on with the old rate."""
    from hecon.evaluate.compile.check_names import unused_inputs
    from hecon.evaluate.compile.fitted_curves import with_curves
    from hecon.structure.lowering import lower

    for model in case.models.values() if names else ():
        idle = unused_inputs(with_curves(lower(model, book.settings), book), book)
        if used := ", ".join(name for name in dict.fromkeys(names) if name not in idle):
            raise InputError(
                f"{case.name}: the rates of {rules.code} cannot be the one value of {used}, which is used in other formulas "
                "than discounting; give these formulas a rate of their own"
            )


def _only(rates: "set[Rate]") -> str:
    one = next(iter(rates))
    return one if isinstance(one, str) else ""


def _spelled(rate: "Rate") -> str:
    if isinstance(rate, str):
        return rate
    return "; ".join(f"{text} from {start:g}" for start, text in rate)
