"""The references of a document: the sources of its inputs, by the names that its tables cite."""

from typing import TYPE_CHECKING

from hecon.report.sections.parts import Part, Text

if TYPE_CHECKING:
    from hecon.inputs.book import Book
    from hecon.inputs.parameter import Source


def references(book: "Book | None") -> tuple[Part, ...]:
    """A paragraph for each source that an input names, in the order of their names; a sentence where there is none.

    >>> from hecon import Parameter, make_book
    >>> from hecon.inputs.parameter import Source
    >>> book = make_book("demo", [Parameter(name="fee", value=5.0, source="x_2020")], sources={"x_2020": Source("x_2020", "X, Y")})
    >>> references(book)
    (Text(text='[x_2020] X, Y.', look='reference'),)
    """
    if book is None or not book.sources:
        return (Text("The inputs name no sources."),)
    return tuple(Text(reference(book.sources[name]), "reference") for name in sorted(book.sources))


def reference(source: "Source") -> str:
    """One source as a reference, with what is known of it.

    >>> from hecon.inputs.parameter import Source
    >>> reference(Source("x_2020", "X, Y.", "table 2", "2020", "", "example.org"))
    '[x_2020] X, Y; table 2; 2020; example.org.'
    """
    told = [source.citation, source.place, source.year, source.country, source.address]
    return f"[{source.id}] {'; '.join(one.rstrip('.') for one in told if one)}."
