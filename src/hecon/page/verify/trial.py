"""A printed model on trial: its text, the model and inputs it must agree with, the sets it is run on, what they come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from hecon.evaluate.horizon import span
from hecon.page.contents import horizons_of
from hecon.page.model_script import ModelScript
from hecon.page.run_javascript import Runner
from hecon.page.verify.batches import (
    again,
    base_case,
    carried,
    far_inputs,
    horizons,
    one_at_a_time,
    other_inputs,
    other_prices,
)
from hecon.page.verify.compare import Tally, compare, largest, repriced
from hecon.page.verify.expected import Expected, expected
from hecon.page.verify.scripts_run import Sets, Told, run_scripts
from hecon.structure.lowering import lower
from hecon.workbook.verify.certificate import Finding, finding

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

_ATTEMPTS = 4  # other inputs that are drawn where the engine refuses a set
_NOT = "differ from the engine's"
_KINDS = {
    "base case": "sets, with totals, quantities, amounts by year, states, checks and reports",
    "other inputs": "sets, with all of these",
    "one at a time": "sets, each input alone at its bounds",
    "far inputs": "sets, an input far from its base case",
    "prices": "sets, a price alone at half, as a run and as the base case with its quantity",
    "draws": "draws as 32-bit numbers, all prepared once",
}


@dataclass(frozen=True)
class Trial:
    """What is asked of a printed model: the `base` case, `count` sets of other inputs, each input `alone` at its bounds, `far`
    inputs far from the base case, the `draws`.

    `printed` is the model as it is printed now: its inputs, strategies and items are those a script must have.
    """

    text: str
    printed: ModelScript
    model: "Model"
    book: "Book"
    draws: "Draws | None" = None
    count: int = 50
    far: int = 40
    seed: int = 1
    base: bool = True
    alone: bool = True
    wanted: list[Expected] = field(default_factory=list)

    def sets(self) -> list[Sets]:
        """The sets to run; the engine's numbers of them are `wanted` from then on."""
        self.wanted[:] = chain.from_iterable(self.batches())
        names, rates = self.printed.inputs, self.printed.base
        own = horizons_of(self.model, self.book)[0] if self.book.settings.get("horizon") else None
        return [
            Sets(
                one.batch.values(names, rates),
                own if one.batch.horizon is None else one.batch.horizon,
                one.batch.once,
                one.batch.look,
            )
            for one in self.wanted
        ]

    def batches(self) -> Iterator[Iterator[Expected]]:
        """The engine's numbers, batch by batch."""
        book = self.book
        if self.base:
            yield expected(self.model, base_case(book))
        times = horizons(lower(self.model, book.settings))
        for batch in other_inputs(book, times, list(self.printed.extra), self.count, self.seed):
            for one in expected(self.model, batch):
                yield iter([one])
                for attempt in range(_ATTEMPTS if one.numbers is None else 0):
                    other = next(expected(self.model, again(one.batch, 0, self.seed + attempt)))
                    yield iter([other])
                    if other.numbers is not None:
                        break
        swung = [one_at_a_time(book)] if self.alone else []
        if self.base:
            swung.append(other_prices(book, list(dict.fromkeys(name for name, _ in self.printed.prices))))
        names = [name for name in self.printed.inputs if name in book.parameters]
        for batch in (*swung, far_inputs(book, names, self.far, self.seed)):
            if batch.draws.n:
                yield expected(self.model, batch)
        if self.draws is not None:
            yield expected(self.model, carried(self.draws))

    def judged(self, told: Told) -> tuple[Tally, list[Finding]]:
        """What a script told, against `wanted`."""
        tally = Tally()
        if told.error:
            return tally, [finding("script", [told.error], "", "error stops it")]
        unlike = list(_unlike(self.printed, told))
        if unlike:
            return tally, [finding("the same model", unlike, "", "things are another model's")]
        scales = largest(told.items, self.wanted)
        for wanted, found in zip(self.wanted, told.found, strict=True):
            compare(tally, told.items, told.strategies, scales, wanted, found)
            if wanted.batch.kind == "prices" and wanted.numbers is not None:
                guessed = repriced(told.found[0], wanted.batch, self.book, told.items)
                compare(tally, told.items, told.strategies, scales, wanted, guessed, again=True)
        findings = [
            finding(
                kind, tally.faults.get(kind, ()), _counted(tally.sets.get(kind, 0), words) + self.turned(kind), _NOT
            )
            for kind, words in _KINDS.items()
            if tally.sets.get(kind) or tally.faults.get(kind)
        ]
        both = f"{len(tally.refused):,} sets that the engine refuses, and the page too; no other"
        return tally, [*findings, finding("refusals", tally.faults.get("refusals", ()), both, "are not the same")]

    def turned(self, kind: str) -> str:
        """The horizons and discount rates that a kind of batches went through, as said."""
        mine = [one.batch for one in self.wanted if one.batch.kind == kind]
        years = sorted({one.horizon for one in mine if one.horizon is not None})
        rates = sorted({name for one in mine for name in one.rates})
        told = [f"horizons of {', '.join(span(one) for one in years)}"] if years else []
        told += [f"other rates in {', '.join(rates)}"] if rates else []
        return f"; {'; '.join(told)}" if told else ""


def try_all(
    trials: Sequence[Trial], *, runner: Runner | None = None, timeout: float = 600.0
) -> list[tuple[Tally, list[Finding]]]:
    """Every trial, in one call of Node or Chromium.

    Raises:
        HeconError: neither is here, or it gives no answer within `timeout` seconds.

    >>> from hecon.page.engine_script import engine_script
    >>> from hecon.page.model_script import model_script
    >>> from hecon.workbook.example import one_visit
    >>> printed = model_script(*one_visit())
    >>> tally, findings = try_all([Trial(engine_script(printed), printed, *one_visit(), count=3)])[0]
    >>> tally.worst, [one.name for one in findings if not one.passed]
    (0.0, [])
    """
    told = run_scripts([(one.text, one.sets()) for one in trials], runner=runner, timeout=timeout)
    return [trial.judged(one) for trial, one in zip(trials, told, strict=True)]


def _counted(count: int, words: str) -> str:
    return f"{count:,} {words if count != 1 else words.replace('sets', 'set', 1)}"


def _unlike(printed: ModelScript, told: Told) -> Iterator[str]:
    """What a script has otherwise than the model printed now."""
    pairs: Mapping[str, tuple[Sequence[object], Sequence[object]]] = {
        "inputs": (told.inputs, printed.inputs),
        "strategies": (told.strategies, printed.strategies),
        "items": (told.items, printed.items),
    }
    for what, (mine, now) in pairs.items():
        if tuple(mine) != tuple(now):
            more = ", ".join(str(one) for one in mine if one not in now)
            less = ", ".join(str(one) for one in now if one not in mine)
            yield f"{what}: in the page alone: {more or 'none'}; in the model alone: {less or 'none'}"
