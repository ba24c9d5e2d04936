"""What one run holds: base case, PSA, and the model, inputs and draws they were made of; and how all of it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from hecon.analysis.cost_effectiveness.agreement import Gap, agreement
from hecon.analysis.cost_effectiveness.totals import NONE, effect_word
from hecon.digits import money_text
from hecon.errors import Fault, HeconError, nearest, raise_faults
from hecon.outcomes import Outcomes
from hecon.results.options import CERTAIN, RunSettings
from hecon.shown import Shown

if TYPE_CHECKING:
    from pathlib import Path

    from hecon.inputs.book import Book
    from hecon.inputs.draws import Draws
    from hecon.structure.lowering import Model

BASES = ("deterministic", "probabilistic")
READ_BY = ("perspective", "wtp", "reference", "effect")
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Record(Shown):
    """One run as it was made: `base` (1 draw), `psa` (n draws) or None, what they were made of, and how they are read.

    The fields are told in `Analysis`, which adds what can be asked of them.

    Raises:
        HeconError: a base case of several draws, a PSA of one, strategies that differ, an unknown perspective or
            reference, a threshold that is not above 0; all at once.
    """

    case: str
    model: "Model | None"
    book: "Book | None"
    draws: "Draws | None"
    base: Outcomes
    psa: Outcomes | None
    settings: RunSettings
    models: "Mapping[str, Model]" = field(default_factory=dict)
    stored: "Mapping[str, str]" = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    folder: "Path | None" = None

    @classmethod
    def of_outcomes(
        cls,
        case: str,
        base: Outcomes,
        psa: Outcomes | None,
        perspective: str,
        wtp: float,
        reference: str,
        effect: str = "qaly",
        book: "Book | None" = None,
        draws: "Draws | None" = None,
    ) -> Self:
        """An analysis of outcomes that come from elsewhere: another program, another engine, a PSA table that was read."""
        return cls(case, None, book, draws, base, psa, RunSettings(perspective, wtp, reference, effect))

    def __post_init__(self) -> None:
        self.base.sectors(self.perspective)
        faults = []
        if self.base.draw.size != 1:
            faults.append(Fault("base", f"the base case is one draw; got {self.base.draw.size}"))
        if self.psa is not None and self.psa.draw.size < 2:
            faults.append(Fault("psa", "a probabilistic analysis needs at least 2 draws"))
        if self.psa is not None and self.psa.strategies != self.base.strategies:
            faults.append(
                Fault("psa", f"strategies {self.psa.strategies} are not the base case's {self.base.strategies}")
            )
        if self.reference not in self.base.strategies:
            known = ", ".join(self.base.strategies)
            faults.append(Fault("reference", f"'{self.reference}' is not a known strategy (known: {known})"))
        if not 0 < self.settings.wtp < float("inf"):
            faults.append(Fault("wtp", f"must be above 0; got {self.settings.wtp}"))
        raise_faults(faults, HeconError, f"analysis of {self.case}")

    def __repr__(self) -> str:
        drawn = "base case only" if self.psa is None else f"{self.psa.draw.size:,} draws"
        return f"<Analysis of {self.case}: {', '.join(self.base.strategies)}; {drawn}>"

    @property
    def perspective(self) -> str:
        """The perspective of the run."""
        return self.settings.perspective

    @property
    def wtp(self) -> float:
        """The threshold, in currency per unit of effect.

        Raises:
            HeconError: there is none: the rules of the jurisdiction have none, so there is no net benefit.
        """
        if not self.settings.net_benefit:
            raise HeconError(f"{self.case}: {self._no_threshold}, so there is no net benefit; give wtp= (--wtp)")
        return self.settings.wtp

    @property
    def _no_threshold(self) -> str:
        rules = (self.book.settings if self.book else {}).get("rules", "")
        return f"the rules of {rules} have no threshold" if rules else "there is no threshold"

    @property
    def reference(self) -> str:
        """The strategy that the others are compared with."""
        return self.settings.reference

    @property
    def effect(self) -> str:
        """What counts as effect: a kind, or a sum of kinds."""
        return self.settings.effect

    @property
    def reading(self) -> dict[str, Any]:
        """Reference, perspective, threshold and effect, as the functions of hecon.analysis take them."""
        return {"reference": self.reference, "perspective": self.perspective, "wtp": self.wtp, "effect": self.effect}

    @property
    def title(self) -> str:
        """The model's title, or that of the settings."""
        settings = self.book.settings if self.book else {}
        return str(getattr(self.model, "title", "") or settings.get("title", "") or self.stored.get("title", ""))

    @property
    def about(self) -> dict[str, str]:
        """Title, structure, scenario, strategies asked for and the conversion of money in words, where there are any."""
        read = self.settings
        words = {"title": self.title, "structure": read.structure, "scenario": read.scenario}
        words |= {"agreement": self.book.settings.get("agreement", "") if self.book else ""}
        words["strategies"] = " ".join(read.strategies)
        words["converted"] = self.converted
        told = self.book.settings if self.book else {}
        words |= {name: told.get(name, "") for name in ("rules", "rules_told")}
        return {what: text for what, text in words.items() if text}

    @property
    def agreement_label(self) -> str:
        """The label of the agreement under which the product is paid; "" where there is none."""
        rows = self.book.records.get("schemes", ()) if self.book else ()
        name = self.about.get("agreement", "")
        return next((row.get("label", "") or name for row in rows if row.get("name") == name), name)

    @property
    def converted(self) -> str:
        """How the amounts were converted to the currency and price year of the run; "" where they were not."""
        return (self.book.settings if self.book else {}).get("converted", "")

    @property
    def bases(self) -> tuple[str, ...]:
        """On what results rest: deterministic and, with a PSA, probabilistic."""
        return BASES[:1] if self.psa is None else BASES

    @property
    def without_draws(self) -> str:
        """Why there is no probabilistic analysis; "" where there is one."""
        if self.psa is not None:
            return ""
        certain = self.book is not None and not self.book.margins.varying
        return CERTAIN if certain else "it was run without draws, so nothing here is probabilistic"

    @property
    def threshold(self) -> str:
        """The threshold in words, such as "30,000 EUR 2020 per QALY"; where no effect counts there is none."""
        if not self.settings.net_benefit:
            return "no threshold"
        return "cost alone" if self.effect == NONE else f"{money_text(self.wtp)} {self.money} per {self.effect_word}"

    @property
    def money(self) -> str:
        """Currency and price year as printed, such as "USD 2017"; "currency units" when the run names none."""
        return self.base.money

    @property
    def effect_word(self) -> str:
        """The word for a unit of effect, such as QALY."""
        return effect_word(self.effect)

    @property
    def per(self) -> str:
        """The threshold in words, such as "50,000 per QALY"; "cost alone" where no effect counts."""
        return "cost alone" if self.effect == NONE else f"{money_text(self.wtp)} per {self.effect_word}"

    @property
    def compared(self) -> tuple[str, ...]:
        """The strategies that are compared with the reference: all others."""
        return tuple(name for name in self.base.strategies if name != self.reference)

    @cached_property
    def input_fingerprint(self) -> str | None:
        """The fingerprint of the inputs; None for results that come from elsewhere."""
        return None if self.book is None else self.book.fingerprint()

    @cached_property
    def program_fingerprint(self) -> str | None:
        """The fingerprint of the Program that was run; None for results that come from elsewhere."""
        from hecon.formula.program_text import program_fingerprint
        from hecon.structure.lowering import lower

        if self.model is None:
            return self.stored.get("program_fingerprint") or None
        return program_fingerprint(lower(self.model, self.book.settings if self.book else None))

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Costs and effects whose probabilistic mean is over 3 standard errors from the deterministic value."""
        if self.psa is None:
            return ()
        return tuple(gap for gap in agreement(self.base, self.psa, self.perspective, self.effect) if gap.flagged)

    def read(self, **changes: Any) -> Self:
        """The same run read otherwise: `perspective=`, `wtp=`, `reference=` or `effect=` changed.

        >>> from hecon.analysis.cost_effectiveness.totals import from_totals
        >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
        >>> Record.of_outcomes("demo", base, None, "payer", 10.0, "a").read(perspective="societal").perspective
        'societal'
        """
        for name in changes:
            if name not in READ_BY:
                known = ", ".join(READ_BY)
                raise HeconError(f"an analysis is not read by '{name}'{nearest(name, READ_BY)} (known: {known})")
        if "wtp" in changes:
            changes["net_benefit"] = True
        return replace(self, settings=replace(self.settings, **changes)) if changes else self

    def comparisons(self, named: Sequence[str] = ()) -> list[str]:
        """The strategies compared with the reference: those named, or all others.

        Raises:
            HeconError: a name that is none of them; a single strategy, which cannot be compared.
        """
        known = self.compared
        for name in named:
            if name not in known:
                raise HeconError(
                    f"there is no comparison of '{name}' with {self.reference}{nearest(name, known)} (known: "
                    f"{', '.join(known)})"
                )
        if not known:
            raise HeconError(f"{self.case} has one strategy; an incremental analysis needs two")
        return list(named or known)

    def compare(self, strategy: str = "") -> str:
        """The one strategy that is compared with the reference: the one named, or the only one there is."""
        found = self.comparisons([strategy] if strategy else ())
        if len(found) > 1:
            raise HeconError(
                f"several strategies are compared with {self.reference}: give strategy= ({', '.join(found)})"
            )
        return found[0]

    def _on(self, basis: str) -> Outcomes:
        if basis not in BASES:
            raise HeconError(f"unknown basis '{basis}'{nearest(basis, BASES)} (known: {', '.join(BASES)})")
        if basis == "deterministic":
            return self.base
        if self.psa is None:
            why = CERTAIN if self.without_draws == CERTAIN else "only the base case was run; run with draws"
            raise HeconError(f"{self.case}: these results need a probabilistic analysis, and {why}")
        return self.psa

    def _draws(self) -> "Draws":
        if self.draws is None:
            raise HeconError("this needs the draws that the probabilistic analysis ran with; these results have none")
        return self.draws

    def at_hand(self) -> "tuple[Model, Book]":
        """The model and its inputs, for what runs it again.

        Raises:
            HeconError: results that come from elsewhere, or that were loaded without their model.
        """
        if self.model is None or self.book is None:
            raise HeconError(
                f"{self.case}: this runs the model, which is not at hand; run the case, or give load_analysis(..., model=)"
            )
        return self.model, self.book

    def _seed(self, given: int | None) -> int:
        if given is not None:
            return given
        own = self.draws.seed if self.draws is not None else None
        return own if own is not None else int((self.book.settings if self.book else {}).get("seed") or 1)

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def _once(self, name: str, make: Callable[[], _T]) -> _T:
        """A result that is made when it is first asked for and kept, so that all reports print the same numbers."""
        if name not in self._kept:
            self._kept[name] = make()
        found: _T = self._kept[name]
        return found
