"""Folders of results: named, written whole or not at all, and told apart from folders that are not ours by run.json."""

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError
from hecon.files import Place, numbered_folder, whole_folder
from hecon.version import VERSION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from hecon.inputs.draws import Draws
    from hecon.outcomes import Outcomes
    from hecon.results.options import RunSettings

PACKAGES = ("hecon", "numpy", "scipy", "pandas", "matplotlib", "XlsxWriter", "openpyxl", "SALib")


def run_target(outputs: Path, case: str, name: str, replaces: bool = True) -> Path:
    """Where a run of that name belongs: <outputs>/<case>/<name>.

    Raises:
        HeconError: a name that is not a plain folder name, or one that is taken by something else than a run.

    >>> run_target(Path("outputs"), "demo", "a/b")
    Traceback (most recent call last):
    hecon.errors.HeconError: 'a/b' cannot name a folder; use letters, digits, spaces, - and _
    """
    for text in (case, name):
        if not text or text.startswith(".") or set(text) & set('/\\:*?"<>|\n\t'):
            raise HeconError(f"'{text}' cannot name a folder; use letters, digits, spaces, - and _")
    target = outputs / case / name
    if replaces and target.exists() and not (target / "run.json").is_file():
        raise HeconError(f"{target} exists and is not a run of hecon; choose another name")
    return target


@contextmanager
def run_place(outputs: str | Path, case: str, name: str, started: datetime, kind: str = "") -> Iterator[Place]:
    """The folder of a run while it is written: <outputs>/<case>/<kind><name>, which replaces an earlier run of that name.

    Without a name it is named by the time, with a number where the name is taken; the name is taken at once.

    Raises:
        HeconError: as `run_target`; a folder that cannot be written.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> with run_place(place, "demo", "", datetime(2026, 1, 2, 3, 4, 5), "dsa-") as one:
    ...     with run_place(place, "demo", "", datetime(2026, 1, 2, 3, 4, 5), "dsa-") as other:
    ...         one.target.name, other.target.name
    ('dsa-2026-01-02_030405', 'dsa-2026-01-02_030405_2')
    """
    target = run_target(Path(outputs), case, kind + (name or f"{started:%Y-%m-%d_%H%M%S}"), replaces=bool(name))
    if name:
        with whole_folder(target) as draft:
            yield Place(draft, target)
    else:
        with numbered_folder(target) as place:
            yield place


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write one object; what is not a finite number is refused, not written as NaN.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "run.json"
    >>> write_json(path, {"draws": 2})
    >>> path.read_text().split()
    ['{', '"draws":', '2', '}']
    """
    path.write_text(json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False) + "\n", encoding="utf-8")


def how_read(
    settings: "RunSettings", psa: "Outcomes | None", draws: "Draws | None", strategies: Sequence[str]
) -> dict[str, Any]:
    """What run.json says of the draws and of how results are read.

    >>> from hecon.results.options import RunSettings
    >>> how_read(RunSettings("payer", 1.0, "a"), None, None, ("a", "b"))["reference"]
    'a'
    """
    return {
        "draws": 0 if psa is None else int(psa.draw.size),
        "seed": None if draws is None else draws.seed,
        "sampling": None if draws is None else draws.method,
        "perspective": settings.perspective,
        "wtp": settings.wtp if settings.net_benefit else None,
        "reference": settings.reference,
        "effect": settings.effect,
        "strategies": list(strategies),
    }


def versions() -> dict[str, str]:
    """Versions of Python, hecon and what it rests on.

    >>> "numpy" in versions()
    True
    """
    return {"python": platform.python_version()} | {package: _version(package) for package in PACKAGES}


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """The rows of a table as plain values, ready for JSON and CSV; what is missing or not finite is None.

    >>> import pandas as pd
    >>> records(pd.DataFrame({"price": [1.5, float("nan")], "name": ["a", None]}))
    [{'price': 1.5, 'name': 'a'}, {'price': None, 'name': None}]
    """
    return [{str(k): _plain(value) for k, value in row.items()} for row in frame.to_dict("records")]


def write_analysis(
    folder: Path,
    tables: "Mapping[str, pd.DataFrame]",
    figures: "Mapping[str, Figure]",
    result: Mapping[str, Any],
    about: Mapping[str, Any],
) -> list[str]:
    """Write one analysis into a folder: a CSV per table, a PNG and SVG per figure, results.json and run.json.

    `result` is what `--json` prints, `about` what is needed to run it again. Returns the files' names.

    >>> import pandas as pd
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> write_analysis(place, {"tornado": pd.DataFrame({"width": [2.0]})}, {}, {}, {"case": "demo"})
    ['results.json', 'run.json', 'tornado.csv']
    """
    from hecon.figures.figure_style import save_figure
    from hecon.grid import write_rows

    for name, frame in tables.items():
        rows = ([row[column] for column in row] for row in records(frame))
        write_rows([str(column) for column in frame.columns], rows, folder / f"{name}.csv")
    for name, figure in figures.items():
        save_figure(figure, folder / name)
    files = sorted([*(path.name for path in folder.iterdir()), "results.json", "run.json"])
    write_json(folder / "results.json", {**result, "files": files})
    write_json(folder / "run.json", {**about, "versions": versions()})
    return files


def _plain(value: Any) -> Any:
    """A value that JSON has: numpy's scalars as Python's, nan and infinities as None."""
    value = value.item() if hasattr(value, "item") else value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return str(value)


def _version(package: str) -> str:
    from importlib import metadata

    if package == "hecon":
        return VERSION
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
