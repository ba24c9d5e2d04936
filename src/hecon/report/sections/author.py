"""The author's texts as parts of a report; where there is none, that it is to be written."""

from collections.abc import Mapping

from hecon.report.sections.markdown_parts import parts_of
from hecon.report.sections.parts import Chapter, Heading, Part, Text, chapter
from hecon.results.texts import TODO, headings, wanted


def author_parts(texts: Mapping[str, str], key: str) -> tuple[Part, ...]:
    """What the author wrote under one heading, or what is wanted there.

    >>> author_parts({"funding": "None."}, "funding"), author_parts({}, "funding")[0].look
    ((Text(text='None.', look=''),), 'todo')
    """
    return tuple(parts_of(texts[key], 2)) if key in texts else (Text(wanted(key), "todo"),)


def author_chapter(texts: Mapping[str, str]) -> Chapter:
    """All texts under their headings; below, the headings without one.

    >>> author_chapter({"funding": "None."}).parts[:2]
    (Heading(text='Funding', depth=1), Text(text='None.', look=''))
    """
    parts: list[Part] = []
    for key, heading in headings().items():
        if key in texts:
            parts += [Heading(heading), *parts_of(texts[key], 1)]
    missing = ", ".join(heading for key, heading in headings().items() if key not in texts)
    parts.append(Text(f"{TODO}: {missing}." if missing else "", "todo"))
    return chapter("author", "From the author", parts)
