"""A structure as a picture: states as boxes with an arrow for each transition, or survival curves with the states between them.

States stand on a ring, so that no arrow crosses a box; arrows bear numbers, and the formulas stand beside the picture.
"""

from collections.abc import Mapping, Sequence
from textwrap import fill, shorten
from typing import TYPE_CHECKING

import numpy as np

from hecon.figures.figure_style import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

_BOX = (1.5, 0.62)  # inches
_FACE, _EDGE = "#EEF2F8", "#1F3864"
_KEY = 62  # letters in a line of the key
_FEW = 6  # arrows that bear their formula themselves, where it is short
_SHORT = 18


def states_figure(
    states: Sequence[str],
    arrows: Sequence[tuple[str, str, str]],
    starts: Sequence[str] = (),
    tunnels: Mapping[str, int] | None = None,
) -> "Figure":
    """States and their transitions (from, to, formula); staying is not drawn.

    `starts` are drawn with a thick border; `tunnels` {state: cycles} remember how long their members are in them: dashed.

    >>> figure = states_figure(("well", "dead"), [("well", "dead", "p_die"), ("well", "well", "C")], ("well",))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['p_die', 'well', 'dead']
    """
    from matplotlib.figure import Figure

    tunnels = tunnels or {}
    drawn = [(a, b, " ".join(words.split())) for a, b, words in arrows if a != b]
    plain = len(drawn) <= _FEW and all(len(words) <= _SHORT for *_, words in drawn)
    key = [] if plain else [_key_line(k, *one) for k, one in enumerate(drawn, start=1)]
    longest = max((len(part) for line in key for part in line.split("\n")), default=0)
    lines = sum(line.count("\n") + 1 for line in key)
    at = _places(states)
    (left, right), (low, high) = ((min(side), max(side)) for side in zip(*at.values(), strict=True))
    wide, ring = right - left + _BOX[0] + 0.6, high - low + _BOX[1] + 0.5
    height, width = max(ring, 0.185 * lines + 0.5), wide + (0.068 * longest + 0.3 if key else 0.0)
    figure = Figure(figsize=(width, height), dpi=150)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    middle = (low + high) / 2
    axes.set_xlim(left - _BOX[0] / 2 - 0.3, left - _BOX[0] / 2 - 0.3 + width)
    axes.set_ylim(middle - height / 2, middle + height / 2)
    boxes = {state: _box(axes, at[state], state in starts, state in tunnels) for state in states}
    pairs = {(a, b) for a, b, _ in drawn}
    for k, (a, b, words) in enumerate(drawn, start=1):
        _arrow(axes, at[a], at[b], (boxes[a], boxes[b]), (b, a) in pairs, words if plain else str(k), not plain)
    for state, (x, y) in at.items():
        words = fill(_plain(state).replace("_", " "), 18)
        words += f"\n({tunnels[state]:,} tunnels)" if state in tunnels else ""
        axes.text(x, y, words, ha="center", va="center", fontsize=9, zorder=5, parse_math=False, linespacing=1.05)
    if key:
        axes.text(
            right + _BOX[0] / 2 + 0.3,
            middle,
            "\n".join(key),
            fontsize=8.5,
            va="center",
            parse_math=False,
            linespacing=1.25,
        )
    return figure


