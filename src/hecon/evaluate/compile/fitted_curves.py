"""Curves in formulas: `survival(os, t)` and its sisters become ordinary trees over the coefficients of the book's curves.

After this every back end sees primitives and inputs only.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hecon.errors import Fault, ModelError, nearest, raise_faults
from hecon.formula.curve import CurveTrees
from hecon.formula.families import FAMILIES
from hecon.formula.macros import MACROS, expand
from hecon.formula.program import Block, Program
from hecon.formula.spline_families import piecewise, spline
from hecon.formula.syntax import CURVES, Call, Name, Node, Number, Text, asks_for_curve, parse
from hecon.inputs.curve_parameters import choice_name, coefficient_name, cut_name

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.survival.fit import CurveFit


def with_curves(program: Program, book: "Book", varying: Collection[str] | None = None) -> Program:
    """The program with every curve call replaced by a tree over inputs; the program itself where there is none.

    A curve with several families becomes a choice by its parameter `<curve>_family`. Given the names that vary between
    draws, a choice that does not is made here, and the other families are left out.

    Raises:
        ModelError: unknown curves, with the nearest known one; a mean or quantile that the family has not; all at once.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.formula.program import Formula
    >>> row = {"curve": "os", "family": "exponential", "selected": "yes", "parameter": "rate", "estimate": "-2",
    ...        "knot": "", "cov_1": "0.01"}
    >>> formula = Formula("alive", "survival(os, t)", parse("survival(os, t)"))
    >>> block = Block("a", "a", None, None, Number(1.0), Number(0.0), {"alive": formula})
    >>> changed = with_curves(Program("Demo", (("a", "A"),), (block,), ()), make_book("demo", [], curves=(row,)), ())
    >>> from hecon.formula.text import to_text
    >>> to_text(changed.blocks[0].formulas["alive"].tree)
    'where(t <= 0, 1, exp(-exp(os_exponential_rate) * max(t, 1e-300)))'
    """
    writer = _Writer(book, varying)
    changed = writer.mapped(program, "")
    raise_faults(writer.faults, ModelError, program.title or "model")
    assert isinstance(changed, Program)
    return changed


def curve_free(book: "Book", varying: Collection[str] | None = None) -> Callable[[Node], Node]:
    """A function that replaces the curve calls of one tree, as `with_curves` does for a program.

    >>> from hecon.inputs.book import make_book
    >>> curve_free(make_book("demo", []))(parse("survival(os, t)"))
    Traceback (most recent call last):
    hecon.errors.ModelError: formula: 1 fault
      - there is no curve 'os' (curves: none)
    """

    def rewrite(tree: Node) -> Node:
        writer = _Writer(book, varying)
        changed = writer.node(tree, "")
        raise_faults(writer.faults, ModelError, "formula")
        return changed

    return rewrite


def check_choices(draws: "Draws") -> None:
    """Refuse draws in which the choice of a curve is not the number of one of its families.

    Raises:
        ModelError: the curve, the first draw at fault and the families there are.

    >>> from hecon.inputs.book import make_book
    >>> row = {"curve": "os", "family": "exponential", "selected": "yes", "parameter": "rate", "estimate": "-2",
    ...        "knot": "", "cov_1": "0.01"}
    >>> check_choices(make_book("demo", [], curves=(row,)).fix(os_family=2))
    Traceback (most recent call last):
    hecon.errors.ModelError: curves: 1 fault
      - curves!C2 (os_family), draw 0: is 2; it must be one of 1 (exponential)
    """
    faults = []
    for name, curve in draws.book.fitted.items() if draws.book.curves else ():
        choice = choice_name(name)
        if choice in draws.names:
            wrong = ~np.isin(draws[choice], np.arange(1, len(curve.fits) + 1))
            if wrong.any():
                at = int(np.argmax(wrong))
                place = f"{draws.book.parameters[choice].place('value')}, draw {draws.draw[at]}"
                value = float(np.ravel(draws[choice])[at])
                faults.append(Fault(place, f"is {value:g}; it must be one of {_numbered(list(curve.fits))}"))
    raise_faults(faults, ModelError, "curves")


def _numbered(families: Sequence[str]) -> str:
    return ", ".join(f"{k} ({family})" for k, family in enumerate(families, start=1))


@dataclass
class _Writer:
    """Replaces curve calls, each distinct call and each shared tree once."""

    book: "Book"
    varying: Collection[str] | None
    faults: list[Fault] = field(default_factory=list)
    _trees: dict[int, tuple[Node, Node]] = field(default_factory=dict)
    _calls: dict[tuple[str, str, Node | None], Node] = field(default_factory=dict)

    def mapped(self, value: Any, place: str) -> Any:
        """Any part of a program with its trees replaced; the part itself where nothing changes."""
        if isinstance(value, Number | Text | Name | Call):
            return self.node(value, place)
        if is_dataclass(value) and not isinstance(value, type):
            name = getattr(value, "name", "")
            here = f"{place}, {name}" if place and name else place or (name if isinstance(value, Block) else "")
            parts = {one.name: getattr(value, one.name) for one in fields(value)}
            changed = {key: new for key, old in parts.items() if (new := self.mapped(old, here)) is not old}
            return replace(value, **changed) if changed else value
        if isinstance(value, Mapping):
            table = {key: self.mapped(old, place) for key, old in value.items()}
            return table if any(table[key] is not old for key, old in value.items()) else value
        if isinstance(value, tuple):
            row = tuple(self.mapped(old, place) for old in value)
            return row if any(new is not old for new, old in zip(row, value, strict=True)) else value
        return value

    def node(self, tree: Node, place: str) -> Node:
        """A tree with its curve calls replaced; macros stay, but for those that ask for a curve themselves."""
        if not isinstance(tree, Call):
            return tree
        if id(tree) in self._trees:
            return self._trees[id(tree)][1]
        if tree.op in _curve_macros():
            changed = self.node(expand(tree), place)
        elif tree.op in CURVES:
            changed = self.call(tree, place)
        else:
            args = tuple(self.node(arg, place) for arg in tree.args)
            same = all(new is old for new, old in zip(args, tree.args, strict=True))
            changed = tree if same else Call(tree.op, args)
        self._trees[id(tree)] = (tree, changed)  # the tree is kept, so that its id is not given away
        return changed

    def call(self, tree: Call, place: str) -> Node:
        """A curve call as a choice over its families."""
        first = tree.args[0]
        if not isinstance(first, Name) or first.name not in self.book.fitted:
            known = ", ".join(self.book.fitted) or "none"
            told = f"{tree.op} takes the name of a curve first (curves: {known})"
            if isinstance(first, Name):
                told = f"there is no curve '{first.name}'{nearest(first.name, self.book.fitted)} (curves: {known})"
            self.faults.append(Fault(place, told))
            return Number(0.0)
        argument = self.node(tree.args[1], place) if len(tree.args) > 1 else None
        key = (tree.op, first.name, argument)
        if key not in self._calls:
            try:
                self._calls[key] = self.chosen(*key)
            except ModelError as error:
                self.faults.append(Fault(place, str(error)))
                return Number(0.0)
        return self._calls[key]

    def chosen(self, op: str, curve: str, argument: Node | None) -> Node:
        """The tree of the family selected, or a choice between those that may be."""
        fits = list(self.book.fitted[curve].fits.values())
        choice = self.book.parameters[choice_name(curve)]
        if choice.value not in range(1, len(fits) + 1):
            listed = _numbered([fit.family for fit in fits])
            raise ModelError(f"{choice.place('value')} is {choice.value:g}; it must be one of {listed}")
        selected = int(choice.value) - 1
        fixed = self.varying is not None and choice.name not in self.varying
        trees = [_tree(op, curve, fit, argument) if not fixed or k == selected else None for k, fit in enumerate(fits)]
        any_may_be = not fixed and self.varying is not None
        for k, fit in enumerate(fits):
            if trees[k] is None and (any_may_be or k == selected):
                raise ModelError(f"{op}({curve}): {_why_not(op, fit)}")
        if fixed or len(fits) == 1:
            tree = trees[selected]
            assert tree is not None
            return tree
        nothing = parse(f"log(-abs({choice.name}))")  # not a number, for a family that has no such formula
        last = max(k for k, tree in enumerate(trees) if tree is not None)  # the same whatever is selected
        result: Node = trees[last] or nothing
        for k in (k for k in range(len(fits) - 1, -1, -1) if k != last):
            taken = Call("==", (Name(choice.name), Number(float(k + 1))))
            result = Call("where", (taken, trees[k] or nothing, result))
        return result


def _tree(op: str, curve: str, fit: "CurveFit", argument: Node | None) -> Node | None:
    """One curve function of one family; None where it has no closed form."""
    kind = fit.of
    if kind.is_spline:
        family = spline(kind.scale, kind.knots)
    else:
        family = piecewise(kind.inner) if kind.base == "piecewise" else FAMILIES[kind.base]
    parameters: dict[str, Node] = {name: Name(coefficient_name(curve, fit.family, name)) for name, _ in kind.parameters}
    if kind.base == "piecewise":
        parameters |= {f"cut{k}": Name(cut_name(curve, fit.family, k)) for k in range(1, kind.inner + 1)}
    for effect in fit.names[
        len(kind.parameters) :
    ]:  # an effect adds to its parameter; the covariate is a name in scope
        parameter, covariate = effect.split(":", 1)
        moved = Call("*", (Name(coefficient_name(curve, fit.family, effect)), Name(covariate)))
        parameters[parameter] = Call("+", (parameters[parameter], moved))
    trees = CurveTrees(family, parameters, kind.cure, kind.knots if kind.is_spline else ())
    function = getattr(trees, op)
    result: Node | None = function() if argument is None else function(argument)
    return result


def _why_not(op: str, fit: "CurveFit") -> str:
    if op == "mean_survival" and fit.of.cure:
        return f"the mean of '{fit.family}' is infinite, for a share is cured; use restricted_mean(curve, years)"
    instead = "restricted_mean(curve, years)" if op == "mean_survival" else "another family, or survival(curve, t)"
    return f"'{fit.family}' has no closed form for it; use {instead}"


@lru_cache(maxsize=1)
def _curve_macros() -> frozenset[str]:
    """The macros that ask for a curve themselves, so that they are expanded with the curve's name in place."""
    return frozenset(name for name, macro in MACROS.items() if asks_for_curve(expand(parse(macro.body))))
