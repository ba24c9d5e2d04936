"""A planned confidential write carried out: files that pass the gate, or none, and their salt beside them."""

import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from hecon.confidential.gate import pass_gate
from hecon.confidential.plan import Confidential
from hecon.confidential.redacted_folder import write_redacted_files
from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.report.folder import run_place
from hecon.results.case import Watch


def write_confidential_run(
    plan: Confidential,
    outputs: Path,
    name: str,
    command: str,
    figures: bool = True,
    workbook: bool = True,
    watch: Watch | None = None,
    remark: Callable[[str], None] = lambda words: None,
) -> Path:
    """Write all files of a confidential run to <outputs>/<case>/<name>/, if they pass the gate; else nothing is left.

    `remark` is told why there is no workbook, where none can be written.

    Raises:
        HeconError: a place that would tell of what is withheld.

    >>> import tempfile
    >>> from hecon.confidential.example import without_drug
    >>> folder = write_confidential_run(without_drug()[0], Path(tempfile.mkdtemp()), "first", "hecon run demo", figures=False)
    >>> sorted(path.name for path in folder.iterdir())
    ['by_state.csv', 'demo.xlsx', 'outcomes.csv', 'results.json', 'run.json', 'totals.csv']
    """
    watch = watch or (lambda what, total: nullcontext())
    reasons: list[str] = []

    def write(folder: Path, altered: Sequence[str], other: bool) -> None:
        found = plan.public(altered, other)
        if workbook:
            try:
                plan.write_twin(folder / f"{plan.case.name}.xlsx", found)
            except HeconError as error:
                reasons.append(str(error))
        write_redacted_files(folder, found, plan.withheld, plan.reading, command, figures)

    with run_place(outputs, plan.case.name, name, datetime.now().astimezone()) as place:
        with watch("writing files", None):
            write(place.draft, (), False)
        with watch("writing them again from other values, to compare", None):
            pass_gate(place.draft, plan.withheld.names, write)
    for words in reasons[:1]:
        remark(f"No executable workbook: {words}")
    return place.target


def write_confidential_twin(plan: Confidential, target: Path, watch: Watch | None = None) -> None:
    """Write the workbook alone, if it passes the gate; else nothing is left.

    Raises:
        HeconError: a cell that would tell of what is withheld.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp(), "demo.xlsx")
    >>> from hecon.confidential.example import without_drug
    >>> write_confidential_twin(without_drug()[0], target)
    >>> target.is_file()
    True
    """
    watch = watch or (lambda what, total: nullcontext())

    def write(folder: Path, altered: Sequence[str], other: bool) -> None:
        plan.write_twin(folder / target.name, plan.public(altered, other))

    with whole_file(target) as draft:
        with watch("writing the workbook", None):
            write(draft.parent, (), False)
        with watch("writing it again from other values, to compare", None):
            pass_gate(draft.parent, plan.withheld.names, write)


def write_confidential_page(plan: Confidential, target: Path, watch: Watch | None = None, date: str = "") -> None:
    """Write the page alone, if it passes the gate; else nothing is left. `date` is when it was written, today if left out.

    Raises:
        HeconError: an element of the page that would tell of what is withheld.

    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp(), "demo.html")
    >>> from hecon.confidential.example import without_drug
    >>> write_confidential_page(without_drug()[0], target)
    >>> target.is_file()
    True
    """
    from hecon.confidential.redacted_page import public_for_page, redacted_page

    watch = watch or (lambda what, total: nullcontext())
    when = date or datetime.now().astimezone().date().isoformat()

    def write(folder: Path, altered: Sequence[str], other: bool) -> None:
        text = redacted_page(plan, public_for_page(plan, tuple(altered), other), when)
        (folder / target.name).write_text(text, encoding="utf-8")

    with whole_file(target) as draft:
        with watch("writing the page", None):
            write(draft.parent, (), False)
        with watch("writing it again from other values, to compare", None):
            pass_gate(draft.parent, plan.withheld.names, write)


def write_salt(beside: Path, salt: bytes) -> Path:
    """Write a salt to <what it belongs to>.salt, beside it and never in it, readable by its owner only.

    >>> import tempfile
    >>> file = write_salt(Path(tempfile.mkdtemp(), "demo.xlsx"), bytes([171, 18]))
    >>> file.name, file.read_text()[:4], oct(file.stat().st_mode)[-3:]
    ('demo.xlsx.salt', 'ab12', '600')
    """
    words = (
        "The salt of the fingerprint of a confidential version. Keep it, and keep it to yourself: with it, whoever has the"
        "\nfingerprint can try values of what is withheld; without it, you cannot show later what inputs it stood for.\n"
    )
    path = beside.with_name(f"{beside.name}.salt")
    with whole_file(path) as draft:
        secret = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(secret, "w", encoding="utf-8") as stream:
            stream.write(f"{salt.hex()}\n\n{words}")
    return path
