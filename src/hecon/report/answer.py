"""The answer of one analysis: what a terminal shows of it, its tables, figures and JSON; and its folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.report.folder import run_place, write_analysis
from hecon.results.jurisdiction_rules import told_rules

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from hecon.results.analysis import Analysis


@dataclass(frozen=True, eq=False)
class Answer:
    """What one analysis of a run gives: `texts` for a terminal, `tables` to be written as CSV, `result` as plain values.

    `figures` draws them when they are wanted.
    """

    analysis: "Analysis"
    texts: Sequence[str]
    tables: "Mapping[str, pd.DataFrame]"
    result: Mapping[str, Any]
    figures: "Callable[[], Mapping[str, Figure]]" = dict


def write_answer(
    answer: Answer, kind: str, outputs: str | Path, *, name: str = "", command: str = "", figures: bool = True
) -> dict[str, Any]:
    """Write an answer to <outputs>/<case>/<kind>-<name or time>/; the object that `--json` prints, with `folder` and `files`.

    Raises:
        HeconError: a folder that cannot be written.

    >>> import tempfile
    >>> from hecon.analysis.cost_effectiveness.totals import from_totals
    >>> from hecon.results.analysis import Analysis
    >>> base = from_totals(("a", "b"), [[1.0], [3.0]], [[1.0], [2.0]])
    >>> one = Analysis.of_outcomes("demo", base, None, "payer", 10.0, "a")
    >>> whole = write_answer(Answer(one, ["b"], {}, {"best": "b"}), "dsa", tempfile.mkdtemp(), name="first")
    >>> whole["best"], Path(whole["folder"]).name, whole["files"]
    ('b', 'dsa-first', ['results.json', 'run.json'])
    """
    started = datetime.now().astimezone()
    analysis = answer.analysis
    head = {
        "case": analysis.case,
        "analysis": kind,
        **analysis.reading,
        "currency": analysis.base.currency,
        "price_year": analysis.base.price_year,
        "converted": analysis.converted or None,
        "rules": told_rules(analysis.book) or None if analysis.book is not None else None,
        "scenario": analysis.settings.scenario or None,
        "strategies": list(analysis.base.strategies),
    }
    about = {
        **head,
        "command": command,
        "started": started.isoformat(timespec="seconds"),
        "input_fingerprint": analysis.input_fingerprint,
        "program_fingerprint": analysis.program_fingerprint,
    }
    whole = {**head, **answer.result}
    with run_place(outputs, analysis.case, name, started, f"{kind}-") as place:
        files = write_analysis(place.draft, answer.tables, answer.figures() if figures else {}, whole, about)
    return {**whole, "folder": str(place.target), "files": files}


def first_lines(text: str, lines: int) -> str:
    r"""The first lines of a printed table, and how many more there are.

    >>> print(first_lines("a\nb\nc", 2))
    a
    b
    ... 1 more in the file
    """
    every = text.splitlines()
    more = len(every) - lines
    return text if more <= 0 else "\n".join([*every[:lines], f"... {more} more in the file"])
