"""The Word document itself: title page, contents, and every part under its heading, in the order of the outline."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from hecon.digits import number_text
from hecon.figures.figure_style import write_png
from hecon.grid import Grid
from hecon.report.sections.parts import Fixed, Heading, Lines, Picture, Table, Text
from hecon.report.word.captions import add_line, bookmark, caption, describe, field, table_of_contents
from hecon.report.word.numbering import Arranged, Numbered, Stretch
from hecon.report.word.tables import allowed, has_limits, lean, table_xml

if TYPE_CHECKING:
    from docx.document import Document

DPI = 300
_LOOKS = {
    "": "Normal", "answer": "Answer", "notice": "Notice", "note": "Table Note", "todo": "To Do", "reference": "Reference",
}  # fmt: skip
_DEEPEST = 4
_CONTENTS = 2  # levels of headings in the contents
_TWENTIETH = 635  # English metric units in a twentieth of a point
_INCH = 914_400


def write_front(document: "Document", title: str, subtitle: str, notices: tuple[str, ...], arranged: Arranged) -> None:
    """Title, what the document is, what must be known first, and the contents.

    >>> from hecon.report.word.styles import empty_document
    >>> document = empty_document()
    >>> write_front(document, "Cells", "A report", ("Not for decisions.",), Arranged((), {}))
    >>> [line.text for line in document.paragraphs][:3]
    ['Cells', 'A report', 'Not for decisions.']
    """
    add_line(document, allowed(title), "Title")
    add_line(document, allowed(subtitle), "Subtitle")
    for words in notices:
        add_line(document, allowed(words), "Notice")
    table_of_contents(
        document,
        [
            (one.head.level, f"{one.number} {one.head.heading}", _mark(k))
            for k, one in enumerate(arranged.stretches)
            if one.head.level <= _CONTENTS
        ],
    )


def write_stretches(document: "Document", arranged: Arranged, *, headings: bool = True) -> None:
    """Every heading with what stands under it; pages that lie on their side begin and end with their heading.

    Without `headings`, only what stands under them, on the pages there are.

    >>> from hecon.report.word.styles import empty_document
    >>> document = empty_document()
    >>> write_stretches(document, Arranged((), {}))
    >>> len(document.paragraphs)
    0
    """
    numbered, wide = not _numbers_itself(document), False
    for k, one in enumerate(arranged.stretches):
        if not headings:
            _write(document, one)
            continue
        turns = one.head.wide if one.head.level == 1 else wide
        if turns != wide:
            turn(document)
        words = f"{one.number}\u2002{one.head.heading}" if numbered else one.head.heading
        heading = document.add_heading(words, level=min(one.head.level, _DEEPEST))
        heading.paragraph_format.page_break_before = k == 0 or None  # after the title page; else as the style says
        bookmark(heading, _mark(k), k)
        wide = turns
        _write(document, one)


def write_footer(document: "Document", words: str) -> None:
    """What the document was made from, and the page's number, at the foot of each page that has nothing there.

    >>> from hecon.report.word.styles import empty_document
    >>> document = empty_document()
    >>> write_footer(document, "hecon")
    >>> document.sections[0].footer.paragraphs[0].text.startswith("hecon"), len(document.sections)
    (True, 1)
    """
    for k, section in enumerate(document.sections):
        foot = section.footer
        if k and foot.is_linked_to_previous:
            continue
        line = foot.paragraphs[0] if foot.paragraphs else foot.add_paragraph()
        if line.text:
            return
        line.add_run(f"{allowed(words)} \u2013 page ")
        field(line, "PAGE", "1")


def turn(document: "Document", *, new: bool = True) -> None:
    """Pages that lie the other way, from here on in a section of their own; with `new` off, those of the last section.

    >>> from hecon.report.word.styles import empty_document
    >>> document = empty_document()
    >>> turn(document, new=False)
    >>> len(document.sections), document.sections[0].page_width > document.sections[0].page_height
    (1, True)
    """
    from docx.enum.section import WD_ORIENT, WD_SECTION

    page = document.add_section(WD_SECTION.NEW_PAGE) if new else document.sections[-1]
    lies = page.orientation == WD_ORIENT.LANDSCAPE
    page.orientation = WD_ORIENT.PORTRAIT if lies else WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width


def _write(document: "Document", stretch: Stretch) -> None:
    for one in stretch.parts:
        match one.part:
            case Text(text, look):
                add_line(document, allowed(text), _LOOKS[look])
            case Heading(text, depth):
                document.add_heading(allowed(text), level=min(stretch.head.level + depth, _DEEPEST))
            case Lines(lines):
                for line in lines:
                    add_line(document, allowed(line), "List Bullet")
            case Fixed(text):
                add_line(document, allowed(text).replace(" ", "\u00a0"), "Fixed")
            case Table(grid):
                _table(document, grid, one.number)
            case Picture():
                _picture(document, one.part, one)


def _table(document: "Document", grid: Grid, number: int) -> None:
    """Caption, table, and below it what its cells and its note say."""
    from docx.oxml import parse_xml

    grid = lean(grid)
    caption(document, "Table", number, grid.title, above=True)
    xml: Any = parse_xml(table_xml(grid, _room(document)[0] // _TWENTIETH))
    document.element.body.insert(len(document.element.body) - 1, xml)
    notes = (["Below a mean: its 95% interval."] if has_limits(grid) else []) + grid.note.splitlines()
    for words in notes or [""]:  # an empty line keeps two tables apart
        add_line(document, allowed(words), "Table Note")


def _picture(document: "Document", part: Picture, one: Numbered) -> None:
    """The figure at 300 dots per inch of its own size, no wider than the text and no higher than most of the page."""
    room = BytesIO()
    write_png(part.figure, room, DPI)
    room.seek(0)
    across, down = part.figure.get_size_inches()
    width, height = _room(document)
    scale = min(1.0, width / (across * _INCH), 0.8 * height / (down * _INCH))
    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    inline = line.add_run().add_picture(room, width=int(scale * across * _INCH))
    describe(inline, f"Figure {number_text(one.number, 0)}", part.alt)
    caption(document, "Figure", one.number, part.caption, above=False)


def _room(document: "Document") -> tuple[int, int]:
    """Width and height between the margins of the last section, in English metric units."""
    page: Any = document.sections[-1]
    width = page.page_width - page.left_margin - page.right_margin
    return int(width), int(page.page_height - page.top_margin - page.bottom_margin)


def _mark(place: int) -> str:
    """The bookmark of a heading, by its place; of the form that Word gives its own."""
    return f"_Toc{place + 1:06d}"


def _numbers_itself(document: "Document") -> bool:
    """Whether the first heading style of a template has numbers of its own."""
    style: Any = document.styles["Heading 1"].element
    return style.pPr is not None and style.pPr.numPr is not None
