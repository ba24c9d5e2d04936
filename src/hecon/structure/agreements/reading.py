"""Agreements as a table: a row each, its terms as text, read by a whitelist; all faults at once, with their cells."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.tables.cells import column_letters
from hecon.structure.agreements.terms import AFTER, TERMS, Agreement, Term

if TYPE_CHECKING:
    from hecon.inputs.book import Book

SHEET = "schemes"
COLUMNS = ("name", "terms")
_MONEY = ("administration", "per_assessment")
OPTIONAL = ("label", "strategy", "item", "after", "price", "administration", "per_assessment", "source", "note")


def agreements_of(book: "Book") -> tuple[Agreement, ...]:
    """The agreements that a book's table `schemes` declares, in its order.

    Raises:
        InputError: a book without the table; missing or unknown columns, names that repeat, terms that cannot be read; money
            written as a number where the inputs were converted to another currency or price year.

    >>> from hecon.inputs.book import make_book
    >>> row = {"name": "thirds", "terms": "Instalments(at=['0 months', '1 year'], shares=['0.5', '0.5'], while_in='alive')"}
    >>> agreements_of(make_book("demo", [], records={"schemes": (row,)}))[0].terms[0].while_in
    'alive'
    """
    rows = book.records.get(SHEET, ())
    if not rows:
        columns = ", ".join((*COLUMNS, *OPTIONAL))
        raise InputError(
            f"{book.case} declares no agreements: write schemes.csv beside its inputs, a row for each, with the columns {columns}"
        )
    found, faults = _read(rows, bool(book.settings.get("converted")))
    raise_faults(faults, InputError, book.case)
    return found


def scheme_faults(book: "Book") -> list[Fault]:
    """What is wrong with a book's agreements; nothing where it has none.

    >>> from hecon.inputs.book import make_book
    >>> rows = ({"name": "x", "terms": "Discont('0.2')"},)
    >>> print(scheme_faults(make_book("demo", [], records={"schemes": rows}))[0])  # doctest: +ELLIPSIS
    schemes!B2 (x): 'Discont' is not a term; did you mean 'Discount'? (known: Discount, Instalments, Annuity, ...
    """
    return _read(book.records.get(SHEET, ()), bool(book.settings.get("converted")))[1]


def read_terms(text: str) -> tuple[Term, ...]:
    """Terms as they are written, several joined by semicolons.

    Raises:
        InputError: what is no call of a known term with texts.

    >>> read_terms("Discount('0.2'); Refund('0.5', '* -> dead', '12 months')")[1].on
    '* -> dead'
    """
    found = []
    for part in _parts(text):
        try:
            call = ast.parse(part, mode="eval").body
        except SyntaxError:
            raise InputError(f"'{part}' cannot be read; write a term such as Discount('0.2')") from None
        found.append(_term(call, part))
    if not found:
        raise InputError("has no terms; write one such as Discount('0.2')")
    return tuple(found)


def _parts(text: str) -> list[str]:
    """The terms apart: at semicolons that stand outside of quotes."""
    parts, quote, current = [], "", ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        if letter == ";" and not quote:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [part.strip() for part in [*parts, current] if part.strip()]


def _term(call: ast.expr, part: str) -> Term:
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise InputError(f"'{part}' is not a term; write one such as Discount('0.2')")
    name = call.func.id
    if name not in TERMS:
        raise InputError(f"'{name}' is not a term{nearest(name, TERMS)} (known: {', '.join(TERMS)})")
    known = [one.name for one in fields(TERMS[name])]
    given: dict[str, Any] = {}
    try:
        given |= {known[k]: _text(arg) for k, arg in enumerate(call.args)}
    except IndexError:
        raise InputError(f"{name} takes {', '.join(known)}; got {len(call.args)} values") from None
    for word in call.keywords:
        if word.arg not in known:
            raise InputError(f"{name} has no '{word.arg}'{nearest(str(word.arg), known)} (it takes {', '.join(known)})")
        given[word.arg] = _text(word.value)
    try:
        made: Term = TERMS[name](**given)
    except TypeError:
        missing = [one for one in known if one not in given]
        raise InputError(f"{name} needs {', '.join(missing)}") from None
    return made


def _text(value: ast.expr) -> str | tuple[str, ...]:
    """A text or number as text; a list of them."""
    if isinstance(value, ast.List | ast.Tuple):
        return tuple(str(_text(one)) for one in value.elts)
    if isinstance(value, ast.Constant) and isinstance(value.value, str | int | float):
        return str(value.value)
    raise InputError(f"'{ast.unparse(value)}' is neither a text in quotes nor a number")


def _read(rows: Sequence[Mapping[str, str]], converted: bool) -> tuple[tuple[Agreement, ...], list[Fault]]:
    faults: list[Fault] = []
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    letters = column_letters(columns)
    known = (*COLUMNS, *OPTIONAL)
    faults += [Fault(SHEET, f"has no column '{one}'") for one in COLUMNS if rows and one not in columns]
    faults += [
        Fault(SHEET, f"has an unknown column '{one}'{nearest(one, known)} (known: {', '.join(known)})")
        for one in columns
        if one not in known
    ]
    found: dict[str, Agreement] = {}
    for line, row in enumerate(rows, start=2):
        given = {name: row.get(name, "").strip() for name in known}
        name = given["name"]

        def cell(column: str, at: int = line, name: str = name) -> str:
            return f"{SHEET}!{letters.get(column, 'A')}{at}" + (f" ({name})" if name else "")

        if not name:
            faults.append(Fault(cell("name"), "has no name"))
        elif name in found:
            faults.append(Fault(cell("name"), f"'{name}' is declared more than once"))
        if given["after"] not in AFTER:
            faults.append(Fault(cell("after"), f"'{given['after']}' is neither blank (the decision) nor 'infusion'"))
        for column in _MONEY if converted else ():
            if re.search("[1-9]", given[column]) and not re.search("[A-Za-z]", given[column]):
                told = f"'{given[column]}' is money that was not converted; write it as a parameter with a unit, and its name here"
                faults.append(Fault(cell(column), told))
        try:
            terms = read_terms(given["terms"])
        except InputError as error:
            faults.append(Fault(cell("terms"), str(error)))
            continue
        texts = {key: text for key, text in given.items() if text and key not in ("name", "terms", "label")}
        found[name] = Agreement(name, given["label"] or name, terms, **texts)
    return tuple(found.values()), faults
