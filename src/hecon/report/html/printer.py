"""The parts of a report as HTML."""

from hecon.report.html.parts import Section, block, heading, listing, paragraph, picture, table
from hecon.report.sections.parts import Chapter, Fixed, Heading, Lines, Part, Picture, Table, Text


def section(chapter: Chapter) -> Section:
    """A section of a report as one of the page.

    >>> section(Chapter("a", "A", (Text("a < b"),))).body
    '<p>a &lt; b</p>'
    """
    return Section(chapter.anchor, chapter.title, "\n".join(map(html, chapter.parts)))


def html(part: Part) -> str:
    r"""One part as HTML.

    >>> html(Lines(("a",)))
    '<ul>\n<li>a</li>\n</ul>'
    """
    match part:
        case Text(text, look):
            return paragraph(text, look)
        case Heading(text, _):
            return heading(text)
        case Lines(lines):
            return listing(lines)
        case Fixed(text):
            return block(text)
        case Table(grid):
            return table(grid)
        case Picture(figure, alt, caption):
            return picture(figure, alt, caption)
