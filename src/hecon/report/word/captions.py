"""Captions with numbers that Word counts itself, fields for page numbers and contents, alternative texts."""

from typing import TYPE_CHECKING, Any

from hecon.report.word.tables import allowed

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph


def caption(document: "Document", kind: str, number: int, text: str, *, above: bool) -> "Paragraph":
    """A caption such as "Table 3. Costs": the number is a field that Word counts anew where captions are added.

    `above` says that it stands above what it names, and stays on its page.

    >>> from hecon.report.word.styles import empty_document
    >>> line = caption(empty_document(), "Table", 3, "Costs", above=True)
    >>> line.text, line.paragraph_format.keep_with_next
    ('Table 3. Costs', True)
    """
    line = document.add_paragraph(style="Caption")
    line.add_run(f"{kind} ")
    field(line, f"SEQ {kind} \\* ARABIC", str(number))
    line.add_run(f". {allowed(text)}" if text else ".")
    line.paragraph_format.keep_with_next = above
    return line


def field(line: "Paragraph", instruction: str, shown: str) -> None:
    """A field of Word with what is shown until it is updated.

    >>> from hecon.report.word.styles import empty_document
    >>> line = empty_document().add_paragraph()
    >>> field(line, "PAGE", "1")
    >>> line.text
    '1'
    """
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown), ("end", "")):
        run = line.add_run(text if kind == "shown" else "")
        if kind in ("begin", "separate", "end"):
            _put(run, "w:fldChar", {"w:fldCharType": kind})
        elif not kind:
            _put(run, "w:instrText", {"xml:space": "preserve"}, f" {text} ")


def describe(inline: Any, name: str, alt: str) -> None:
    """Give a picture its name and its alternative text; `inline` is python-docx's shape, which has no property for it.

    >>> from io import BytesIO
    >>> from hecon.figures.figure_style import canvas, write_png
    >>> from hecon.report.word.styles import empty_document
    >>> room = BytesIO()
    >>> write_png(canvas()[0], room, 50)
    >>> inline = empty_document().add_paragraph().add_run().add_picture(room)
    >>> describe(inline, "Figure 1", "Two bars")
    >>> inline._inline.docPr.get("descr")
    'Two bars'
    """
    about = inline._inline.docPr
    about.set("name", name)
    about.set("descr", allowed(alt))


def _put(run: Any, tag: str, attributes: dict[str, str], text: str = "") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        space = "{http://www.w3.org/XML/1998/namespace}space"
        element.set(space if name == "xml:space" else qn(name), value)
    element.text = text or None
    run._r.append(element)
