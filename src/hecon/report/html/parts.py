"""What an HTML page of results is made of: escaped text, tables, pictures held in the page, sections, the frame.

Nothing here fetches anything: the page forbids its reader's browser to ask any other place for a file.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from hecon.figures.figure_style import write_png
from hecon.grid import PAGE, Cell, Column, Grid, on, shown_cell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # a browser refuses every request
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff; margin: 0 auto;
  max-width: 62rem; padding: 1.5rem; overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0.2rem 0 0.6rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 0.8rem; padding-top: 0.6rem; border-top: 2px solid #111; }
h3 { font-size: 1.08rem; margin: 1.8rem 0 0.5rem; }
p, ul { max-width: 46rem; }
.notice { border: 2px solid #111; border-left-width: 0.8rem; padding: 0.6rem 1rem; margin: 1rem 0; max-width: none; }
.answer { font-size: 1.1rem; }
.todo { color: #6b3d00; font-style: italic; }
nav ol { columns: 2; column-gap: 2rem; padding-left: 1.4rem; }
nav, dl { background: #f4f4f4; padding: 0.8rem 1.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; font-size: 0.92rem; }
dt { font-weight: 600; }
dd { margin: 0; min-width: 0; }
.wide { overflow-x: auto; margin: 1rem 0 1.4rem; }
table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.35; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.28rem 0.7rem 0.28rem 0; border-bottom: 1px solid #ccc; }
th { border-bottom: 2px solid #111; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { white-space: normal; }
.note, figcaption, small { color: #444; }
.note, figcaption { font-size: 0.86rem; max-width: 52rem; }
pre { font-size: 0.82rem; overflow-x: auto; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; font-weight: 600; font-size: 0.92rem; }
figure { margin: 1.2rem 0 2rem; }
img { display: block; width: 100%; max-width: 47rem; height: auto; }
@media (max-width: 40rem) { nav ol { columns: 1; } dl { display: block; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  figure, tr, .notice { break-inside: avoid; }
  .wide { overflow: visible; }
  img { max-width: 13.5cm; }
  table { font-size: 7.5pt; }
  thead { display: table-header-group; }
}
"""


@dataclass(frozen=True)
class Section:
    """One section of the page: its anchor, its title as plain text, its body as HTML."""

    anchor: str
    title: str
    body: str


def page(title: str, head: str, sections: Sequence[Section], language: str = "en") -> str:
    """A whole HTML document: title, what stands above the contents (HTML), contents, sections.

    >>> text = page("A & B", "<p>first</p>", [Section("one", "One", "<p>body</p>")])
    >>> text.startswith("<!DOCTYPE html>"), "<title>A &amp; B</title>" in text, '<a href="#one">One</a>' in text
    (True, True, True)
    """
    contents = "\n".join(f'<li><a href="#{one.anchor}">{escape(one.title)}</a></li>' for one in sections)
    bodies = "\n".join(
        f'<section id="{one.anchor}">\n<h2>{k}. {escape(one.title)}</h2>\n{one.body}\n</section>'
        for k, one in enumerate(sections, start=1)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{escape(title)}</h1>\n{head}\n</header>\n"
        f'<nav aria-label="Contents">\n<strong>Contents</strong>\n<ol>\n{contents}\n</ol>\n</nav>\n'
        f"<main>\n{bodies}\n</main>\n</body>\n</html>\n"
    )


def paragraph(text: str, look: str = "") -> str:
    """A paragraph of plain text; `look` is a class of the style sheet. Nothing for an empty text.

    >>> paragraph("a < b"), paragraph("")
    ('<p>a &lt; b</p>', '')
    """
    kind = f' class="{look}"' if look else ""
    return f"<p{kind}>{escape(text)}</p>" if text else ""


def block(text: str) -> str:
    r"""A plain text that keeps its lines when it has several; a paragraph when it has one.

    >>> block("n  EVSI\n5  < 2"), block("one")
    ('<pre>n  EVSI\n5  &lt; 2</pre>', '<p>one</p>')
    """
    return f"<pre>{escape(text)}</pre>" if "\n" in text else paragraph(text)


def heading(text: str) -> str:
    """A heading within a section.

    >>> heading("Prices & thresholds")
    '<h3>Prices &amp; thresholds</h3>'
    """
    return f"<h3>{escape(text)}</h3>"


def listing(lines: Sequence[str]) -> str:
    """A list of plain texts; nothing for none.

    >>> listing(["a", "b"]).count("<li>"), listing([])
    (2, '')
    """
    return "<ul>\n" + "\n".join(f"<li>{escape(line)}</li>" for line in lines) + "\n</ul>" if lines else ""


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    r"""Words and what they stand for, a line each; empty ones are left out.

    >>> facts([("Case", "demo"), ("Population", "")])
    '<dl>\n<dt>Case</dt><dd>demo</dd>\n</dl>'
    """
    return "\n".join(["<dl>", *(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in pairs if b), "</dl>"])


def folded(title: str, body: str) -> str:
    r"""What stands under a title that opens it; nothing for an empty body.

    >>> folded("More", "<p>x</p>"), folded("More", "")
    ('<details>\n<summary>More</summary>\n<p>x</p>\n</details>', '')
    """
    return f"<details>\n<summary>{escape(title)}</summary>\n{body}\n</details>" if body else ""


def table(grid: Grid) -> str:
    """A grid as a table: numbers to the right, intervals below their mean; nothing when it has no rows.

    >>> from hecon.analysis.cost_effectiveness.estimate import Estimate
    >>> found = table(Grid("g", "G", (Column("s", "S"), Column("cost", "Cost", 0)), (("a<b", Estimate(1234.5, 1.0, 2.0)),)))
    >>> '<td>a&lt;b</td><td class="number">1,234<br><small>1 to 2</small></td>' in found
    True
    """
    if not grid.rows:
        return ""
    grid = on(grid, PAGE)
    looks = ["" if column.decimals is None else ' class="number"' for column in grid.columns]
    head = "".join(
        f'<th scope="col"{look}>{escape(column.heading)}</th>' for look, column in zip(looks, grid.columns, strict=True)
    )
    body = "\n".join(f"<tr>{''.join(map(_cell, row, grid.columns, looks))}</tr>" for row in grid.rows)
    notes = [paragraph("Below a mean: its 95% interval." if "<br><small>" in body else "", "note")]
    notes += [paragraph(line, "note") for line in grid.note.splitlines()]
    return (
        f'<div class="wide">\n<table>\n<caption>{escape(grid.title)}</caption>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>\n{''.join(notes)}\n</div>"
    )


def picture(figure: "Figure", alt: str, caption: str = "") -> str:
    r"""A figure as a PNG held in the page, with its alternative text and caption; the same bytes each time.

    >>> from hecon.figures.figure_style import canvas
    >>> picture(canvas()[0], "an empty figure").startswith('<figure>\n<img alt="an empty figure" src="data:image/png;base64,')
    True
    """
    room = BytesIO()
    write_png(figure, room)
    width, height = (int(inches * figure.dpi) for inches in figure.get_size_inches())
    below = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    source = b64encode(room.getvalue()).decode("ascii")
    return (
        f'<figure>\n<img alt="{escape(alt)}" src="data:image/png;base64,{source}" width="{width}" height="{height}">'
        f"{below}\n</figure>"
    )


def _cell(cell: Cell, column: Column, look: str) -> str:
    middle, limits = shown_cell(cell, column)
    below = f"<br><small>{escape(limits)}</small>" if limits else ""
    return f"<td{look}>{escape(middle)}{below}</td>"
