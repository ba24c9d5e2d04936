"""The styles of the workbook by name: colours, fonts and number formats, and which format shows a number of some size."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

NAVY, BLUE, YELLOW, GREY, PALE, RED, GREEN = "#1F3864", "#0000FF", "#FFF9C4", "#7F7F7F", "#EEF2F8", "#C00000", "#2E7D32"
_INPUT = {
    "font_color": BLUE,
    "bg_color": YELLOW,
    "border": 1,
    "border_color": "#D9D9D9",
    "locked": False,
    "valign": "top",
}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "plain": {"valign": "top"},
    "title": {"bold": True, "font_size": 15, "font_color": NAVY},
    "subtitle": {"italic": True, "font_color": GREY},
    "section": {"bold": True, "font_size": 12, "font_color": NAVY, "bottom": 1, "bottom_color": NAVY},
    "head": {"bold": True, "bg_color": PALE, "text_wrap": True, "valign": "top"},
    "head right": {"bold": True, "bg_color": PALE, "text_wrap": True, "valign": "top", "align": "right"},
    "group": {"bold": True, "font_color": "#FFFFFF", "bg_color": NAVY},
    "note": {"font_color": GREY, "italic": True, "text_wrap": True, "valign": "top", "font_size": 9, "align": "left", "indent": 1},
    "one line": {"font_color": GREY, "italic": True, "font_size": 9},
    "wrap": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "fixed": {"font_name": "Courier New", "font_size": 9, "valign": "top"},
    "bold": {"bold": True, "valign": "top"},
    "banner": {"bold": True, "font_color": RED, "font_size": 12},
    "general": {"valign": "top"},
    "count": {"num_format": "0", "valign": "top"},
    "money": {"num_format": "#,##0", "valign": "top"},
    "money bold": {"num_format": "#,##0", "bold": True, "valign": "top", "top": 1},
    "cents": {"num_format": "#,##0.00", "valign": "top"},
    "effect": {"num_format": "#,##0.000", "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "probability": {"num_format": "0.000000", "valign": "top"},
    "flow": {"num_format": "#,##0.0000", "valign": "top"},
    "small": {"num_format": "0.000E+00", "valign": "top"},
    "slope": {"num_format": "#,##0", "valign": "top", "align": "right"},
    "ratio": {"num_format": "[>=9.95]#,##0;0.00##", "bold": True, "valign": "top"},
    "right": {"bold": True, "valign": "top", "align": "right"},
    "centre": {"num_format": "0", "valign": "top", "align": "center"},
    "any": {"num_format": "#,##0.######", "valign": "top"},
    "input": _INPUT,
    "point": {**_INPUT, "bg_color": "#FFFFFF"},
    "input text": {**_INPUT, "align": "right"},
    "input money": {**_INPUT, "num_format": "#,##0"},
    "comment": {**_INPUT, "text_wrap": True, "align": "left", "indent": 1},
    "difference": {"num_format": "[>=1000]#,##0.0#;[<=-1000]-#,##0.0#;0.0#####", "valign": "top"},
    "link text": {"font_color": NAVY, "underline": 1, "text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "live": {"bold": True, "valign": "top"},
    "answer": {"bold": True, "font_size": 13, "font_color": NAVY, "text_wrap": True, "valign": "vcenter"},
    "link": {"font_color": BLUE, "underline": 1, "valign": "top"},
    "small link": {"font_color": BLUE, "underline": 1, "font_size": 9, "valign": "top"},
    "static link": {"font_color": GREY, "underline": 1, "valign": "top"},
    "static": {"font_color": GREY, "valign": "top"},
    "static right": {"font_color": GREY, "valign": "top", "align": "right"},
    "static money": {"font_color": GREY, "num_format": "#,##0", "valign": "top"},
    "static tenth": {"font_color": GREY, "num_format": "#,##0.0", "valign": "top"},
    "static cents": {"font_color": GREY, "num_format": "#,##0.00", "valign": "top"},
    "static effect": {"font_color": GREY, "num_format": "#,##0.000", "valign": "top"},
    "static small": {"font_color": GREY, "num_format": "0.000E+00", "valign": "top"},
    "head indented": {
        "bold": True, "bg_color": PALE, "text_wrap": True, "valign": "top", "align": "left", "indent": 1,
    },
    "static text": {"font_color": GREY, "text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "good": {"font_color": GREEN, "bold": True, "valign": "top"},
    "bad": {"font_color": "#FFFFFF", "bg_color": RED, "bold": True, "valign": "top"},
}  # fmt: skip
_SIZED = {"general": "", "cents": "#,##0.00", "flow": "#,##0.0###", "probability": "0.0#####", "small": "0.000E+00"}


_TABS = {  # what kind of sheet it is, by the colour of its tab
    NAVY: ("Decision", "Cover", "ReadMe", "About", "Structure"),
    "#FFD54F": ("Control", "Inputs", "Tables", "Changes", "Formulas"),
    GREEN: ("Results", "Charts", "CEAC", "Reimbursement", "Budget"),
    RED: ("Checks", "Certificate"),
    GREY: (
        "OneWay", "PSA_draws", "PSA_results", "Breakdown", "DSA", "TwoWay", "GSA", "Convergence", "VOI", "Price", "Subgroups",
        "Validation", "Correlations", "Assumptions", "Sources",
    ),
}  # fmt: skip
_FORMULAS = "#9DB2D6"  # a sheet of the model, all of it live
TAB_KEY = (
    "Tabs: dark blue tells of the model, yellow is for typing, pale blue computes, green shows results, grey is stored or"
    " of sources, red checks."
)


def tab_colour(name: str) -> str:
    """The colour of a sheet's tab; of those that are not listed, the model's own.

    >>> tab_colour("Inputs"), tab_colour("Trace_a")
    ('#FFD54F', '#9DB2D6')
    """
    return next((colour for colour, names in _TABS.items() if name in names), _FORMULAS)


def style_of(value: float) -> str:
    """A number format that shows a value to six digits or so and still shows what it may be changed to.

    >>> style_of(0.05), style_of(78908.397), style_of(12.0)
    ('probability', 'cents', 'general')
    """
    if not isfinite(value) or value == round(value):
        return "general"
    size = abs(value)
    return "cents" if size >= 1000 else "flow" if size >= 1 else "probability" if size >= 1e-4 else "small"


def sized(style: str, value: float) -> str:
    """The style in which a number is shown, with a number format of its own after a colon for inputs and what belongs to them.

    >>> sized("money", 0.5), sized("any", 0.5), sized("input", 0.5), sized("input", 475000.0), sized("input", 12.0)
    ('money', 'probability', 'input:0.0#####', 'input:#,##0', 'input')
    """
    if style == "any":
        return style_of(value)
    if style not in ("input", "live", "static", "point"):
        return style
    number = "#,##0" if value == round(value) and abs(value) >= 1000 else _SIZED[style_of(value)]
    return f"{style}:{number}" if number else style
