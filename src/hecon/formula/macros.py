"""Macros: formulas over primitives that bear a name, so that numpy, Excel and the text printer share one definition.

Each names its source; a macro's arguments are formulas and are put in place of its parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from hecon.formula.shapes import SHAPES
from hecon.formula.syntax import Call, Name, Node, read, substitute


@dataclass(frozen=True)
class Macro:
    """A named formula with parameters; `body` may use other macros. `about` says what it is and where it is from."""

    parameters: tuple[str, ...]
    body: str
    about: str


MACROS: dict[str, Macro] = {
    "rate_to_prob": Macro(
        ("rate", "years"),
        "1 - exp(-(rate) * (years))",
        "constant rate per year to a probability (Sonnenberg, Beck 1993)",
    ),
    "prob_to_rate": Macro(
        ("p", "years"), "-log(1 - (p)) / (years)", "probability over so many years to a constant rate per year"
    ),
    "rescale_prob": Macro(
        ("p", "old_years", "new_years"),
        "1 - (1 - (p)) ** ((new_years) / (old_years))",
        "probability over one length of time to another, at a constant rate; for a single absorbing event only",
    ),
    "competing_prob": Macro(
        ("rate", "all_rates", "years"),
        "(rate) * (years) * relative_growth(-(all_rates) * (years))",
        "probability within `years` of leaving by one of several competing rates per year, of which `all_rates` is the sum;"
        " for states with tunnels, whose transitions are probabilities",
    ),
    "hr_on_prob": Macro(("p", "ratio"), "1 - (1 - (p)) ** (ratio)", "hazard ratio applied to a probability"),
    "rr_on_prob": Macro(("p", "ratio"), "(p) * (ratio)", "relative risk applied to a probability"),
    "or_on_prob": Macro(
        ("p", "ratio"), "(p) * (ratio) / (1 - (p) + (p) * (ratio))", "odds ratio applied to a probability"
    ),
    "alive_mix": Macro(
        ("table", "to_age", "p_female", "from_age"),
        '(1 - (p_female)) * life_survivors(table, "qx_male", to_age) / life_survivors(table, "qx_male", from_age)'
        ' + (p_female) * life_survivors(table, "qx_female", to_age) / life_survivors(table, "qx_female", from_age)',
        "share of a mixed cohort alive at an age, of those alive at from_age: the sexes weighted by their survivors",
    ),
    "mortality_rate": Macro(
        ("table", "at_age", "p_female", "from_age"),
        "where(alive_mix(table, year_of(at_age, from_age) + 1, p_female, from_age) > 0,"
        " -log(alive_mix(table, year_of(at_age, from_age) + 1, p_female, from_age)"
        " / alive_mix(table, year_of(at_age, from_age), p_female, from_age)), 0 / 0)",
        "rate per year over the year of age that holds at_age, the sexes weighted by their survivors since from_age;"
        " not a number in a year that nobody outlives: past the table's last age, or at a probability of 1",
    ),
    "mortality_prob": Macro(
        ("table", "at_age", "p_female", "from_age", "years"),
        "where(alive_mix(table, year_of(at_age, from_age) + 1, p_female, from_age) > 0, 1 -"
        " (alive_mix(table, year_of(at_age, from_age) + 1, p_female, from_age)"
        " / alive_mix(table, year_of(at_age, from_age), p_female, from_age)) ** (years), 1)",
        "probability of death within `years` at at_age; 1 past the table's last age",
    ),
    "year_of": Macro(
        ("at_age", "from_age"),
        "(from_age) + floor((at_age) - (from_age))",
        "the last birthday counted from the starting age, exact where ages are sums of months",
    ),
    "discount_whole_year": Macro(
        ("rate", "years"),
        "(1 + (rate)) ** -floor(years)",
        "whole-year discounting: the first year undiscounted",
    ),
} | {name: Macro(*row) for name, row in SHAPES.items()}


def expanded_size(tree: Node) -> tuple[int, int]:
    """Operations and names of a tree with its macros written out, and how deep it nests; counted, not written out.

    >>> expanded_size(read("rate_to_prob(r_die, 1)"))  # 1 - exp(-r_die * 1)
    (7, 4)
    """
    return _size(tree, {})


def _size(tree: Node, given: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    if isinstance(tree, Name):
        return given.get(tree.name, (1, 0))
    if not isinstance(tree, Call):
        return 1, 0
    sizes = [_size(arg, given) for arg in tree.args]
    macro = MACROS.get(tree.op)
    if macro is not None:
        return _size(read(macro.body), dict(zip(macro.parameters, sizes, strict=True)))
    return 1 + sum(size for size, _ in sizes), 1 + max((depth for _, depth in sizes), default=0)


@lru_cache(maxsize=20_000)
def expand(tree: Node) -> Node:
    """The tree with every macro replaced by its body.

    >>> from hecon.formula.text import to_text
    >>> to_text(expand(read("rate_to_prob(r_die, 1 / 12)")))
    '1 - exp(-r_die * (1 / 12))'
    """
    if not isinstance(tree, Call):
        return tree
    args = tuple(expand(arg) for arg in tree.args)
    macro = MACROS.get(tree.op)
    if macro is None:
        return Call(tree.op, args)
    values = dict(zip(macro.parameters, args, strict=True))
    body = substitute(read(macro.body), lambda node: values.get(node.name) if isinstance(node, Name) else None)
    return expand(body)
