"""How figures look and how they are written: one size, colours that differ in grey, legends below, files that repeat.

matplotlib is imported inside the functions, so that importing hecon does not pay for it.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# Okabe & Ito's palette, ordered so that neighbours differ in lightness as well
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "X")
_OURS = "hecon"  # labels figures that are ours to lay out
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---")


def line(k: int) -> dict[str, Any]:
    """Colour and dashes of the k-th line.

    >>> line(1)
    {'color': '#D55E00', 'linestyle': '--'}
    """
    return {"color": COLOURS[k % len(COLOURS)], "linestyle": DASHES[k % len(DASHES)]}


def point(k: int, size: float) -> dict[str, Any]:
    """Colour and marker of the k-th set of points, `size` in points.

    >>> point(1, 5)
    {'color': '#D55E00', 'marker': 's', 'markersize': 5, 'linestyle': ''}
    """
    colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
    return {"color": colour, "marker": marker, "markersize": size, "linestyle": ""}


def bar(k: int) -> dict[str, Any]:
    """Colour and hatch of the k-th part of a stacked bar.

    >>> bar(1)["hatch"]
    '///'
    """
    look = {"height": 0.6, "edgecolor": "white", "linewidth": 0.8}
    return {"color": COLOURS[k % len(COLOURS)], "hatch": HATCHES[k % len(HATCHES)], **look}


def canvas(
    rows: int = 1, columns: int = 1, *, height: float = 4.4, share: bool = False, ax: "Axes | None" = None
) -> "tuple[Figure, list[Axes]]":
    """A figure 7 inches wide with its axes, row by row; `height` in inches is that of one row.

    With `ax`, one picture is drawn there: its figure and itself, dressed like our own.

    >>> figure, axes = canvas(1, 2)
    >>> len(axes), float(figure.get_figwidth())
    (2, 7.0)
    """
    from matplotlib.figure import Figure

    if ax is not None:
        _dress(ax)
        return cast("Figure", ax.get_figure(root=True)), [ax]
    figure = Figure(figsize=(7, height * (0.75 * rows if rows > 1 else 1)), dpi=150, layout="constrained")
    figure.set_label(_OURS)
    grid = figure.subplots(rows, columns, sharex=share, sharey=share, squeeze=False)
    axes = list(grid.ravel())
    for one in axes:
        _dress(one)
    return figure, axes


def legend_below(figure: "Figure", axes: "Sequence[Axes]", note: str = "") -> None:
    """One legend for all axes below them, each label once, and under it a note in small print.

    Axes that were given keep their legend inside, without the note: what stands below them is not ours.

    >>> figure, axes = canvas()
    >>> _ = axes[0].plot([0, 1], label="a")
    >>> legend_below(figure, axes, "2 points.")
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['a']
    """
    entries: dict[str, Any] = {}
    for one in axes:
        for handle, label in zip(*one.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    if figure.get_label() != _OURS:
        if entries:
            axes[0].legend(entries.values(), entries.keys(), frameon=False, fontsize=8)
        return
    longest = max((len(label) for label in entries), default=1)
    columns = max(1, min(len(entries), 4, 90 // (longest + 8)))
    figure.legend(
        entries.values(), entries.keys(), loc="outside lower center", ncols=columns, frameon=False, fontsize=8.5,
        title="\n".join(fill(part, 125) for part in note.splitlines()) or None, title_fontproperties={"size": 7.5},
    )  # fmt: skip


def tick_label(text: str) -> str:
    r"""A label beside an axis, on at most two lines.

    >>> tick_label("event-free at month 12, of those event-free at month 6")
    'event-free at month 12, of those event-\nfree at month 6'
    """
    return fill(shorten(text, 78, placeholder=" ..."), 40)


def thousands(axis: "Axis") -> None:
    """Tick labels with thousands separators, few enough to stand side by side.

    >>> figure, axes = canvas()
    >>> thousands(axes[0].yaxis)
    >>> axes[0].yaxis.get_major_formatter()(1500000, 0)
    '1,500,000'
    """
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    axis.set_major_locator(MaxNLocator(7, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def save_figure(figure: "Figure", stem: str | Path) -> list[Path]:
    """Write <stem>.png (150 dpi) and <stem>.svg, the same bytes each time: no date, no random ids.

    >>> import tempfile
    >>> figure, _ = canvas()
    >>> [path.suffix for path in save_figure(figure, Path(tempfile.mkdtemp()) / "empty")]
    ['.png', '.svg']
    """
    return write_pictures(figure_files(figure), stem)


def write_pictures(files: Mapping[str, bytes], stem: str | Path) -> list[Path]:
    """Write the files of a figure by their suffixes.

    >>> import tempfile
    >>> [path.name for path in write_pictures({".svg": b"<svg/>"}, Path(tempfile.mkdtemp()) / "empty")]
    ['empty.svg']
    """
    paths = {suffix: Path(f"{stem}{suffix}") for suffix in files}
    for suffix, content in files.items():
        paths[suffix].write_bytes(content)
    return list(paths.values())


def figure_files(figure: "Figure") -> dict[str, bytes]:
    """A figure as PNG and as SVG, by suffix.

    >>> list(figure_files(canvas()[0]))
    ['.png', '.svg']
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.text import Text

    for words in figure.findobj(Text):
        words.set_parse_math(False)  # US$ is a currency, not the start of a formula
    png, svg = BytesIO(), BytesIO()
    write_png(figure, png)
    figure.set_layout_engine("none")  # laid out by the first drawing
    drawn: Any = FigureCanvasSVG(figure)  # whose methods have no types
    with mpl.rc_context({"svg.hashsalt": "hecon", "svg.fonttype": "none"}):
        drawn.print_svg(svg, metadata={"Date": None})
    return {".png": png.getvalue(), ".svg": svg.getvalue()}


def write_png(figure: "Figure", target: BytesIO, dpi: float = 0.0) -> None:
    """Write a figure as PNG, the same bytes each time; `dpi` are dots per inch, the figure's own if left out.

    By its canvas, which draws it once; `figure.savefig` draws twice what lays itself out.

    >>> room = BytesIO()
    >>> write_png(canvas()[0], room)
    >>> room.getvalue()[1:4]
    b'PNG'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    own = figure.dpi
    drawn: Any = FigureCanvasAgg(figure)  # whose methods have no types
    figure.dpi = dpi or own
    try:
        drawn.print_png(target, metadata={"Software": None})
    finally:
        figure.dpi = own


def _dress(axes: "Axes") -> None:
    """How all our axes look."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="0.92", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
