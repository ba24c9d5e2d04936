"""Draws made elsewhere, in place of sampling: a posterior, a bootstrap, another program's probabilistic analysis.

A CSV with a header of parameter names and a row per draw.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.draws import Draws

if TYPE_CHECKING:
    from hecon.inputs.book import Book


def read_draws(book: "Book", path: str | Path) -> Draws:
    r"""Draws from a CSV file: a column per parameter (a first column `draw` with whole numbers is optional).

    Every uncertain parameter needs a column (one that holds its value throughout fixes it); others may have one.

    Raises InputError for a file that cannot be read, unknown or repeated names, text in a number, uncertain parameters
    without a column.

    >>> from tempfile import TemporaryDirectory
    >>> from hecon.inputs.book import make_book
    >>> from hecon.inputs.parameter import Parameter
    >>> book = make_book("demo", [Parameter(name="u", value=0.5, distribution="uniform", par1=0, par2=1)])
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "draws.csv"
    ...     _ = file.write_text("draw,u\n7,0.25\n8,0.75\n")
    ...     draws = book.read_draws(file)
    >>> draws["u"].tolist(), draws.draw.tolist()
    ([0.25, 0.75], [7, 8])
    """
    import pandas as pd

    path = Path(path)
    try:
        frame = pd.read_csv(path, encoding="utf-8-sig", skipinitialspace=True)
    except FileNotFoundError:
        raise InputError(f"{path}: not found") from None
    except (OSError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise InputError(f"{path}: cannot be read as a CSV file of draws ({error})") from None
    names = [str(column) for column in frame.columns if column != "draw"]
    faults = [
        Fault(f"column {name}", f"is not a parameter of {book.case}{nearest(name, book.parameters)}")
        for name in names
        if name not in book.parameters
    ]
    faults += [
        Fault(name, "is uncertain but has no column; add it, or a column that holds its value throughout")
        for name in book.margins.varying
        if name not in names
    ]
    columns = {}
    for name in frame.columns:
        numbers = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)
        columns[str(name)] = numbers
        for row in np.flatnonzero(~np.isfinite(numbers))[:1]:
            faults.append(Fault(f"column {name}, line {row + 2}", f"is not a number: '{frame[name].iloc[int(row)]}'"))
    raise_faults(faults, InputError, str(path))
    draw = columns["draw"].astype(np.int64) if "draw" in columns else np.arange(len(frame))
    return Draws(book, tuple(names), np.array([columns[name] for name in names]), "external", draw=draw)
