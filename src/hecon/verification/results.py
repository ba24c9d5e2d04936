"""Tests of results: utilities, money, discounting, sums, causes, and the decision."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from hecon.inputs.parameter import Table
from hecon.outcomes import Outcomes
from hecon.verification.subject import Key, Subject, amounts_of, pieces_of, place_of
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
    pieces = pieces_of(subject.changed(tables=tables, values=values))
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
                f"{state} has no utility"
                if not keys
                else f"with utilities of 1, QALYs in {state} are not its life-years"
            )
            yield Finding(
                told, f"strategy {strategy}", got, wanted, subject.formula(key), subject.cells(mine),
                INFORMS if not keys else "fails",
            )  # fmt: skip


def utilities_zero(subject: Subject) -> Iterator[Finding]:
    """With every utility at 0 there are no QALYs in any state."""
    utilities = subject.needed("utility")
    pieces = pieces_of(subject.changed(values=dict.fromkeys(utilities, 0.0)))
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
        names = subject.inputs_of(block, amounts_of(term))
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
                n
                for n in subject.inputs_of(block, term.flow, term.amount, term.value)
                if n not in subject.discount_rates
            ]
            yield Finding(
                f"with every price and unit cost at 0, {key[2]} still costs: a number is typed into its formula, or an input"
                " is not declared as money", place_of(key), float(x[0]), 0.0, subject.formula(key), subject.cells(names),
            )  # fmt: skip


def money_double(subject: Subject) -> Iterator[Finding]:
    """Twice every amount of money costs twice as much, and no QALY or life-year changes."""
    double = pieces_of(_money(subject, 2.0))
    for key, x in double.items():
        was = subject.pieces[key]
        factor = 2.0 if key[1] == "cost" else 1.0
        if abs(x[0] - factor * was) > 1e-6 * max(1.0, abs(was)):
            told = f"{key[2]} does not double with all money" if key[1] == "cost" else f"{key[2]} depends on money"
            yield Finding(told, place_of(key), float(x[0]), factor * was, subject.formula(key))


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
    rows = dict.fromkeys(failed)
    for line, record in zip(rows, [one for one in check_records(subject.base) if not one["passed"]], strict=False):
        wanted = record.get("equals", record.get("at_most", np.nan))
        yield Finding(line, record["place"], record["value"], float(wanted))


def signs(subject: Subject) -> Iterator[Finding]:
    """A cost is not negative, nor a harm a gain."""
    for (strategy, kind, item, where), x in subject.pieces.items():
        term = subject.terms[strategy, kind, item, where][0][1]
        key = (strategy, kind, item, where)
        block = subject.terms[key][0][0]
        cell = subject.cells(subject.inputs_of(block, amounts_of(term)))
        if kind == "cost" and x < -1e-6 and not term.item.category.startswith(_FALLING):
            yield Finding(f"{item} is a negative cost", place_of(key), x, 0.0, subject.formula(key), cell)
        if kind == "qaly" and x > 1e-9 and term.item.category == "side effects":
            yield Finding(f"{item} is a harm that gains QALYs", place_of(key), x, 0.0, subject.formula(key), cell)


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
    return subject.changed(tables=tables, values=values)


def _is_state(subject: Subject, key: Key) -> bool:
    """Whether a piece is a flow in a state."""
    return any(term.flow is not None and term.falls is None and term.time is None for _, term in subject.terms[key])


def _living(subject: Subject, block: str) -> list[str]:
    return subject.alive.get(block, [])


def _ones(table: Table, value: float = 1.0) -> Table:
    return replace(table, columns={name: np.full_like(x, value) for name, x in table.columns.items()})
