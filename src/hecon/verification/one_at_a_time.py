"""One input changed at a time, all in one run: which pieces each moves, and by how much."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from hecon.arrays import Array
from hecon.errors import HeconError
from hecon.evaluate.run import run
from hecon.verification.pieces import Key, pieces_of

if TYPE_CHECKING:
    from hecon.inputs.draws import Draws
    from hecon.verification.subject import Subject

TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Swings:
    """One-at-a-time changes (name, values) and the pieces each gives; what the model refuses is left out and named."""

    subject: "Subject"
    rows: tuple[tuple[str, dict[str, float]], ...]

    @cached_property
    def _found(self) -> tuple[list[int], dict[Key, Array], list[str]]:
        kept: list[int] = []
        parts: list[dict[Key, Array]] = []
        refused: list[str] = []
        book = self.subject.book

        def tried(rows: list[int], draws: "Draws") -> str:
            try:
                parts.append(pieces_of(run(self.subject.model, draws, keep=("by_state",))))
            except HeconError as error:
                return str(error).splitlines()[-1].strip(" -")[:200]
            kept.extend(rows)
            return ""

        def part(rows: list[int]) -> None:
            names = dict.fromkeys(name for row in rows for name in self.rows[row][1])
            values = {name: np.full(len(rows), book.parameters[name].value) for name in names}
            for k, row in enumerate(rows):
                for name, value in self.rows[row][1].items():
                    values[name][k] = value
            empty = replace(book.base(), values=np.empty((0, len(rows))), draw=np.arange(len(rows)))
            why = tried(rows, empty.fix(**values))
            if why and len(rows) == 1:
                refused.append(f"{self.rows[rows[0]][0]}: {why}")
            elif why:
                part(rows[: len(rows) // 2])
                part(rows[len(rows) // 2 :])

        timed = self.subject.timed
        several = [k for k, (name, _) in enumerate(self.rows) if name not in timed]
        if several:
            part(several)
        for k, (name, values) in enumerate(self.rows):
            if name in timed:  # the rows that are looked at are the same in all draws: one run each
                changed = {n: replace(book.parameters[n], value=x) for n, x in values.items()}
                one = replace(book, parameters={**book.parameters, **changed})
                if why := tried([k], one.base()):
                    refused.append(f"{name}: {why}")
        keys = parts[0] if parts else {}
        return kept, {key: np.concatenate([one[key] for one in parts]) for key in keys}, refused

    @property
    def refused(self) -> list[str]:
        """The changes that the model does not take, with its words."""
        return self._found[2]

    @cached_property
    def moved(self) -> dict[str, set[Key]]:
        """The pieces that each input moves, at any of its values."""
        kept, pieces, _ = self._found
        found: dict[str, set[Key]] = {name: set() for name, _ in self.rows}
        for key, values in pieces.items():
            base = self.subject.pieces[key]
            for k in np.flatnonzero(np.abs(values - base) > TINY * max(abs(base), 1e-6)):
                found[self.rows[kept[int(k)]][0]].add(key)
        return found

    def slopes(self, name: str, kind: str, strategy: str = "") -> dict[str, float]:
        """By strategy: by how much the total of a kind rises when the input is raised by a step (lowered: with its sign)."""
        kept, pieces, _ = self._found
        at = next((k for k, row in enumerate(kept) if self.rows[row][0] == name), None)
        if at is None:
            return {}
        rise = self.rows[kept[at]][1][name] - self.subject.book.parameters[name].value
        found: dict[str, float] = {}
        for key, values in pieces.items():
            if key[1] == kind and strategy in ("", key[0]):
                found[key[0]] = found.get(key[0], 0.0) + np.sign(rise) * (values[at] - self.subject.pieces[key])
        return found

    def steps(self, name: str) -> dict[Key, float]:
        """By piece: by how much it rises when the input is raised by a step."""
        kept, pieces, _ = self._found
        at = next((k for k, row in enumerate(kept) if self.rows[row][0] == name), None)
        if at is None:
            return {}
        rise = float(np.sign(self.rows[kept[at]][1][name] - self.subject.book.parameters[name].value))
        return {key: rise * float(values[at] - self.subject.pieces[key]) for key, values in pieces.items()}
