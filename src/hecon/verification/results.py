"""Tests of results: utilities, money, discounting, sums, causes, and the decision."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from hecon.formula.dependence import dependents
from hecon.formula.syntax import Number
from hecon.formula.text import to_text
from hecon.inputs.parameter import Table
from hecon.outcomes import Outcomes
from hecon.verification.subject import Key, Subject, pieces_of
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_SLACK = 1e-9
_FALLING = ("lost work", "product", "informal", "consumption", "unrelated")  # causes of which an item may be negative
_IN_DEATH = ("lost work", "consumption", "end of life", "programme", "informal", "travel", "patient time")


def utilities_one(subject: Subject) -> Iterator[Finding]:
    """With every utility at 1 and no loss of it, QALYs in each state are its life-years; the dead have none."""
    utilities = subject.having("utility")
    tables = {name: _ones(one) for name, one in subject.book.tables.items() if subject.roles[name] == "utility"}
    if not (utilities or tables):
        raise DoesNotApplyError("no input has the role utility")
    values = dict.fromkeys(utilities, 1.0) | {
        name: 0.0 for name in subject.having("disutility") if subject.book.supports[name].holds(0.0)
    }
    values = {name: x for name, x in values.items() if subject.book.supports[name].holds(x)}
    pieces = pieces_of(subject.changed(tables=tables, **values))
    for strategy in subject.strategies:
        lived = {key[3]: x for key, x in pieces.items() if key[:2] == (strategy, "ly")}
        states = {k[3] for k in pieces if k[:2] == (strategy, "qaly") and _is_state(subject, k)} | set(lived)
        for state in states:
            keys = [k for k in pieces if k[:2] == (strategy, "qaly") and k[3] == state and _is_state(subject, k)]
            got, wanted = sum(float(pieces[k][0]) for k in keys), float(lived.get(state, np.zeros(1))[0])
            if not state or abs(got - wanted) <= 1e-6 * max(1.0, wanted):
                continue
            key = keys[0] if keys else (strategy, "ly", "life_years", state)
            names = [n for k in keys for b, t in subject.terms[k] for n in subject.inputs_of(b, t.flow or t.value)]
            mine = [name for name in dict.fromkeys(names) if subject.roles[name] in ("utility", "disutility")]
            told = (
                f"{state} has no utility" if not keys else f"with utilities of 1, QALYs in {state} are not its life-years"
            )
            yield Finding(
                told, f"strategy {strategy}", got, wanted, subject.formula(key), subject.cells(mine),
                INFORMS if not keys else "fails",
            )  # fmt: skip


def utilities_zero(subject: Subject) -> Iterator[Finding]:
    """With every utility at 0 there are no QALYs in any state."""
    utilities = subject.needed("utility")
    tables = {name: _ones(one, 1e-9) for name, one in subject.book.tables.items() if subject.roles[name] == "utility"}
    tables = {} if tables else tables  # norms enter as quotients
    pieces = pieces_of(subject.changed(tables=tables, **dict.fromkeys(utilities, 0.0)))
    for key, x in pieces.items():
        if key[1] == "qaly" and _is_state(subject, key) and x[0] > _SLACK:
            yield Finding(
                f"with utilities of 0, {key[2]} in {key[3]} still gives QALYs", f"strategy {key[0]}", float(x[0]), 0.0,
                subject.formula(key), verdict="fails",
            )  # fmt: skip


def dead_have_nothing(subject: Subject) -> Iterator[Finding]:
    """The dead gain no QALYs and cost nothing, but for work that is lost."""
    for key, x in subject.pieces.items():
        strategy, kind, item, where = key
        if kind not in ("qaly", "cost", "ly") or not _is_state(subject, key) or abs(x) <= _SLACK:
            continue
        block, term = subject.terms[key][0]
        if where in _living(subject, block.name) or where == "everyone" or not subject.alive.get(block.name):
            continue
        if kind == "cost" and term.item.category.startswith(_IN_DEATH):
            continue
        names = subject.inputs_of(block, _amounts(term))
        yield Finding(
            f"{item} is counted in {where}, in which nobody lives", f"strategy {strategy}", x, 0.0, subject.formula(key),
            subject.cells(names),
        )  # fmt: skip


def money_zero(subject: Subject) -> Iterator[Finding]:
    """With every amount of money at 0 nothing costs anything."""
    zero = _money(subject, 0.0)
    for key, x in pieces_of(zero).items():
        if key[1] == "cost" and abs(x[0]) > 1e-6:
            block, term = subject.terms[key][0]
            names = [
                n for n in subject.inputs_of(block, term.flow, term.amount, term.value) if n not in subject.discount_rates
            ]
            yield Finding(
                f"with every price and unit cost at 0, {key[2]} still costs: a number is typed into its formula, or an input"
                " is not declared as money", _place(key), float(x[0]), 0.0, subject.formula(key), subject.cells(names),
            )  # fmt: skip


def money_double(subject: Subject) -> Iterator[Finding]:
    """Twice every amount of money costs twice as much, and no QALY or life-year changes."""
    double = pieces_of(_money(subject, 2.0))
    for key, x in double.items():
        was = subject.pieces[key]
        factor = 2.0 if key[1] == "cost" else 1.0
        if abs(x[0] - factor * was) > 1e-6 * max(1.0, abs(was)):
            told = f"{key[2]} does not double with all money" if key[1] == "cost" else f"{key[2]} depends on money"
            yield Finding(told, _place(key), float(x[0]), factor * was, subject.formula(key))


def undiscounted(subject: Subject) -> Iterator[Finding]:
    """With discount rates of 0 each item's discounted total is its undiscounted one."""
    rates = subject.discount_rates
    if not rates:
        raise DoesNotApplyError("the model discounts by no input")
    from hecon.evaluate.keep.ledger import Ledger
    from hecon.evaluate.run import run

    values = dict.fromkeys(sorted(rates), 0.0)
    one = run(subject.model, subject.book.fix(**values), keep=(Ledger(),))
    ledger = one.kept["ledger"]
    places = {(item.kind, item.name): k for k, item in enumerate(one.items)}
    for row, (strategy, _) in enumerate(ledger.places):
        k = one.strategies.index(strategy)
        for i, item in enumerate(ledger.items):
            place = places[item.kind, item.name]
            got, wanted = float(one.values[k, place, 0]), float(ledger.undiscounted[row, i].sum())
            if abs(got - wanted) > 1e-6 * max(1.0, abs(wanted)):
                yield Finding(f"{item.name} is discounted at a rate of 0", f"strategy {strategy}", got, wanted)


