"""Where two pages differ: in which element, and in it at which key of the data, which column of draws, which line."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from hecon.page.packing import unpacked_draws

_ELEMENTS = re.compile(r'<script[^>]*\bid="(\w+)"[^>]*>(.*?)</script>', re.DOTALL)


def places_of_page(one: str, other: str) -> list[str]:
    """Places in which two pages differ.

    >>> page = '<script type="application/json" id="data">{}</script>'
    >>> values = [f'{{"inputs": [{{"name": "price", "influence": {x}}}]}}' for x in (1, 2)]
    >>> places_of_page(*(page.format(x) for x in values))
    ['data inputs.price.influence']
    """
    mine, new = (dict(_ELEMENTS.findall(text)) for text in (one, other))
    places = [f"the element {name}" for name in sorted(mine.keys() ^ new.keys())]
    for name in (name for name in mine if name in new and mine[name] != new[name]):
        match name:
            case "data":
                places += [f"data {key}" for key in _keys(*map(json.loads, (mine[name], new[name])))]
            case "draws":
                places += [f"draws {column}" for column in _columns(mine, new)]
            case _:
                places += [f"{name}, {line}" for line in _lines(mine[name], new[name])]
    return places + [f"the frame, {line}" for line in _lines(_ELEMENTS.sub("", one), _ELEMENTS.sub("", other))]


def _keys(one: Any, other: Any, above: str = "") -> Iterator[str]:
    """The keys of two values under which they differ; an entry of a list by its name where it has one."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from _keys(one.get(key), other.get(key), f"{above}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for k, (x, y) in enumerate(zip(one, other, strict=True)):
            name = x.get("name", k) if isinstance(x, dict) else k
            yield from _keys(x, y, f"{above}.{name}")
    elif one != other:
        yield above


def _columns(mine: dict[str, str], new: dict[str, str]) -> list[str]:
    """The inputs whose draws differ; none by name where the two do not carry the same."""
    told = [json.loads(page["data"])["draws"] for page in (mine, new)]
    if not all(told) or told[0]["names"] != told[1]["names"]:
        return ["of other inputs"]
    a, b = (unpacked_draws(page["draws"], int(told[0]["n"])) for page in (mine, new))
    if a.shape != b.shape:
        return ["of another number"]
    return [name for k, name in enumerate(told[0]["names"]) if not np.array_equal(a[:, k], b[:, k])]


def _lines(one: str, other: str) -> list[str]:
    a, b = one.splitlines(), other.splitlines()
    found = [f"line {k + 1}" for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y]
    return found or ([f"line {min(len(a), len(b)) + 1}"] if a != b else [])
