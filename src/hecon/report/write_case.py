"""A model and a book made in Python, written as a case: inputs as CSV, the model as Python, its appendix to read."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.files import whole_folder
from hecon.inputs.writing import UNTOLD, unwritten, write_inputs
from hecon.report.appendix import appendix
from hecon.report.model_source import model_source

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.structure.lowering import Model


def write_case(model: "Model | Mapping[str, Model]", book: "Book", folder: str | Path) -> Path:
    """Write a case into a new folder: inputs/ (a CSV per table), model.py, and README.md, which is the model's appendix.

    `model` is one, or several by the names of their structures.

    `hecon run FOLDER` and `hecon.open_case(FOLDER)` run it with the same results. In model.py stands what the model is
    made of, formula by formula; what its own file computed around it, and functions that were registered with
    `primitive`, must be put in by hand. Parameters without a provenance are written as unverified, and named on top of
    the README.

    Raises:
        HeconError: a folder that is there already; names that the inputs have not.

    >>> import tempfile
    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> folder = write_case(*one_visit(), Path(tempfile.mkdtemp()) / "visits")
    >>> sorted(path.name for path in folder.iterdir())
    ['README.md', 'inputs', 'model.py']
    >>> open_case(folder).run(draws=0, perspective="payer", wtp=1.0, effect="none").base.cost("payer").tolist()
    [[100.0]]
    """
    target = Path(folder)
    if target.exists():
        raise HeconError(f"{target}: is there already; give the name of a new folder")
    models = dict(model) if isinstance(model, Mapping) else {book.settings.get("structure", ""): model}
    words = "\n\n".join(appendix(one, book) for one in models.values())
    titles = [str(one.title) for one in models.values() if one.title]
    title = titles[0] if titles else book.settings.get("title", "") or book.case
    with whole_folder(target) as draft:
        write_inputs(book, draft / "inputs")
        (draft / "model.py").write_text(model_source(models, title), encoding="utf-8")
        if untold := list(unwritten(book)):
            words = f"> Without a provenance, written as {UNTOLD}: {', '.join(untold)}.\n\n{words}"
        (draft / "README.md").write_text(words, encoding="utf-8")
    return target
