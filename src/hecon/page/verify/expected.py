"""What Python's engine says of a batch: its numbers, or for each set whether it is refused and in which words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.page.verify.batches import Batch
from hecon.page.verify.numbers import Numbers, of_outcomes

if TYPE_CHECKING:
    from hecon.structure.lowering import Model


@dataclass(frozen=True)
class Expected:
    """A batch with the engine's numbers; with none where the engine refuses its one set in the words of `refused`."""

    batch: Batch
    numbers: Numbers | None
    refused: str = ""


def expected(model: "Model", batch: Batch) -> Iterator[Expected]:
    """The engine's numbers of a batch; one with sets that it refuses comes in parts.

    >>> from hecon.page.verify.batches import base_case
    >>> from hecon.workbook.example import one_visit
    >>> tree, book = one_visit()
    >>> [one.numbers.totals.tolist() for one in expected(tree, base_case(book))]
    [[[[100.0]]]]
    """
    keep = ("ledger", "trace") if batch.look else ("totals",)
    try:
        found = run(model, batch.settled, keep=keep)
    except HeconError:
        if batch.draws.n == 1:
            yield _alone(model, batch, keep)
            return
        half = batch.draws.n // 2
        for part in (slice(0, half), slice(half, None)):
            yield from expected(model, replace(batch, draws=batch.draws.take(part)))
        return
    yield Expected(batch, of_outcomes(found))


def _alone(model: "Model", batch: Batch, keep: tuple[str, ...]) -> Expected:
    """One set as a base case of its own: there an input may be a time that must not differ between draws."""
    draws = batch.settled
    values = {name: float(np.ravel(draws[name])[0]) for name in draws.names}
    moved = {name: replace(draws.book.parameters[name], value=value) for name, value in values.items()}
    book = replace(draws.book, parameters={**draws.book.parameters, **moved})
    try:
        return Expected(batch, of_outcomes(run(model, book.base(), keep=keep)))
    except HeconError as error:
        return Expected(batch, None, " ".join(str(error).split())[:200])
