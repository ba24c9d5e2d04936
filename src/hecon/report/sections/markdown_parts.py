"""Markdown as parts of a report: headings, paragraphs, lists, tables, fixed lines; what our own appendix and authors write.

Marks within a line (emphasis, code, links) are taken away: a report's parts are plain text.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from hecon.grid import Cell, Column, Grid
from hecon.report.sections.parts import Fixed, Heading, Lines, Part, Table, Text

_RULE = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?")
_CELLS = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


def parts_of(text: str, above: int = 1) -> Iterator[Part]:
    r"""The parts of a Markdown text, in order; a heading of `above` + 1 marks stands one level below the section's own.

    A table takes its title from the heading above it and from its own heads.

    >>> list(parts_of("One *word*.\n\n- a\n- b"))
    [Text(text='One word.', look=''), Lines(lines=('a', 'b'))]
    >>> next(parts_of("| n |\n|---|\n| 5 |")).grid.rows
    (('5',),)
    """
    last = ""
    for kind, lines in _blocks(text.splitlines()):
        if kind == "heading":
            marks, _, words = lines[0].partition(" ")
            last = plain_text(words)
            yield Heading(last, max(len(marks) - above, 1))
        elif kind == "table":
            yield Table(_grid(lines, last))
        elif kind == "list":
            yield Lines(tuple(map(plain_text, lines)))
        elif kind == "fixed":
            yield Fixed("\n".join(lines))
        else:
            yield Text(plain_text(" ".join(line.strip() for line in lines)))


def plain_text(text: str) -> str:
    r"""A line of Markdown without its marks.

    >>> plain_text(r"**bold**, `x * y`, a \| b, [a page](https://example.org)")
    'bold, x * y, a | b, a page (https://example.org)'
    """
    spans = re.split(r"(?<!\\)(`[^`]*`)", text)
    return "".join(span[1:-1].replace("\\|", "|") if k % 2 else _unmarked(span) for k, span in enumerate(spans)).strip()


def _unmarked(text: str) -> str:
    text = re.sub(r"(?<!\\)\[([^\]]+)\]\((\S+?)\)", r"\1 (\2)", text)
    text = re.sub(r"(?<![\\\w*])(\*{1,2}|_{1,2})(?=\S)(.+?)(?<=[^\s\\])\1(?![\w*])", r"\2", text)
    return re.sub(r"\\([\\|`*_\[\]<>#])", r"\1", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines that belong together, with the kind of block they are."""
    k = 0
    while k < len(lines):
        line = lines[k]
        if not line.strip():
            k += 1
        elif line.startswith("#"):
            yield "heading", [line]
            k += 1
        elif line.startswith("```"):
            end = next((j for j in range(k + 1, len(lines)) if lines[j].startswith("```")), len(lines))
            yield "fixed", list(lines[k + 1 : end])
            k = end + 1
        elif line.startswith("    "):
            end = _end(lines, k, lambda one: one.startswith("    "))
            yield "fixed", [one[4:] for one in lines[k:end]]
            k = end
        elif k + 1 < len(lines) and "|" in line and _RULE.fullmatch(lines[k + 1].strip()):
            end = _end(lines, k, lambda one: "|" in one)
            yield "table", list(lines[k:end])
            k = end
        elif _ITEM.match(line):
            end = _end(lines, k, lambda one: bool(one.strip()))
            yield "list", _items(lines[k:end])
            k = end
        else:
            end = _end(
                lines, k, lambda one: bool(one.strip()) and not one.startswith(("#", "```")) and not _ITEM.match(one)
            )
            yield "text", list(lines[k:end])
            k = end


def _end(lines: Sequence[str], start: int, belongs: Callable[[str], bool]) -> int:
    return next((k for k in range(start + 1, len(lines)) if not belongs(lines[k])), len(lines))


def _items(lines: Sequence[str]) -> list[str]:
    """Items of a list, with the lines that go on with one."""
    found: list[str] = []
    for line in lines:
        if match := _ITEM.match(line):
            found.append(line[match.end() :])
        else:
            found[-1] += f" {line.strip()}"
    return found


def _grid(lines: Sequence[str], title: str) -> Grid:
    head, rows = _cells(lines[0]), [_cells(line) for line in lines[2:]]
    columns = tuple(Column(f"c{k}", heading) for k, heading in enumerate(head))
    blank = [""] * len(head)
    whole: tuple[tuple[Cell, ...], ...] = tuple(tuple([*row, *blank][: len(head)]) for row in rows)
    heads = ", ".join(filter(None, head[:5]))
    return Grid("text", f"{title}: {heads}" if title and heads else title or heads, columns, whole)


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    return [plain_text(cell.strip()) for cell in _CELLS.split(line[:-1] if line.endswith("|") else line)]