def discounted_once(subject: Subject) -> Iterator[Finding]:
    """No amount before discounting follows from a discount rate, or a rate typed into it: nothing is discounted twice."""
    rates = subject.discount_rates
    for key, terms in subject.terms.items():
        for block, term in terms:
            amounts = _amounts(term)
            found = [name for name in subject.inputs_of(block, amounts) if name in rates or subject.roles[name] == "discount"]
            if found and key[1] in ("cost", "qaly", "ly", "carer_qaly"):
                later = term.flow is not None or term.time is not None
                yield Finding(
                    f"{key[2]} is an amount that already follows from {', '.join(found)}"
                    + (": it is discounted twice, or its discounting is undone" if later else ""),
                    _place(key), subject.pieces[key], formula=subject.formula(key), cell=subject.cells(found),
                    verdict="fails" if later else INFORMS,
                )  # fmt: skip
                break
    for block in subject.program.blocks:
        for name, formula in block.formulas.items():
            if any(text in formula.text.replace(" ", "") for text in ("**(-t)", "**-t", "**t")) and "(1+" in formula.text.replace(" ", ""):
                yield Finding(f"{name} looks like a discount factor", block.name, formula=formula.text, verdict=INFORMS)


def own_discount(subject: Subject) -> Iterator[Finding]:
    """The rate of costs moves costs alone, the rate of effects effects alone; a higher rate gives fewer life-years."""
    tree_rates = subject.discount_rates
    if not tree_rates:
        raise DoesNotApplyError("the model discounts by no input")
    from hecon.structure.lowering import as_tree

    declared = as_tree(subject.model, []).discount
    of_cost, of_effect = (_names(declared.get(kind, "")) & tree_rates for kind in ("cost", "effect"))
    for names, kinds, other in (
        (of_cost - of_effect, ("qaly", "ly"), "the discount rate of costs moves an effect"),
        (of_effect - of_cost, ("cost",), "the discount rate of effects moves a cost"),
    ):
        for name in names:
            for key in sorted(subject.swings.moved.get(name, ())):
                if key[1] in kinds:
                    yield Finding(other, _place(key), formula=subject.formula(key), cell=subject.cells([name]))
    for name in of_effect:
        for strategy, rise in subject.swings.slopes(name, "ly").items():
            if rise > _SLACK:
                yield Finding("a higher discount rate gives more life-years", f"strategy {strategy}", rise, 0.0)


