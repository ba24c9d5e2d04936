"""The page's own scripts in the order in which they are loaded."""

from importlib.resources import files

_FIRST = ("packing.js", "decide.js", "engine.js", "figures.js")
_LAST = (
    "app_elements.js", "app_state.js", "app_link.js", "app_model.js", "app_runs.js", "app_result.js", "app_fields.js",
    "app_confidential.js", "app_settings.js", "app_inputs.js", "app_answer.js", "app_tables.js",
    "app_budget_tables.js", "app_budget.js", "app_pictures.js", "app_scenarios.js", "app_downloads.js", "app.js",
)  # fmt: skip


def page_scripts() -> str:
    """Script elements: what computes, what draws, then the page itself; each file in an element that says its name.

    >>> page_scripts().rfind("app.js") > page_scripts().find("decide.js") >= 0
    True
    """
    room = files("hecon.page") / "javascript"
    here = sorted(one.name for one in room.iterdir() if one.name.endswith(".js"))
    parts = [name for name in here if name.split("_")[0].removesuffix(".js") in ("decide", "figures", "budget")]
    order = [*_FIRST, *(name for name in parts if name not in _FIRST), *_LAST]
    return "\n".join(map(_element, order))


def _element(name: str) -> str:
    text = (files("hecon.page") / "javascript" / name).read_text(encoding="utf-8")
    return f"<script>\n// {name}\n{_closed(text)}</script>"


def _closed(text: str) -> str:
    """A script that does not end the element it stands in."""
    return text.replace("</script", "<\\/script")
