"""The role of each input: what a test may do to it and what must follow. Stated by the author, or read off its name and unit.

The setting `roles` states them: "hr_os: effect; utility_norms: utility; share_x: none". What is not stated follows from
the prefixes of names (u_, du_, c_, hr_, dr_, smr, p_die) and from units.
"""

import re
from typing import TYPE_CHECKING

from hecon.errors import InputError, nearest
from hecon.inputs.units import unit_of

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Parameter, Table

ROLES = {
    "utility": "QALYs per year in a state: at 1, QALYs are life-years",
    "disutility": "a loss of utility or of QALYs: more of it, fewer QALYs",
    "price": "an amount of money: at 0 nothing costs anything",
    "discount": "a discount rate",
    "effect": "a relative effect of a treatment: 1 is none",
    "disease mortality": "a risk of death: more of it, fewer life-years",
    "general mortality": "a life table",
    "incidence": "how often a harm occurs: more of it, more cost, fewer QALYs",
    "choice": "a number that chooses between methods; it is not varied",
    "none": "none of these",
}
_DEATH = re.compile(r"(^|_)(die|dies|dead|death|deaths|mort|mortality|fatal)(_|$)")
_CHOICE = re.compile(r"\b(switch|choice|chosen|0 or 1|1 or 0|yes|which|option|flag|0 no|1 yes)\b|[0-9] = ")
_LOSS = ("utility decrement", "disutility", "utility loss", "loss of utility")


def roles_of(book: "Book") -> dict[str, str]:
    """The role of every parameter and table, "none" where it has none.

    Raises:
        InputError: the setting `roles` names what is no input, or no role.

    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> names = ("u_well", "hr_os", "dr_cost", "p_die", "p_ill")
    >>> roles_of(make_book("demo", [Parameter(name=name, value=0.5) for name in names], settings={"roles": "p_ill: incidence"}))
    {'u_well': 'utility', 'hr_os': 'effect', 'dr_cost': 'discount', 'p_die': 'disease mortality', 'p_ill': 'incidence'}
    """
    found = {name: _of_parameter(one) for name, one in book.parameters.items()}
    found |= {name: _of_table(one) for name, one in book.tables.items()}
    for part in filter(str.strip, book.settings.get("roles", "").split(";")):
        name, _, role = (word.strip() for word in part.partition(":"))
        if name not in found:
            raise InputError(f"settings, roles: there is no input '{name}'{nearest(name, found)}")
        if role not in ROLES:
            raise InputError(f"settings, roles: '{role}' is no role{nearest(role, ROLES)} (known: {', '.join(ROLES)})")
        found[name] = role
    return found


def _of_parameter(one: "Parameter") -> str:
    unit, kind, name = one.unit.lower(), unit_of(one).kind, one.name
    if _CHOICE.search(unit) or (not unit and _CHOICE.search(one.label.lower())) or one.group == "settings":
        return "choice"
    if name.startswith("dr_"):
        return "discount"
    if name.startswith(("du_", "loss_", "disutility")) or unit in _LOSS:
        return "disutility"
    if name.startswith("u_"):
        return "none" if any(word in unit for word in ("difference", "change", "gain")) else "utility"
    if kind == "money" and not unit.startswith("price index"):
        return "price"
    if name.startswith(("hr_", "rr_", "or_")):
        return "effect"
    if name.startswith("smr") or (name.startswith(("p_", "r_", "q_")) and _DEATH.search(name)):
        return "disease mortality"
    if any(word in one.group.lower() for word in ("side effect", "harm", "adverse", "toxic")) and kind == "probability":
        return "incidence"
    return "none"


def _of_table(table: "Table") -> str:
    columns = [name.lower() for name in table.columns]
    if table.index_name.lower() == "age" and any(name.startswith("q") for name in columns):
        return "general mortality"
    return "utility" if any(word in table.name.lower() for word in ("utility", "utilities", "norm")) else "none"
