"""A decision tree drawn: square for the decision, circle for chance, triangle for an end; as text or as a picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from hecon.errors import HeconError
from hecon.files import whole_file
from hecon.structure.lowering import Model
from hecon.structure.tree import Chance, Decision, DecisionTree, Leaf, Node, Structure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIGNS = {"decision": "□", "chance": "○", "end": "◁"}
_LABEL = 26  # letters in a line of a label
_ENDING = 30
_STEP = 2.5  # inches from a node to the next


@dataclass(frozen=True)
class _Shape:
    """A node to be drawn: its kind, the label and the probability of the branch that leads to it, what it says itself."""

    kind: str
    label: str
    probability: str
    text: str
    below: tuple["_Shape", ...] = ()

    @property
    def ends(self) -> int:
        """Ends below it, itself included."""
        return sum(one.ends for one in self.below) or 1


def draw_tree_text(model: Model) -> str:
    """A model's tree in characters: □ decision, ○ chance, ◁ end; an end that leads on names the structure it leads to.

    >>> from hecon.structure import Branch, Chance, DecisionTree, Leaf, Strategy
    >>> drug = Strategy("drug", "New drug", Chance(Branch("cured", "p_cure", Leaf()), Branch("not cured", "C", Leaf())))
    >>> tree = DecisionTree("Treat?", [Strategy("watch", to=Leaf()), drug], {"cost": "0", "effect": "0"}, "continuous")
    >>> print(draw_tree_text(tree))
    □ Treat?
    ├── watch ◁
    └── drug: New drug ○
        ├── cured [p_cure] ◁
        └── not cured [the rest] ◁
    """
    shape = _shape_of(model)
    return "\n".join([f"{_SIGNS['decision']} {shape.text}".rstrip(), *_lines(shape, "")])


def draw_tree(model: Model, path: str | Path) -> None:
    """Draw a model's tree into a .png, .svg or .pdf file: square decision, circle chance, triangle end.

    Labels stand above their branch, probabilities below it; long ones are wrapped.

    Raises:
        HeconError: a file of another kind.

    >>> import tempfile
    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("watch", to=Leaf())], {"cost": "0", "effect": "0"}, "continuous")
    >>> file = Path(tempfile.mkdtemp()) / "tree.png"
    >>> draw_tree(tree, file)
    >>> file.stat().st_size > 1000
    True
    """
    path = Path(path)
    if path.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise HeconError(f"a tree is drawn as .png, .svg or .pdf; got '{path.name}'")
    import matplotlib as mpl

    figure = tree_figure(model)
    date = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower(), {"Software": None})
    with mpl.rc_context({"svg.hashsalt": "hecon", "svg.fonttype": "none"}), whole_file(path) as draft:
        figure.savefig(draft, metadata=date)


def tree_figure(model: Model) -> "Figure":
    """A model's tree as a figure, as wide and as high as it needs.

    >>> from hecon.structure import DecisionTree, Leaf, Strategy
    >>> tree = DecisionTree("Demo", [Strategy("watch", to=Leaf())], {"cost": "0", "effect": "0"}, "continuous")
    >>> len(tree_figure(tree).axes)
    1
    """
    from matplotlib.figure import Figure

    shape = _shape_of(model)
    depth, row = _depth(shape), 0.42 + 0.14 * _most_lines(shape)
    across, down = _STEP * depth + (2.4 if _says_anything(shape) else 0.6), row * shape.ends + 1.0
    figure = Figure(figsize=(across, down), dpi=min(150.0, 30_000 / max(across, down)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-0.4, across - 0.4)
    axes.set_ylim(-down + 1.2, 1.2)
    axes.set_axis_off()
    axes.text(-0.2, 0.85, "\n".join(wrap(shape.text, int(across * 10))), fontsize=9, weight="bold", va="center")
    _draw(axes, shape, 0.0, 0.0, row)
    return figure


def _shape_of(model: Model) -> _Shape:
    strategies = []
    for strategy in model.strategies:
        label = strategy.name if strategy.label in ("", strategy.name) else f"{strategy.name}: {strategy.label}"
        to = model if strategy.to is None and not isinstance(model, DecisionTree) else strategy.to
        start = strategy.start or getattr(model, "start", None)
        strategies.append(_node(to, label, "", start))
    return _Shape("decision", "", "", _line(model.title), tuple(strategies))


def _node(
    node: Node | Structure | None, label: str, probability: str, start: "str | Mapping[str, str] | None" = None
) -> _Shape:
    label, probability = _line(label), "the rest" if probability == "C" else _line(probability)
    if isinstance(node, Chance):
        below = tuple(_node(branch.to, branch.label, branch.probability, start) for branch in node.branches)
        return _Shape("chance", label, probability, "", below)
    if isinstance(node, Decision):
        below = tuple(_node(option.to, option.label, "", start) for option in node.options)
        return _Shape("decision", label, probability, "", below)
    if isinstance(node, Leaf):
        start, node = node.start or start, node.to
    if node is None:
        return _Shape("end", label, probability, "")
    begin = start or getattr(node, "start", None) or ""
    states = begin if isinstance(begin, str) else ", ".join(begin)
    return _Shape("end", label, probability, _line(f"to {node.name}" + (f" ({states})" if states else "")))


def _line(text: str) -> str:
    """A label on one line."""
    return " ".join(text.split())


def _depth(shape: _Shape) -> int:
    return 1 + max((_depth(one) for one in shape.below), default=-1)


def _most_lines(shape: _Shape) -> int:
    """Lines of the longest label and probability in the tree, together at least 2."""
    own = len(wrap(shape.label, _LABEL)) + len(wrap(shape.probability, _LABEL))
    return max([2, own, *(_most_lines(one) for one in shape.below)])


def _says_anything(shape: _Shape) -> bool:
    return any(one.text or _says_anything(one) for one in shape.below)


def _lines(shape: _Shape, indent: str) -> Iterator[str]:
    for k, one in enumerate(shape.below):
        last = k == len(shape.below) - 1
        words = [one.label, f"[{one.probability}]" if one.probability else "", _SIGNS[one.kind], one.text]
        yield f"{indent}{'└' if last else '├'}── {' '.join(word for word in words if word)}"
        yield from _lines(one, indent + ("    " if last else "│   "))


def _draw(axes: "Axes", shape: _Shape, x: float, top: float, row: float) -> float:
    """Draw a node and all below it, the first end at height `top`; returns the node's own height."""
    if not shape.below:
        y = top
        axes.plot([x + 0.06], [y], marker="<", markersize=10, color="black", markerfacecolor="white", zorder=3)
        axes.text(x + 0.22, y, "\n".join(wrap(shape.text, _ENDING)), fontsize=7, va="center", style="italic")
        return y
    heights = []
    for one in shape.below:
        right = x + _STEP
        height = _draw(axes, one, right, top, row)
        heights.append((height, right, one))
        top -= row * one.ends
    y = (heights[0][0] + heights[-1][0]) / 2
    for height, right, one in heights:
        axes.plot([x, x + 0.35, right], [y, height, height], color="black", linewidth=0.8, zorder=1)
        over, under = "\n".join(wrap(one.label, _LABEL)), "\n".join(wrap(one.probability, _LABEL))
        axes.text(x + 0.42, height + 0.03, over, fontsize=7.5, va="bottom", linespacing=1.1)
        axes.text(x + 0.42, height - 0.05, under, fontsize=6.5, va="top", color="0.3", linespacing=1.1)
    marker = "s" if shape.kind == "decision" else "o"
    axes.plot([x], [y], marker=marker, markersize=12, color="black", markerfacecolor="white", zorder=3)
    return y
