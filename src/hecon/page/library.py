"""The library that draws the page's figures: Vega, Vega-Lite and Embed as one script, from the package vl-convert-python."""

from functools import cache

from hecon.errors import HeconError

_SNIPPET = "window.vegaEmbed = vegaEmbed;"


@cache
def library() -> str:
    """The script that sets `vegaEmbed` on `window`, with all it needs; it asks for nothing from a network.

    With `vegaEmbed(element, spec, {ast: true})` expressions are interpreted: the page needs no 'unsafe-eval'.

    Raises:
        HeconError: the package is not installed.

    >>> "window.vegaEmbed=" in library()
    True
    """
    try:
        from vl_convert import javascript_bundle
    except ImportError:
        raise HeconError("the page's figures need Vega: pip install 'hecon[page]'") from None
    return f"(() => {{{javascript_bundle(_SNIPPET)}\n}})();"  # the bundle's short names would meet those of the page
