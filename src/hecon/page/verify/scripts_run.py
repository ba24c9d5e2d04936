"""Printed models run on their batches, many models in one call of Node or Chromium, and their numbers read back."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hecon.arrays import Array
from hecon.page.engine_script import javascript
from hecon.page.run_javascript import Runner, run_javascript
from hecon.page.verify.numbers import Looked, Name, Numbers, of_looks

_SCRIPT = "\nreturn data.map(VerifyRuns.model);"


@dataclass(frozen=True)
class Sets:
    """Values (set, input) under one horizon; as a `Batch` says."""

    values: Array
    horizon: float | None
    once: bool
    look: bool


@dataclass(frozen=True)
class Found:
    """What a script says of a batch: its numbers and, set by set, what it refuses ("" for nothing)."""

    numbers: Numbers
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What a printed model says of itself, and of its batches; `error` is what it threw."""

    inputs: tuple[str, ...] = ()
    strategies: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    acts_with: Mapping[str, Sequence[str]] | None = None
    found: tuple[Found, ...] = ()
    error: str = ""


def run_scripts(
    models: Sequence[tuple[str, Sequence[Sets]]], *, runner: Runner | None = None, timeout: float = 600.0
) -> list[Told]:
    """Each printed model, by its text, on its sets of inputs.

    Raises:
        HeconError: neither Node nor Chromium is here, or it gives no answer.

    >>> from hecon.page.engine_script import engine_script
    >>> from hecon.page.model_script import model_script
    >>> from hecon.workbook.example import one_visit
    >>> text = engine_script(model_script(*one_visit()))
    >>> run_scripts([(text, [Sets(np.array([[50.0], [30.0]]), None, False, False)])])[0].found[0].numbers.totals.ravel().tolist()
    [100.0, 60.0]
    """
    data = [{"text": text, "batches": [_as_data(one) for one in sets]} for text, sets in models]
    told = run_javascript(javascript("verify_runs.js") + _SCRIPT, data, timeout=timeout, runner=runner)
    return [_told(one, sets) for one, (_, sets) in zip(told, models, strict=True)]


def _as_data(one: Sets) -> dict[str, Any]:
    sets = b64encode(np.ascontiguousarray(one.values, dtype="<f8").tobytes()).decode("ascii")
    return {"sets": sets, "horizon": one.horizon, "once": one.once, "look": one.look}


def _numbers(text: str) -> Array:
    return np.frombuffer(b64decode(text), dtype="<f8")


def _told(one: Mapping[str, Any], sets: Sequence[Sets]) -> Told:
    if "error" in one:
        return Told(error=one["error"])
    items = tuple((kind, name) for kind, name in one["items"])
    prices = [(name, *items[item]) for name, item in one["prices"]]
    found = [
        _found(batch, len(one["strategies"]), items, prices, mine.look)
        if "refused" not in batch
        else _refused(batch["refused"], len(mine.values), len(one["strategies"]), len(items))
        for batch, mine in zip(one["batches"], sets, strict=True)
    ]
    return Told(tuple(one["inputs"]), tuple(one["strategies"]), items, one["acts_with"], tuple(found))


def _found(
    batch: Mapping[str, Any], strategies: int, items: Sequence[tuple[str, str]], prices: Sequence[Name], look: bool
) -> Found:
    count = len(batch["totals"])
    totals = np.array([_numbers(one) for one in batch["totals"]]).reshape(count, strategies, len(items))
    amounts = np.array([_numbers(one) for one in batch["quantities"]]).reshape(count, len(prices), strategies)
    looked = of_looks([_decoded(one) for one in batch["looks"]], strategies, items) if look else None
    return Found(Numbers(totals, {key: amounts[:, p] for p, key in enumerate(prices)}, looked), tuple(batch["faults"]))


def _refused(words: str, count: int, strategies: int, items: int) -> Found:
    """A horizon that a script does not take."""
    return Found(Numbers(np.full((count, strategies, items), np.nan), {}, Looked()), (words,) * count)


def _decoded(look: Mapping[str, Any]) -> dict[str, Any]:
    trace = [{**one, "occupancy": [_numbers(x) for x in one["occupancy"]]} for one in look["trace"]]
    amounts = {what: _numbers(look[what]) for what in ("undiscounted", "discounted")}
    return {**look, "trace": trace, **amounts}