def curves_figure(states: Sequence[str], curves: Sequence[tuple[str, str]]) -> "Figure":
    """Curves (state, formula) in their order, the lowest first, and the states between them; a sketch, not to scale.

    >>> figure = curves_figure(("stable", "progressed", "dead"), [("stable", "pfs"), ("progressed", "os")])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['stable', 'progressed', 'dead', 'os', 'pfs']
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.6, 3.8), dpi=150)
    axes = figure.add_axes((0.07, 0.13, 0.5, 0.8))
    time = np.linspace(0.0, 1.0, 80)
    heights = [np.exp(-(2.6 / (1 + 1.9 * k)) * time**1.1) for k in range(len(curves))] + [np.ones_like(time)]
    below, count = np.zeros_like(time), len(curves)
    for k, (state, top) in enumerate(zip(states, heights, strict=False)):
        axes.fill_between(time, below, top, color=COLOURS[k % len(COLOURS)], alpha=0.16, linewidth=0)
        place = int(len(time) * (0.1 + 0.55 * k / max(count, 1)))
        y = float((below[place] + top[place]) / 2)
        axes.text(float(time[place]), y, _plain(state).replace("_", " "), fontsize=9, va="center", parse_math=False)
        below = top
    for k, top in enumerate(heights[:-1]):
        axes.plot(time, top, color=COLOURS[k % len(COLOURS)], linewidth=2)
    free = 1.0
    for k in reversed(range(count)):  # from the highest curve down, none over another
        words = fill(shorten(_plain(curves[k][1]), 150, placeholder=" ..."), 56)
        room = 0.05 * (words.count("\n") + 1) + 0.02
        level = min(float(heights[k][-1]), free - room / 2)
        free = level - room / 2
        own = COLOURS[k % len(COLOURS)]
        axes.text(1.02, level, words, fontsize=8.5, va="center", color=own, parse_math=False)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([0, 1])
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    axes.set_xlabel("time since the start (a sketch, not to scale)", fontsize=8)
    axes.set_ylabel("share of the cohort", fontsize=8)
    return figure


def _places(states: Sequence[str]) -> dict[str, tuple[float, float]]:
    """States on a ring, clockwise from the top; two stand side by side. In inches."""
    radius = max(1.35, 0.36 * len(states))
    turn = 0.5 if len(states) == 2 else 0.0
    angle = np.pi / 2 - 2 * np.pi * (np.arange(len(states)) - turn) / len(states)
    return {
        state: (1.45 * radius * float(np.cos(a)), radius * float(np.sin(a)))
        for state, a in zip(states, angle, strict=True)
    }


def _box(axes: "Axes", at: tuple[float, float], start: bool, tunnel: bool) -> "FancyBboxPatch":
    from matplotlib.patches import FancyBboxPatch

    width, height = _BOX
    box = FancyBboxPatch(
        (at[0] - width / 2, at[1] - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.12",
        facecolor=_FACE, edgecolor=_EDGE, linewidth=2.4 if start else 1.0, linestyle="--" if tunnel else "-", zorder=4,
    )  # fmt: skip
    axes.add_patch(box)
    return box


def _arrow(
    axes: "Axes", a: tuple[float, float], b: tuple[float, float], boxes: "tuple[FancyBboxPatch, FancyBboxPatch]",
    both: bool, words: str, numbered: bool,
) -> None:  # fmt: skip
    """An arrow from box to box, bent where another goes the other way, with its words nearer to where it starts."""
    from matplotlib.patches import FancyArrowPatch

    bend = 0.2 if both else 0.0
    arrow = FancyArrowPatch(
        a, b, patchA=boxes[0], patchB=boxes[1], shrinkA=1, shrinkB=2, arrowstyle="-|>", mutation_scale=13,
        connectionstyle=f"arc3,rad={bend}", color="0.3", linewidth=1.1, zorder=2,
    )  # fmt: skip
    axes.add_patch(arrow)
    t = 0.36 if numbered else 0.47
    (x0, y0), (x2, y2) = a, b
    x1, y1 = (x0 + x2) / 2 + bend * (y2 - y0), (y0 + y2) / 2 - bend * (x2 - x0)  # as arc3 bends
    x, y = ((1 - t) ** 2 * p0 + 2 * t * (1 - t) * p1 + t**2 * p2 for p0, p1, p2 in ((x0, x1, x2), (y0, y1, y2)))
    look = {"boxstyle": "circle,pad=0.18" if numbered else "square,pad=0.12", "facecolor": "white"}
    look["edgecolor"] = "0.3" if numbered else "none"
    axes.text(
        x, y, _plain(words), fontsize=7.5, ha="center", va="center", zorder=3, parse_math=False,
        bbox={**look, "linewidth": 0.6},
    )  # fmt: skip


def _key_line(k: int, a: str, b: str, words: str) -> str:
    """Such as "3  well -> ill: p_ill", two lines at most."""
    text = shorten(f"{k}  {_plain(a)} -> {_plain(b)}: {_plain(words)}", 2 * _KEY - 8, placeholder=" ...")
    return fill(text, _KEY, subsequent_indent="     ")


def _plain(text: str) -> str:
    """On one line, in letters that the font has."""
    return " ".join("".join(c if ord(c) < 0x3000 else "?" for c in text).split())