def discount_reaches(subject: Subject) -> Iterator[Finding]:
    """A higher discount rate lowers every item that falls after the decision."""
    from hecon.structure.lowering import as_tree

    declared = as_tree(subject.model, []).discount
    if not subject.discount_rates:
        raise DoesNotApplyError("the model discounts by no input")
    for kind, kinds in (("cost", ("cost",)), ("effect", ("qaly", "ly"))):
        names = _names(declared.get(kind, "")) & subject.discount_rates
        moved = set().union(*(subject.swings.moved.get(name, set()) for name in names))
        if not names:
            continue
        for key, terms in subject.terms.items():
            waits = any(t.flow is not None or (t.time is not None and t.time != Number(0.0)) for _, t in terms)
            if key[1] in kinds and waits and abs(subject.pieces[key]) > 1e-6 and key not in moved:
                whole = max((b.clock.cycles * b.clock.cycle_years for b, _ in terms if b.clock), default=0.0)
                if whole > 1:
                    yield Finding(
                        f"{key[2]} is not discounted: no discount rate moves it", _place(key), subject.pieces[key],
                        formula=subject.formula(key), cell=subject.cells(sorted(names)),
                        verdict=INFORMS if _first_year(subject, key) else "fails",
                    )  # fmt: skip


def sums(subject: Subject) -> Iterator[Finding]:
    """Pieces add up to items, items to totals, causes and sectors to the cost of each perspective."""
    base = subject.base
    for k, strategy in enumerate(base.strategies):
        for i, item in enumerate(base.items):
            parts = sum(x for key, x in subject.pieces.items() if key[:3] == (strategy, item.kind, item.name))
            whole = float(base.values[k, i, 0])
            if abs(parts - whole) > 1e-9 * max(1.0, abs(whole)):
                yield Finding(f"the pieces of {item.name} do not add up to it", f"strategy {strategy}", parts, whole)
    for perspective in base.perspectives:
        whole_of = base.cost(perspective)
        for by in ("category", "sector", "name"):
            parts_of = sum(base.split(by, perspective).values(), np.zeros_like(whole_of))
            worst = float(np.abs(parts_of - whole_of).max())
            if worst > 1e-9 * max(1.0, float(np.abs(whole_of).max())):
                yield Finding(f"costs by {by} do not add up to the cost", perspective, worst, 0.0)


def qalys_below_years(subject: Subject) -> Iterator[Finding]:
    """QALYs do not exceed life-years, and the model's own checks hold."""
    from hecon.results.checks import check_records, check_summary

    failed = check_summary(subject.base).failed
    rows = {line: None for line in failed}
    for line, record in zip(rows, [one for one in check_records(subject.base) if not one["passed"]], strict=False):
        wanted = record.get("equals", record.get("at_most", np.nan))
        yield Finding(line, record["place"], record["value"], float(wanted))


