"""The model as a picture for the Diagram sheet: the tree, and for each cohort its states and the moves between them."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from hecon.formula.program import Block
from hecon.structure.tree import DecisionTree


def tree_picture(model: Any) -> bytes:
    """A decision tree as a PNG; nothing for a model without one."""
    if not isinstance(model, DecisionTree):
        return b""
    from hecon.figures.tree_drawing import draw_tree

    with TemporaryDirectory() as folder:
        path = Path(folder) / "tree.png"
        draw_tree(model, path)
        return path.read_bytes()


def states_picture(block: Block) -> bytes:
    r"""States on a circle with an arrow for each move, as a PNG; staying is not drawn.

    >>> from hecon.formula.program import StateVector, Clock
    >>> from hecon.formula.syntax import Number
    >>> vector = StateVector(("well", "dead"), "probability", {}, {})
    >>> block = Block("demo", "a", None, Clock(1.0, 2), Number(1.0), Number(0.0), {}, vector)
    >>> states_picture(block)[:4]
    b'\x89PNG'
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyArrowPatch

    states, moves = _graph(block)
    size = 3.2 + 0.42 * len(states)
    figure = Figure(figsize=(size * 1.25, size), dpi=110)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    angle = np.pi / 2 - 2 * np.pi * np.arange(len(states)) / len(states)
    at = {state: (1.25 * float(np.cos(a)), float(np.sin(a))) for state, a in zip(states, angle, strict=True)}
    for a, b in moves:
        bend = 0.18 if (b, a) in moves else 0.0
        arrow = FancyArrowPatch(
            at[a],
            at[b],
            arrowstyle="-|>",
            mutation_scale=13,
            shrinkA=34,
            shrinkB=34,
            color="0.25",
            connectionstyle=f"arc3,rad={bend}",
            linewidth=1.1,
        )
        axes.add_patch(arrow)
    for state, (x, y) in at.items():
        axes.text(
            x,
            y,
            _wrapped(state),
            ha="center",
            va="center",
            fontsize=9,
            bbox={"boxstyle": "round,pad=0.55", "facecolor": "#EEF2F8", "edgecolor": "#1F3864"},
        )
    axes.set_xlim(-1.75, 1.75)
    axes.set_ylim(-1.4, 1.4)
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _graph(block: Block) -> tuple[list[str], list[tuple[str, str]]]:
    """States and moves, staying left out; a partitioned cohort moves along its order."""
    if block.states:
        return list(block.states.states), [(a, b) for a, b in block.states.entries if a != b]
    states = list(block.occupied)
    return states, [
        (a, b)
        for k, a in enumerate(states[:-1])
        for b in (states[k + 1 : k + 2] + ([states[-1]] if k + 2 < len(states) else []))
    ]


def _wrapped(text: str) -> str:
    from textwrap import fill

    plain = "".join(c if ord(c) < 0x3000 else "?" for c in text)  # what the font has
    return fill(" ".join(plain.split()).replace("_", " ").replace("$", "\\$"), 16)
