"""Tests of inputs: provenance, units, magnitudes, money, what stands twice, scenarios."""

from collections.abc import Iterator

import numpy as np

from hecon.inputs.checks import remarks
from hecon.verification.subject import Subject
from hecon.verification.verdict import INFORMS, DoesNotApplyError, Finding

_MAGNITUDE = {  # role: from, to, in which an input lies in every model that was seen
    "utility": (-0.6, 1.0),
    "disutility": (-1.0, 1.0),
    "discount": (0.0, 0.12),
    "effect": (0.0, 20.0),
}


def sound_inputs(subject: Subject) -> Iterator[Finding]:
    """The inputs pass their own checks; what these remark is repeated."""
    for one in remarks(subject.book):
        yield Finding(str(one), verdict=INFORMS)


def provenance(subject: Subject) -> Iterator[Finding]:
    """Every input that results follow from has a source that is listed, and says how it came from there."""
    kinds: dict[str, list[str]] = {}
    for name, one in subject.book.parameters.items():
        if name not in subject.followed or one.group in ("settings",) or one.group.startswith("curve "):
            continue
        if not one.provenance:
            yield Finding(f"{name} has no provenance", cell=one.place("provenance"), verdict=INFORMS)
        kinds.setdefault(one.provenance, []).append(name)
        for source in filter(None, one.source.split()):
            if source.strip(";,") not in subject.book.sources:
                yield Finding(
                    f"{name} has the source '{source}', which sources does not list",
                    cell=one.place("source"),
                    verdict=INFORMS,
                )
        if not one.source and one.provenance == "read":
            yield Finding(f"{name} was read and has no source", cell=one.place("source"))
    for kind in ("unverified", "assumption"):
        if names := kinds.get(kind):
            few = ", ".join(names[:8])
            yield Finding(f"{len(names)} inputs are {kind}: {few}{', ...' if len(names) > 8 else ''}", verdict=INFORMS)


def units(subject: Subject) -> Iterator[Finding]:
    """Every input that results follow from has a unit, and its unit of time fits where it stands."""
    bare = [
        n
        for n, one in subject.book.parameters.items()
        if n in subject.followed and not one.unit and one.group != "settings" and not one.group.startswith("curve ")
    ]
    if bare:
        few = ", ".join(bare[:12])
        yield Finding(f"{len(bare)} inputs have no unit: {few}{', ...' if len(bare) > 12 else ''}", verdict=INFORMS)


def magnitudes(subject: Subject) -> Iterator[Finding]:
    """Numbers have the magnitude of their role."""
    for name, one in subject.book.parameters.items():
        low, high = _MAGNITUDE.get(subject.roles[name], (float("-inf"), float("inf")))
        if subject.roles[name] == "disutility" and "day" in one.unit.lower():
            continue
        if not low <= one.value <= high:
            yield Finding(
                f"{name} has the role {subject.roles[name]}, of which {low:g} to {high:g} is known", got=one.value,
                cell=one.place("value"),
            )  # fmt: skip


def own_range(subject: Subject) -> Iterator[Finding]:
    """Every value lies within its own low and high."""
    for one in subject.book.parameters.values():
        if one.low <= one.high and not one.low - 1e-12 <= one.value <= one.high + 1e-12:
            yield Finding(
                f"{one.name} lies outside its own range, {one.low:g} to {one.high:g}", got=one.value,
                wanted=one.low if one.value < one.low else one.high, cell=one.place("value"),
                verdict=INFORMS if one.mean_differs else "fails",
            )  # fmt: skip


