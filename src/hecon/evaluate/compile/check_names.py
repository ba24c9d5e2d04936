"""Binding: a program meets its inputs; names that neither declares are found here, all at once, before anything runs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault, ModelError, nearest, raise_faults, told_once
from hecon.formula.macros import MACROS
from hecon.formula.program import Block, Program, trees_of
from hecon.formula.syntax import Call, Name, Node, Text, names_in, walk
from hecon.names import RESERVED
from hecon.perspectives import lost_work_fault

if TYPE_CHECKING:
    from hecon.inputs.book import Book

_TABLE_FIRST = ("interp", "life_survivors", "alive_mix", "mortality_rate", "mortality_prob")


def check_names(program: Program, book: "Book") -> None:
    """Every name of a program must be a formula of its block or strategy, an input, a table or reserved.

    Raises:
        ModelError: unknown names with the nearest known one, shadowed inputs, unknown tables and columns, a setting
            `lost_work` that is missing or that no cost counts by; all at once.

    >>> from hecon.evaluate.example import two_visits
    >>> check_names(*two_visits("c_visits"))
    Traceback (most recent call last):
    hecon.errors.ModelError: Demo: 1 fault
      - a, visits: unknown name 'c_visit'; did you mean 'c_visits'?
    """
    raise_faults(
        told_once(_faults(program, book), [name for name, _ in program.strategies]),
        ModelError,
        program.title or "model",
    )


def unused_inputs(program: Program, book: "Book") -> list[str]:
    """Inputs that no formula of a program uses, in their order.

    >>> from hecon.evaluate.example import two_visits
    >>> unused_inputs(*two_visits("c_visit", "c_scan"))
    ['c_scan']
    """
    used = {name for block in program.blocks for _, tree in _trees(program, block) for name in names_in(tree)}
    return [name for name in book.parameters if name not in used]


def _trees(program: Program, block: Block) -> Iterator[tuple[str, Node]]:
    yield from trees_of(block)
    if block.parent is None:
        for check in program.checks.get(block.strategy, ()):
            for tree in (check.value, check.equals, check.at_most, check.within):
                if tree is not None:
                    yield f"check {check.name}", tree


def _faults(program: Program, book: "Book") -> Iterator[Fault]:
    if told := lost_work_fault([item.sector for item in program.items], book.settings.get("lost_work", "")):
        place = f"{book.addresses.get('lost_work', 'settings')} (lost_work)"
        yield Fault(place, f"{told}; write one of them under lost_work in the settings")
    for block in program.blocks:
        declared = {**block.formulas, **(program.block(block.parent).formulas if block.parent else {})}
        own = [name for name in declared if name not in RESERVED and name != "lasts"]
        for name in own:
            if name in book.parameters:
                cell = book.parameters[name].cell
                yield Fault(
                    f"strategy {block.strategy}",
                    f"the formula '{name}' shadows the input of that name{f' ({cell})' if cell else ''}; rename one: let"
                    f" formulas use '{name}_now', which is '{name}' unless a strategy gives another",
                )
        known = [*own, *book.parameters]
        below: set[str] = set()  # told once, not in each payoff
        everywhere = {name for other in program.of(block.strategy) for name in other.formulas}
        for place, tree in _trees(program, block):
            in_check = place.startswith("check ") and block.parent is None
            tables = {node.args[0].name for node in walk(tree) if isinstance(node, Call) and node.op in _TABLE_FIRST
                      and isinstance(node.args[0], Name)}  # fmt: skip
            for name in names_in(tree):
                if name in declared or name in book.parameters or name == "pi" or name in tables:
                    continue
                if in_check and (name in everywhere or name in RESERVED):
                    continue
                if block.clock and name in ("cycle", "state_time"):
                    continue
                if not block.clock and name in everywhere and name not in RESERVED:
                    if name not in below:
                        below.add(name)
                        yield Fault(f"{block.name}, {place}", _of_the_structure(name))
                    continue
                yield Fault(f"{block.name}, {place}", _unknown(name, known, bool(block.clock)))
            life = list(_life_tables(tree)) if tables else []
            for table, column in (*_tables(tree), *life):
                yield from _table_faults(book, f"{block.name}, {place}", table, column)
            for table, column in life:
                yield from _life_faults(book, f"{block.name}, {place}", table, column)


def _unknown(name: str, known: list[str], clock: bool) -> str:
    if name == "age" and clock:
        return "age is not known: give the model its starting age with age=..."
    if name == "C":
        return "C, the rest, stands alone as a probability; it cannot be part of a formula"
    if name in RESERVED:
        return f"'{name}' ({RESERVED[name]}) is known only inside a structure with a clock"
    return f"unknown name '{name}'{nearest(name, known)}"


def _of_the_structure(name: str) -> str:
    """What a payoff asks for that only the structure knows, whose formulas may differ by cycle."""
    return (
        f"'{name}' is a formula of the structure, which payoffs of a strategy or leaf do not see: write it in let= of the"
        " strategy, or of the DecisionTree"
    )


def _tables(tree: Node) -> Iterator[tuple[str, str]]:
    """The tables a tree reads with a look-up, with the column asked for."""
    for node in walk(tree):
        match node:
            case Call(op="lookup", args=(Text(value=table), Text(value=column), _)):
                yield table, column
            case Call(op="interp", args=(Name(name=table), Text(value=column), _)):
                yield table, column
            case Call(op="interp", args=(Name(name=table), _)):
                yield table, ""


def _life_tables(tree: Node) -> Iterator[tuple[str, str]]:
    """The tables a tree reads as life tables, with the column asked for."""
    for node in walk(tree):
        match node:
            case Call(op="life_survivors", args=(Name(name=table), Text(value=column), _)):
                yield table, column
            case Call(op=op, args=(Name(name=table), *_)) if op in MACROS and op in _TABLE_FIRST:
                yield table, "qx_male"
                yield table, "qx_female"


def _table_faults(book: "Book", place: str, table: str, column: str) -> Iterator[Fault]:
    if table not in book.tables:
        known = ", ".join(book.tables) or "none"
        yield Fault(place, f"unknown table '{table}'{nearest(table, book.tables)} (tables: {known})")
        return
    columns = list(book.tables[table].columns)
    if column and column not in columns:
        yield Fault(
            place, f"table {table} has no column '{column}'{nearest(column, columns)} (columns: {', '.join(columns)})"
        )
    if not column and len(columns) != 1:
        example = f'{table}[x, "{columns[0]}"]' if columns else ""
        yield Fault(place, f"table {table} has {len(columns)} columns; say which: {example}")


def _life_faults(book: "Book", place: str, table: str, column: str) -> Iterator[Fault]:
    """A life table has a row for every year of age, and probabilities: survivors are their product, row by row."""
    found = book.tables.get(table)
    if found is None or column not in found.columns:
        return
    gaps = np.flatnonzero(np.abs(np.diff(found.index) - 1) > 1e-9)
    if gaps.size:
        before, after = found.index[gaps[0]], found.index[gaps[0] + 1]
        yield Fault(
            place,
            f"table {table} goes from {found.index_name} {before:g} to {after:g}: a life table needs a row for every year of"
            f' age; fill it in, or read the bands with {table}[age, "{next(iter(found.columns))}"]',
        )
    q = found.columns[column]
    wrong = np.flatnonzero(~((q >= 0) & (q <= 1)))
    if wrong.size:
        yield Fault(
            place,
            f"table {table}, column {column}, {found.index_name} {found.index[wrong[0]]:g}: a probability of death lies between 0"
            f" and 1; got {q[wrong[0]]:g}",
        )