def causes_in_both(subject: Subject) -> Iterator[Finding]:
    """A cause of cost that one arm has, the others have too."""
    if len(subject.strategies) < 2:
        raise DoesNotApplyError("one strategy")
    found: dict[str, dict[str, float]] = {}
    for (strategy, kind, item, where), x in subject.pieces.items():
        if kind == "cost" and abs(x) > 1e-6:
            term = subject.terms[strategy, kind, item, where][0][1]
            by = found.setdefault(term.item.category, {})
            by[strategy] = by.get(strategy, 0.0) + x
    for cause, by in found.items():
        missing = [strategy for strategy in subject.strategies if strategy not in by]
        if missing:
            everywhere = cause in ("disease care", "follow-up", "end of life")
            yield Finding(
                f"'{cause}' is counted in {', '.join(by)} alone", f"strategy {', '.join(missing)}", 0.0,
                next(iter(by.values())), verdict="fails" if everywhere and _goes_on(subject, missing) else INFORMS,
            )  # fmt: skip


def signs(subject: Subject) -> Iterator[Finding]:
    """A cost is not negative, nor a harm a gain."""
    for (strategy, kind, item, where), x in subject.pieces.items():
        term = subject.terms[strategy, kind, item, where][0][1]
        key = (strategy, kind, item, where)
        block = subject.terms[key][0][0]
        cell = subject.cells(subject.inputs_of(block, _amounts(term)))
        if kind == "cost" and x < -1e-6 and not term.item.category.startswith(_FALLING):
            yield Finding(f"{item} is a negative cost", _place(key), x, 0.0, subject.formula(key), cell)
        if kind == "qaly" and x > 1e-9 and term.item.category == "side effects":
            yield Finding(f"{item} is a harm that gains QALYs", _place(key), x, 0.0, subject.formula(key), cell)


def decision(subject: Subject) -> Iterator[Finding]:
    """ICER and net benefit say the same, and change sign with the comparison."""
    from hecon.analysis.cost_effectiveness.pairwise import pairwise

    base = subject.base
    if len(base.strategies) < 2 or not base.select(kind="qaly").size:
        raise DoesNotApplyError("one strategy, or no QALYs")
    perspective = subject.book.settings.get("perspective", "") or next(iter(base.perspectives))
    cost, effect = base.cost(perspective)[:, 0], base.effect()[:, 0]
    wtp = float(subject.book.settings.get("threshold", "") or 50_000)
    first, *others = base.strategies
    there, back = (pairwise(base, one, perspective, "qaly") for one in (first, others[0]))
    row, opposite = there.row(others[0]), back.row(first)
    de, dc = float(effect[1] - effect[0]), float(cost[1] - cost[0])
    if row.icer.value is not None and abs(de) > 1e-12 and np.isfinite(row.icer.value):
        if abs(row.icer.value * de - dc) > 1e-6 * max(1.0, abs(dc)):
            yield Finding("the ICER is not the difference in cost over that in effect", others[0], row.icer.value, dc / de)
        if (wtp * de - dc > 0) != ((dc / de < wtp) if de > 0 else (dc / de > wtp)):
            yield Finding("ICER and net benefit disagree", others[0], wtp * de - dc)
    for what, one, two in (
        ("cost", row.inc_cost.mean, opposite.inc_cost.mean),
        ("effect", row.inc_effect.mean, opposite.inc_effect.mean),
    ):
        if abs(one + two) > 1e-6 * max(1.0, abs(one)):
            yield Finding(f"the difference in {what} does not change its sign with the comparison", others[0], one, -two)