def twice(subject: Subject) -> Iterator[Finding]:
    """No two inputs have the same label, unit and value, or the same label and source and different values."""
    seen: dict[tuple[str, str, str], str] = {}
    for name, one in subject.book.parameters.items():
        if not one.label or name not in subject.followed:
            continue
        key = (one.label.strip().lower(), one.group, one.unit)
        other = seen.setdefault(key, name)
        if other != name:
            there = subject.book.parameters[other]
            same = abs(there.value - one.value) <= 1e-12 * abs(one.value)
            yield Finding(
                f"{other} and {name} bear the same label '{one.label}'" + (" and value: one quantity, two inputs" if same else ""),
                got=one.value, wanted=there.value, cell=subject.cells([other, name]), verdict="fails" if same else INFORMS,
            )  # fmt: skip


def money(subject: Subject) -> Iterator[Finding]:
    """All money is in one currency and price year."""
    from hecon.inputs.money import currency_faults

    for fault in currency_faults(subject.book):
        yield Finding(str(fault))
    wanted = subject.book.settings.get("currency", "")
    if not wanted:
        yield Finding("the settings name no currency", verdict=INFORMS)


def scenarios_change(subject: Subject) -> Iterator[Finding]:
    """Every scenario changes some outcome, and none is refused."""
    from hecon.errors import HeconError
    from hecon.evaluate.together import Variant, run_together
    from hecon.results.case import choose_model

    if not subject.book.scenarios:
        raise DoesNotApplyError("no scenarios")
    names, variants = [], []
    for name, one in subject.book.scenarios.items():
        try:
            book = subject.book.scenario(name)
            model = subject.model
            if any(change.target == "setting" and change.name == "structure" for change in one.changes):
                model = choose_model(subject.case.models, subject.case.name, book.settings["structure"])
                if model is subject.model:
                    continue  # the structure that is tested
            names.append(name)
            variants.append(Variant(model, book.base(), lambda item: True))
        except HeconError as error:
            yield Finding(
                f"scenario {name} ({one.label}) is refused: {str(error).splitlines()[-1].strip()}", verdict="fails"
            )
    found = run_together([Variant(subject.model, subject.book.base(), lambda item: True), *variants])
    was = {
        (s, i.kind, i.name): x
        for s, row in zip(found[0].strategies, found[0].values, strict=True)
        for i, x in zip(found[0].items, row[:, 0], strict=True)
    }
    for name, outcomes in zip(names, found[1:], strict=True):
        now = {
            (s, i.kind, i.name): x
            for s, row in zip(outcomes.strategies, outcomes.values, strict=True)
            for i, x in zip(outcomes.items, row[:, 0], strict=True)
        }
        settings = {change.name for change in subject.book.scenarios[name].changes if change.target == "setting"}
        reading = {"perspective", "threshold", "lost_work", "reference", "effect"}
        drawn = all(
            change.target in ("distribution", "par1", "par2", "low", "high")
            for change in subject.book.scenarios[name].changes
        )
        if settings & reading or drawn or now.keys() != was.keys():
            continue
        if all(abs(now[key] - x) <= 1e-9 * max(1.0, abs(x)) for key, x in was.items()):
            changes = "; ".join(f"{c.name} = {c.value}" for c in subject.book.scenarios[name].changes[:4])
            cell = ", ".join(c.place for c in subject.book.scenarios[name].changes[:4])
            declared = all(change.target == "setting" for change in subject.book.scenarios[name].changes)
            inert = declared or _inert_here(subject, name)  # a setting may say what the model does already
            yield Finding(
                f"scenario {name} ({subject.book.scenarios[name].label}) changes no outcome: {changes}", cell=cell,
                verdict=INFORMS if inert else "fails",
                places=(name, *(c.name for c in subject.book.scenarios[name].changes[:4])),
            )  # fmt: skip


def _inert_here(subject: Subject, name: str) -> bool:
    """Whether a scenario speaks to another structure of the case, in which it changes an outcome."""
    from hecon.evaluate.run import run

    others = [model for model in subject.case.models.values() if model is not subject.model]
    pairs = [
        [run(model, book.base()).values for book in (subject.book, subject.book.scenario(name))] for model in others
    ]
    return any(was.shape != now.shape or not np.allclose(was, now, rtol=1e-9, atol=0) for was, now in pairs)
