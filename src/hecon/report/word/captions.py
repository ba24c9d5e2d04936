"""Captions with numbers that Word counts itself, fields for page numbers and contents, alternative texts."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hecon.report.word.tables import allowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    line = add_line(document, "", "Caption")
    line.add_run(f"{kind} ")
    field(line, f"SEQ {kind} \\* ARABIC", str(number))
    line.add_run(f". {allowed(text[:1].upper() + text[1:])}" if text else ".")
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
    _begin(line, instruction)
    line.add_run(shown)
    _put(line.add_run(), "w:fldChar", {"w:fldCharType": "end"})


def table_of_contents(document: "Document", entries: "Sequence[tuple[int, str, str]]") -> None:
    """The contents as a field: a line for each (level, words, bookmark), which it leads to.

    The field says that it is out of date, so that Word fills in the page numbers when it opens the document.

    >>> from hecon.report.word.styles import empty_document
    >>> document = empty_document()
    >>> table_of_contents(document, [(1, "1 Methods", "_Toc1"), (2, "1.1 Structure", "_Toc2")])
    >>> [(line.style.name, line._p.xpath("string(.//w:hyperlink)")) for line in document.paragraphs]
    [('toc 1', '1 Methods'), ('toc 2', '1.1 Structure')]
    """
    for k, (level, words, mark) in enumerate(entries):
        line = add_line(document, "", f"toc {level}")
        if k == 0:
            deepest = max(one for one, _, _ in entries)
            _begin(line, f'TOC \\o "1-{deepest}" \\h \\z \\u', {"w:dirty": "true"})
        _put(line, "w:hyperlink", {"w:anchor": mark, "w:history": "1"})
        run = line.add_run(allowed(words))
        line._p[-2].append(run._r)
        if k == len(entries) - 1:
            _put(line.add_run(), "w:fldChar", {"w:fldCharType": "end"})


def add_line(document: "Document", text: str, style: str) -> "Paragraph":
    """A paragraph at the end, in a style by its name; python-docx alone looks through all styles for each paragraph.

    >>> from hecon.report.word.styles import empty_document
    >>> add_line(empty_document(), "Costs", "Table Note").style.name
    'Table Note'
    """
    line = document.add_paragraph(text)
    made: Any = line._p
    made.style = _ids(document.styles.element)[style]
    return line


@lru_cache(maxsize=1)
def _ids(styles: Any) -> dict[str, str]:
    """The id of each style by its name."""
    from docx.styles import BabelFish

    return {BabelFish.internal2ui(one.name_val): one.styleId for one in styles.style_lst}


def bookmark(line: "Paragraph", name: str, number: int) -> None:
    """A bookmark around what a paragraph holds, which contents and references lead to.

    >>> from hecon.report.word.styles import empty_document
    >>> line = empty_document().add_paragraph("Methods")
    >>> bookmark(line, "_Toc1", 1)
    >>> [one.tag.rpartition("}")[2] for one in line._p]
    ['bookmarkStart', 'r', 'bookmarkEnd']
    """
    _put(line, "w:bookmarkStart", {"w:id": str(number), "w:name": name})
    start = line._p[-1]
    line._p.remove(start)
    line._p.insert(1 if line._p.pPr is not None else 0, start)
    _put(line, "w:bookmarkEnd", {"w:id": str(number)})


def _begin(line: "Paragraph", instruction: str, more: "Mapping[str, str] | None" = None) -> None:
    """The head of a field, up to what is shown."""
    _put(line.add_run(), "w:fldChar", {"w:fldCharType": "begin", **(more or {})})
    _put(line.add_run(), "w:instrText", {"xml:space": "preserve"}, f" {instruction} ")
    _put(line.add_run(), "w:fldChar", {"w:fldCharType": "separate"})


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


def _put(where: Any, tag: str, attributes: dict[str, str], text: str = "") -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        space = "{http://www.w3.org/XML/1998/namespace}space"
        element.set(space if name == "xml:space" else qn(name), value)
    if text:
        element.text = text
    where._element.append(element)
