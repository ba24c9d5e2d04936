"""A Program as text, line by line, and its fingerprint: two models of one text compute the same from the same inputs.

Titles and labels are left out, for they change no number; so is what stands behind a function of the author's own.
"""

from collections.abc import Iterator
from hashlib import sha256

from hecon.formula.program import Block, CheckFormula, Formula, Program
from hecon.formula.text import to_text


def program_text(program: Program) -> str:
    """Every block with its clock, formulas, states, items and checks, a line for each.

    >>> from hecon.formula.parsing import parse
    >>> from hecon.formula.syntax import Number
    >>> visits = Formula("visits", "2*c_visit", parse("2*c_visit"))
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {"visits": visits})
    >>> print(program_text(Program("Demo", (("a", "Care"),), (block,), ())))
    strategies: a
    block a of a
      start mass: 1
      offset: 0
      visits = 2 * c_visit
    """
    lines = [f"strategies: {', '.join(name for name, _ in program.strategies)}"]
    for block in program.blocks:
        above = f" under {block.parent}" if block.parent else ""
        clock = f", {block.clock.cycles} cycles, {block.clock.per_year!r} a year" if block.clock else ""
        lines.append(f"block {block.name} of {block.strategy}{above}{clock}")
        lines += [f"  {line}" for line in _block(block)]
    for strategy, checks in program.checks.items():
        lines += [f"check of {strategy}: {line}" for line in _checks(checks)]
    return "\n".join(lines)


def program_fingerprint(program: Program) -> str:
    """SHA-256 (hex) of a Program's text.

    >>> from hecon.formula.syntax import Number
    >>> one = Program("One", (("a", "Care"),), (Block("a", "a", None, None, Number(1.0), Number(0.0), {}),), ())
    >>> other = Program("Other title", (("a", "Usual care"),), one.blocks, ())
    >>> program_fingerprint(one) == program_fingerprint(other), len(program_fingerprint(one))
    (True, 64)
    """
    return sha256(program_text(program).encode()).hexdigest()


def _block(block: Block) -> Iterator[str]:
    yield f"start mass: {to_text(block.mass)}"
    yield f"offset: {to_text(block.offset)}"
    if block.between != "error":
        yield f"between rows: {block.between}"
    for name, formula in block.formulas.items():
        yield f"{name} = {to_text(formula.tree)}"
    if block.states:
        yield f"states: {', '.join(block.states.states)}, by {block.states.by}"
        for state, tunnel in block.states.tunnels.items():
            yield f"{state} lasts {tunnel.length}, then {tunnel.last}"
        for state, start in block.states.start.items():
            yield f"start in {state}: {to_text(start)}"
        for (a, b), formula in block.states.entries.items():
            yield f"{a} -> {b}: {_or_rest(formula)}"
    for name, formula in {**block.occupied, **block.moved}.items():
        yield f"{name}: {to_text(formula.tree)}"
    for term in block.terms:
        item = term.item
        tags = ", ".join(filter(None, (item.category, item.of and f"of {item.of}", item.sector, item.payer)))
        parts = (
            ("flow", term.flow), ("present", term.present), ("discount", term.discount), ("at", term.time),
            ("undiscounted", term.amount), ("ends", term.ends), *((f"rate from year {y:g}", rate) for y, rate in term.by_year),
        )  # fmt: skip
        more = "".join(f"; {what} {to_text(tree)}" for what, tree in parts if tree is not None)
        more += "" if term.falls is None else f"; falls at {term.falls!r} of its cycle"
        yield f"{item.kind} {item.name} ({tags}) in {term.where or 'all'}: {to_text(term.value)}{more}"
    yield from (f"check {line}" for line in _checks(block.checks))
    yield from (f"report {name}: {to_text(tree)}" for name, tree in block.reports.items())


def _or_rest(formula: Formula) -> str:
    return "the rest" if formula.unit == "rest" else to_text(formula.tree)


def _checks(checks: tuple[CheckFormula, ...]) -> Iterator[str]:
    for check in checks:
        words = (("equals", check.equals), ("at most", check.at_most), ("within", check.within))
        told = " ".join(f"{what} {to_text(tree)}" for what, tree in words if tree is not None)
        yield f"{check.name}: {to_text(check.value)} {told}{', or no run' if check.must else ''}"
