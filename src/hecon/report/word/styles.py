"""The document that is filled: our own styles, or those of a template, whose contents are left out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hecon.errors import HeconError, InputError

if TYPE_CHECKING:
    from docx.document import Document

NEEDS = "Word documents need python-docx, which is not installed: pip install 'hecon[word]'"
_DARK, _GREY, _BROWN = "1F2A44", "444444", "6B3D00"
_STYLES: dict[str, dict[str, Any]] = {  # size in points, what differs from Normal; made where a template has none
    "Title": {"size": 22, "bold": True, "colour": _DARK, "after": 6},
    "Subtitle": {"size": 13, "colour": _GREY, "after": 12},
    "Heading 1": {"size": 16, "bold": True, "colour": _DARK, "before": 20, "after": 6, "keep": True},
    "Heading 2": {"size": 13, "bold": True, "colour": _DARK, "before": 14, "after": 4, "keep": True},
    "Heading 3": {"size": 11.5, "bold": True, "colour": _DARK, "before": 12, "after": 4, "keep": True},
    "Heading 4": {"size": 10.5, "bold": True, "colour": _DARK, "before": 10, "after": 3, "keep": True},
    "Caption": {"size": 9.5, "bold": True, "colour": _DARK, "before": 10, "after": 4},
    "List Bullet": {"after": 3},
    "Table Text": {"size": 8.5, "before": 1, "after": 1},
    "Table Note": {"size": 8.5, "colour": _GREY, "before": 2, "after": 2},
    "Notice": {"bold": True, "before": 4, "after": 6},
    "Answer": {"size": 12, "after": 6},
    "To Do": {"italic": True, "colour": _BROWN},
    "Reference": {"size": 9.5, "after": 3, "hanging": 1.0},
    "toc 1": {"size": 10, "bold": True, "before": 3, "after": 0, "pages": True},
    "toc 2": {"size": 9.5, "after": 0, "left": 0.7, "pages": True},
    "Fixed": {"size": 7.5, "font": "Consolas", "after": 6},
}
_OWN = {
    "Title",
    "toc 1",
    "toc 2",
    "Subtitle",
    "Caption",
    "List Bullet",
    *(f"Heading {k}" for k in range(1, 5)),
}  # that Word knows too


def empty_document(template: str | Path = "") -> "Document":
    """A document without contents and with every style that is needed; a template's own styles stay as they are.

    Raises:
        HeconError: python-docx is not installed.
        InputError: a template that is not there, or that is no Word document.

    >>> len(empty_document().paragraphs)
    0
    """
    try:
        from docx import Document
    except ImportError:
        raise HeconError(NEEDS) from None
    document = Document(_template(template)) if template else Document()
    _empty(document)
    if not template:
        _page(document)
    _style(document, ours=not template)
    return document


def _template(path: str | Path) -> str:
    from zipfile import is_zipfile

    if not Path(path).is_file():
        raise InputError(f"{path}: there is no such template")
    if Path(path).suffix.lower() != ".docx" or not is_zipfile(path):
        raise InputError(f"{path}: is no Word document; save the template as .docx")
    return str(path)


def _empty(document: "Document") -> None:
    """Take away all but the page set-up of the last section, which holds headers and footers."""
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)


def _page(document: "Document") -> None:
    """British English on A4 with margins of 2.2 cm."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    for one in document.styles.element.iter(qn("w:lang")):
        one.set(qn("w:val"), "en-GB")
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)


def _style(document: "Document", *, ours: bool) -> None:
    """Make the styles that are missing; of our own document, dress all of them."""
    from docx.enum.style import WD_STYLE_TYPE

    known = {style.name for style in document.styles}
    if ours:
        _dress(document.styles["Normal"], {"size": 10.5, "after": 6, "font": "Calibri"})
    for name, look in _STYLES.items():
        if name not in known:
            style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _OWN)
            style.base_style = document.styles["Normal"]
            _dress(style, look)
        elif ours:
            _dress(document.styles[name], {"font": "Calibri", **look})


def _dress(style: Any, look: dict[str, Any]) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    font, lines = style.font, style.paragraph_format
    if "font" in look:
        font.name = look["font"]
        fonts = style.element.rPr.rFonts
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(name), None)
        for name in ("w:eastAsia", "w:cs"):
            fonts.set(qn(name), look["font"])
    if "size" in look:
        font.size = Pt(look["size"])
    font.bold, font.italic = look.get("bold", False), look.get("italic", False)
    if "colour" in look:
        font.color.rgb = RGBColor.from_string(look["colour"])
    lines.space_before, lines.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    lines.keep_with_next = look.get("keep", False)
    if "left" in look:
        lines.left_indent = Cm(look["left"])
    if "pages" in look:  # Word puts the page numbers there
        lines.tab_stops.add_tab_stop(Cm(16.6), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    if "hanging" in look:
        lines.left_indent, lines.first_line_indent = Cm(look["hanging"]), -Cm(look["hanging"])
