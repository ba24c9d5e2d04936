"""The page of an analysis: the model, its inputs and draws, and all scripts in one HTML file that opens without a network."""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.page.contents import contents
from hecon.page.engine_script import engine_script
from hecon.page.library import library
from hecon.page.model_script import model_script
from hecon.page.packing import pack_draws, packed
from hecon.page.scripts import page_scripts
from hecon.page.stored_draws import ENCODING, carried_draws
from hecon.page.with_agreements import with_agreements_of

if TYPE_CHECKING:
    from hecon.page.model_script import ModelScript
    from hecon.page.verify.certificate import PageCertificate
    from hecon.results.analysis import Analysis


def write_page(analysis: "Analysis", path: str | Path, *, date: str = "", verify: bool = False) -> Path:
    """Write one HTML file in which the model itself runs, without network and without Python; returns its path.

    It carries the draws of the analysis as 32-bit numbers, and computes base case and PSA when it is opened. `date` is printed
    as when it was written, today if left out. The same analysis and date give the same bytes. With `verify` it is compared
    with hecon before it is written (see `hecon verify-page`), and its footer says so.

    Raises:
        HeconError: an analysis without a model; a function of the model that has no JavaScript spelling; a file that cannot
            be written; with `verify`, a number that differs, and neither Node nor Chromium here.

    >>> import tempfile
    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> text = write_page(analysis, Path(tempfile.mkdtemp()) / "demo.html").read_text(encoding="utf-8")
    >>> text[:15], "https:" in text
    ('<!DOCTYPE html>', False)
    """
    target = Path(path)
    text = verified_text(analysis, date)[0] if verify else page_text(analysis, date)
    with whole_file(target) as draft:
        draft.write_text(text, encoding="utf-8")
    return target


def verified_text(analysis: "Analysis", date: str = "", *, count: int = 50) -> "tuple[str, PageCertificate]":
    """The page as HTML, with the record of its verification under `count` other sets of inputs, and the certificate.

    Raises:
        HeconError: a number that differs, with the certificate.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> verified_text(analysis, count=2)[1].passed
    True
    """
    from hecon.page.verify.verify import verify_page

    certificate = verify_page(page_text(analysis, date), analysis, count=count)
    if not certificate.passed:
        raise HeconError(f"the page is not written, for it is not verified\n{certificate.text()}")
    return page_text(analysis, date, certificate.record()), certificate


def page_text(analysis: "Analysis", date: str = "", verification: Mapping[str, Any] | None = None) -> str:
    """The page as HTML; `verification` is the record of its certificate, printed in the footer.

    >>> from hecon import open_case
    >>> from hecon.workbook.example import one_visit
    >>> analysis = open_case(*one_visit()).run(draws=0, perspective="payer", wtp=20_000, effect="none")
    >>> 'id="answer"' in page_text(analysis)
    True
    """
    if analysis.model is None or analysis.book is None:
        raise HeconError(f"{analysis.case}: a page holds a model and its inputs; these are outcomes alone")
    printed, draws = with_agreements_of(analysis), analysis.draws
    script = model_script(printed.model, printed.book, () if draws is None else draws.names)
    data, numbers = contents(analysis, printed, script, date), ""
    data["verification"] = verification
    if draws is not None:
        kept = carried_draws(draws, script.inputs)
        data["draws"] = {
            "n": kept.n,
            "names": list(kept.names),
            "encoding": ENCODING,
            "seed": draws.seed,
            "method": draws.method,
        }
        numbers = pack_draws(kept.values.T)
    return filled(data, script, numbers)


def filled(data: dict[str, Any], script: "ModelScript", draws: str = "") -> str:
    """The page of its data, the printed model and the packed draws.

    >>> from hecon.workbook.example import one_visit
    >>> filled({"title": "A & B"}, model_script(*one_visit())).split("<title>")[1][:9]
    'A &amp; B'
    """
    frame = Template((files("hecon.page") / "template.html").read_text(encoding="utf-8"))
    return frame.substitute(
        title=escape(data["title"]),
        style=(files("hecon.page") / "style.css").read_text(encoding="utf-8"),
        data=as_json(data),
        draws=draws,
        engine=engine_script(script).replace("</", "<\\/"),
        scripts=page_scripts(),
        vega=packed(library()),
    )


def as_json(data: Any) -> str:
    r"""JSON that can stand in a script element; what is no number is refused.

    >>> as_json({"label": "</script>"})
    '{"label":"\\u003c/script>"}'
    """
    return json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
