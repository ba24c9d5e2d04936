"""Numbers in an author's texts: not typed but named, and filled from the analysis when a report is written.

`{input: NAME}` is an input, `{scenario: NAME}` what comes out in a scenario, `{report: WHAT}` anything of `REPORT`.
"""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from hecon.digits import number_text
from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.report.sections.brief import brief
from hecon.report.sections.parts import Lines, Text
from hecon.report.sections.reported_facts import reported_facts
from hecon.results.analysis import Analysis
from hecon.results.findings import Findings
from hecon.results.texts import FILE, TITLE, headings

if TYPE_CHECKING:
    from hecon.inputs.parameter import Parameter

REPORT = {  # what `{report: ...}` may name, with what it says
    "answer": "what each strategy brings over the comparator, deterministic and probabilistic",
    "best": "which strategy is best on average at the threshold, and how probable that is",
    "threshold": "the threshold, with its unit",
    "perspective": "whose costs are counted",
    "horizon": "the horizon and the length of a cycle",
    "discounting": "the discount rates",
    "money": "currency and price year",
    "strategies": "the strategies by their labels",
    "model": "the kind of model",
    "inputs": "how many inputs, by provenance",
    "assumptions": "how many inputs are assumed",
    "subgroups": "the declared subgroups",
    "uncertainty": "how uncertainty was dealt with",
}
_HOLE = re.compile(r"\{([^{}\n]*)\}")
_KINDS = ("report", "input", "scenario")
_SHARES = ("probability", "share")
_PLAIN = (
    "",
    "ratio",
    "utility",
    "utility decrement",
    "switch",
    "choice",
    "standard normal",
    "odds ratio",
    "correlation",
)


def refuse_unknown(analysis: Analysis) -> None:
    """Refuse texts that name what the analysis has not; known before anything is run.

    Raises:
        InputError: unknown names, all at once, each under its heading and with the nearest known one.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> refuse_unknown(replace(study, texts={"funding": "{report: anwser}"}))
    Traceback (most recent call last):
    hecon.errors.InputError: text.md: 1 fault
      - text.md, Funding: {report: anwser}: 'anwser' is not a known name; did you mean 'answer'? (docs/reports.md)
    """
    inputs, scenarios = (analysis.book.parameters, analysis.book.scenarios) if analysis.book else ({}, {})
    known: dict[str, list[str]] = {"report": [*REPORT], "input": [*inputs], "scenario": [*scenarios]}
    faults = []
    for key, text in analysis.texts.items():
        for hole in _HOLE.finditer(text):
            kind, name = _named(hole)
            place = f"{FILE}, {headings().get(key, TITLE)}"
            if kind not in known:
                told = f"{hole[0]}: write one of {', '.join(f'{{{one}: NAME}}' for one in _KINDS)}"
                faults.append(Fault(place, told))
            elif name not in known[kind]:
                near = nearest(name, known[kind])
                faults.append(Fault(place, f"{hole[0]}: '{name}' is not a known name{near} (docs/reports.md)"))
    raise_faults(faults, InputError, FILE)


def filled(found: Findings) -> dict[str, str]:
    """The author's texts with every name in its place filled; the texts must have passed `refuse_unknown`.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> one = replace(study, texts={"discussion": "At {report: threshold} we say yes."})
    >>> filled(Findings(one, (), None, (), (), None, (), (), {}))
    {'discussion': 'At 10 currency units per QALY we say yes.'}
    """
    texts = found.study.texts
    if not any(_HOLE.search(text) for text in texts.values()):
        return dict(texts)
    told = _report_words(found)
    return {key: _HOLE.sub(lambda hole: _words(found, told, *_named(hole)), text) for key, text in texts.items()}


def filled_alone(analysis: Analysis, computed: Collection[str] = ()) -> dict[str, str]:
    """The author's texts filled from a run alone. Scenarios that a text of a key in `computed` names are run, deterministic;
    the other texts say that they were not computed.

    Raises:
        InputError: unknown names, as `refuse_unknown`.

    >>> from dataclasses import replace
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> study = Analysis.of_outcomes("demo", from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]]), None, "payer", 10.0, "a")
    >>> filled_alone(replace(study, texts={"discussion": "At {report: threshold} we say yes."}))
    {'discussion': 'At 10 currency units per QALY we say yes.'}
    """
    refuse_unknown(analysis)
    holes = [_named(hole) for key, text in analysis.texts.items() if key in computed for hole in _HOLE.finditer(text)]
    names = tuple(dict.fromkeys(name for kind, name in holes if kind == "scenario"))
    table = analysis.scenarios(names, draws=0) if names else None
    return filled(Findings(analysis, (), None, (), (), table, (), (), {}))


def _named(hole: "re.Match[str]") -> tuple[str, str]:
    kind, _, name = hole[1].partition(":")
    return kind.strip(), name.strip()


def _words(found: Findings, told: Mapping[str, str], kind: str, name: str) -> str:
    if kind == "report":
        return told[name]
    if kind == "scenario":
        return _in_scenario(found, name)
    return _value(found.study.book.parameters[name]) if found.study.book else name


def _report_words(found: Findings) -> dict[str, str]:
    facts = reported_facts(found.study)
    said = brief(found).parts
    answer = [line for part in said if isinstance(part, Lines) for line in part.lines]
    compared = [line for line in answer if line.startswith(("Deterministic", "Probabilistic"))]
    best = next((part.text for part in said if isinstance(part, Text) and part.look == "answer"), "")
    words = {
        **facts,
        "threshold": found.study.threshold,
        "answer": " ".join(compared),
        "best": best or f"{found.study.without_draws}.".capitalize(),
    }
    return {name: words.get(name) or "not stated" for name in REPORT}


def _in_scenario(found: Findings, name: str) -> str:
    """Cost per effect of each strategy over the reference, deterministic; the strategy is named where there are several."""
    rows = found.scenarios.of(name) if found.scenarios else ()
    if not rows:
        return f"not computed in this run (hecon scenarios --only {name})"
    study, several = found.study, len(rows) > 1
    unit = f" {study.money} per {study.effect_word}"
    return "; ".join(
        f"{f'{row.strategy} ' if several else ''}{row.icer.text}{'' if row.icer.value is None else unit}"
        for row in rows
    )


def _value(one: "Parameter") -> str:
    """An input with its unit; a share as per cent.

    >>> from hecon import Parameter
    >>> _value(Parameter(name="p_dead", value=0.25, unit="probability")), _value(Parameter(name="c_a", value=5e4, unit="EUR"))
    ('25%', '50,000 EUR')
    """
    if one.unit in _SHARES:
        return f"{number_text(100 * one.value, -3)}%"
    return number_text(one.value, -4) if one.unit in _PLAIN else f"{number_text(one.value, -6)} {one.unit}"