def no_effect(subject: Subject) -> Iterator[Finding]:
    """With every relative effect at 1, arms that differ in these alone live equally long."""
    names = subject.needed("effect")
    moved = [n for n in names if any(key[1] == "ly" for key in subject.swings.moved.get(n, ()))]
    if not moved:
        raise DoesNotApplyError("no relative effect moves life-years")
    touched = dependents(subject.program, moved).moved
    places: dict[frozenset[str], list[str]] = {}
    for strategy in subject.strategies:
        used = {n for n, keys in subject.swings.moved.items() if any(k[0] == strategy and k[1] == "ly" for k in keys)}
        places.setdefault(frozenset(used - set(moved)), []).append(strategy)
    alike = [group for group in places.values() if len(group) > 1 and touched & set(group)]
    if not alike:
        raise DoesNotApplyError("arms differ in more than relative effects")
    none = subject.changed(**dict.fromkeys(moved, 1.0))
    lived = dict(zip(none.strategies, none.effect("ly_undiscounted")[:, 0], strict=True))
    for group in alike:
        first, *others = group
        for other in others:
            if abs(lived[other] - lived[first]) > 1e-6:
                yield Finding(
                    f"with {', '.join(moved)} at 1, {other} and {first} do not live equally long", f"strategy {other}",
                    float(lived[other]), float(lived[first]), cell=subject.cells(moved),
                )  # fmt: skip


def arms_differ(subject: Subject) -> Iterator[Finding]:
    """Arms with a relative effect or curves of their own do not live through the same trace."""
    lived: dict[float, list[str]] = {}
    for k, strategy in enumerate(subject.strategies):
        lived.setdefault(round(float(subject.base.effect("ly_undiscounted")[k, 0]), 12), []).append(strategy)
    wanted = [n for n in subject.book.parameters if subject.roles[n] == "effect" and n in subject.idle]
    for years, group in lived.items():
        if len(group) > 1 and years > 0:
            yield Finding(
                f"{' and '.join(group)} live equally long", "all arms", years,
                cell=subject.cells(wanted), verdict="fails" if wanted else INFORMS,
            )  # fmt: skip


# Helpers


def _money(subject: Subject, factor: float) -> Outcomes:
    names = subject.needed("price")
    values = {name: factor * subject.book.parameters[name].value for name in names}
    columns = subject.book.settings.get("money_tables", "").split()
    tables: dict[str, Table] = {}
    for one in columns:
        table, _, column = one.partition(".")
        was = tables.get(table, subject.book.tables[table])
        tables[table] = replace(was, columns={n: x * (factor if n == column else 1.0) for n, x in was.columns.items()})
    return subject.changed(tables=tables, **values)


def _is_state(subject: Subject, key: Key) -> bool:
    """Whether a piece is a flow in a state."""
    return any(term.flow is not None and term.falls is None and term.time is None for _, term in subject.terms[key])


def _living(subject: Subject, block: str) -> list[str]:
    return subject.alive.get(block, [])


def _amounts(term: Any) -> Any:
    """What is paid or gained before discounting."""
    return term.flow if term.flow is not None else term.amount if term.amount is not None else term.value


def _place(key: Key) -> str:
    return f"strategy {key[0]}, {key[2]}{f' ({key[3]})' if key[3] else ''}"


def _names(rate: Any) -> set[str]:
    return {rate} if isinstance(rate, str) else {text for _, text in rate}


def _goes_on(subject: Subject, strategies: list[str]) -> bool:
    """Whether one of these arms leads into a structure with a clock."""
    return any(block.clock for one in strategies for block in subject.program.of(one))


def _first_year(subject: Subject, key: Key) -> bool:
    """Whether a piece may fall within the first year alone, which is whole-year discounting's undiscounted one."""
    del subject
    return "start" in key[3]


def _ones(table: Table, value: float = 1.0) -> Table:
    return replace(table, columns={name: np.full_like(x, value) for name, x in table.columns.items()})


def text_of(tree: Any) -> str:
    """A tree as text."""
    return to_text(tree)
