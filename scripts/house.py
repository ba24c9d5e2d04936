"""The house: rooms and floors of src/hecon, the imports between them, and the drawing of docs/architecture.md made from them.

`python scripts/house.py` draws docs/pictures/house.svg and writes the table of rooms into docs/architecture.md anew. A test
reads the same graph and holds it to the floors; another holds drawing and table to the source.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "hecon"
PAGE, DRAWING = ROOT / "docs" / "architecture.md", ROOT / "docs" / "pictures" / "house.svg"
START, END = "<!-- rooms -->\n", "<!-- end of rooms -->\n"

FLOORS = (  # from the ground up; a module imports from its own floor and from those below
    (
        "arrays",
        "beside",
        "causes",
        "digits",
        "errors",
        "files",
        "grid",
        "interrupts",
        "memory",
        "names",
        "outcomes",
        "perspectives",
        "progress",
        "shown",
        "version",
    ),
    ("formula",),
    ("inputs.tables",),
    ("survival",),
    ("inputs",),
    ("structure", "parts"),
    ("evaluate",),
    ("analysis",),
    ("figures",),
    ("results",),
    ("page", "report", "workbook"),
    ("cases", "confidential", "verification"),
    ("project",),
    ("cli", "commands", "__init__", "__main__"),
)
GROUND = "ground floor"


def modules() -> dict[str, Path]:
    """Every module of the source by its name without `hecon.`; the package itself is `__init__`."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)] = path
    return found


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """What a file imports from hecon, in functions too: the dotted name, its line, and whether for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and isinstance(branch.test, ast.Name) and branch.test.id == "TYPE_CHECKING"
        for one in branch.body
        for node in ast.walk(one)
    }
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}, line {node.lineno}: imports are written in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.split(".")[0] == "hecon":
                yield name.partition(".")[2] or "__init__", node.lineno, id(node) in for_types


@cache
def graph() -> dict[str, dict[str, tuple[int, bool]]]:
    """For every module the modules it imports, each with its first line and whether it is imported for types alone."""
    known = modules()
    found: dict[str, dict[str, tuple[int, bool]]] = {name: {} for name in known}
    for name, path in known.items():
        for imported, line, for_types in imports(path):
            other = imported if imported in known else imported.rpartition(".")[0] or "__init__"
            if other != name:
                earlier = found[name].get(other)
                found[name][other] = (earlier[0] if earlier else line, for_types and (not earlier or earlier[1]))
    return found


def floor(module: str) -> int:
    """The floor on which a module stands, 0 for the ground floor; a KeyError for one that has none."""
    for level, there in enumerate(FLOORS):
        if _floored(module) in there:
            return level
    raise KeyError(f"{module} stands on no floor: add its room to FLOORS in scripts/house.py")


def _floored(module: str) -> str:
    """The part of a module's name that stands in FLOORS: its room, or the room within a room that has a floor of its own."""
    top, _, rest = module.partition(".")
    inner = f"{top}.{rest.partition('.')[0]}"
    return inner if any(inner in there for there in FLOORS) else top


def circles(edges: Mapping[str, set[str]]) -> list[str]:
    """Circles of imports, each as a path; none of a graph whose arrows can all be put in one direction.

    >>> circles({"a": {"b"}, "b": {"a"}, "c": {"a"}})
    ['a > b > a']
    """
    found, done = [], set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            found.append(" > ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for other in sorted(edges.get(name, ())):
                visit(other, (*path, name))
            done.add(name)

    for name in sorted(edges):
        visit(name, ())
    return found


def rooms() -> dict[str, str]:
    """Every room of the upper floors and what it is for, from the first line of its `__init__.py` or of its file."""
    found = {}
    for level in range(len(FLOORS) - 1, 0, -1):
        for top in FLOORS[level]:
            if top in ("__init__", "__main__") or "." in top:
                continue
            one = SOURCE / f"{top}.py"
            if one.is_file():
                found[f"{top}.py"] = _purpose(one)
                continue
            found[f"{top}/"] = _purpose(SOURCE / top / "__init__.py")
            for inner in sorted(SOURCE.glob(f"{top}/*/__init__.py")):
                if any(inner.parent.glob("[a-z]*.py")) and top != "commands":
                    found[f"{top}/{inner.parent.name}/"] = _purpose(inner)
    return found


def _purpose(path: Path) -> str:
    text = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")
    assert text, f"{path}: its first line says what the room is for"
    return text


def table() -> str:
    """The rooms as a Markdown table, the top floor first."""
    rows = [f"| `{name}` | {purpose} |" for name, purpose in rooms().items()]
    ground = ", ".join(f"`{name}.py`" for name in FLOORS[0] if (SOURCE / f"{name}.py").is_file())
    rows.append(f"| {ground} | What everybody needs. |")
    return "\n".join(["| room | what it is for |", "|---|---|", *rows]) + "\n"


def drawing() -> str:
    """The house as an SVG: a floor per row, a room per box with its number of modules, an arrow for imports between rooms.

    An arrow that follows from others is left out: what goes down two floors by way of a third.
    """
    names = {name: _room(name) for name in modules()}
    size: dict[str, int] = {}
    for room in names.values():
        size[room] = size.get(room, 0) + 1
    arrows: set[tuple[str, str]] = set()
    for name, others in graph().items():
        for other in others:
            pair = names[name], names[other]
            if pair[0] != pair[1] and GROUND not in pair and floor(other) <= floor(name):
                arrows.add(pair)
    boxes, height, width, gap, y = {}, 58, 760, 30, 16
    for there in reversed(FLOORS):
        found = [room for room in dict.fromkeys(_room(one) for one in there) if room in size]
        each = 330 if found != [GROUND] else width - 40
        left = (width - len(found) * each - gap * (len(found) - 1)) // 2
        for k, room in enumerate(found):
            boxes[room] = (left + k * (each + gap), y, each)
        y += height + gap
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" font-family="sans-serif" role="img"'
        ' aria-label="The rooms of src/hecon by floor, with arrows from each room to those it imports from">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
        ' markerUnits="userSpaceOnUse"><path d="M0 0 L8 4 L0 8 z" fill="#5b6b7a"/></marker></defs>',
        f'<rect width="{width}" height="{y}" fill="white"/>',
    ]
    down = {room: {b for a, b in arrows if a == room and boxes[b][1] > boxes[a][1]} for room in boxes}
    for a, b in sorted(arrows):
        if any(b in _below(other, down) for other in down[a] - {b}):
            continue
        (x1, y1, w1), (x2, y2, w2) = boxes[a], boxes[b]
        level = y1 == y2
        x_from, y_from = (x1 + w1 if x2 > x1 else x1, y1 + height / 2) if level else (x1 + w1 / 2, y1 + height)
        x_to, y_to = (x2 if x2 > x1 else x2 + w2, y2 + height / 2) if level else (x2 + w2 / 2, y2)
        lines.append(
            f'<line x1="{x_from:.0f}" y1="{y_from:.0f}" x2="{x_to:.0f}" y2="{y_to:.0f}" stroke="#5b6b7a"'
            f' stroke-width="1.2" marker-end="url(#tip)"><title>{a} imports from {b}</title></line>'
        )
    for room, (x, top, w) in boxes.items():
        count = f"{size[room]} module{'s' if size[room] > 1 else ''}"
        lines.append(
            f'<rect x="{x}" y="{top}" width="{w}" height="{height}" rx="4" fill="#eef3f8" stroke="#0b5394"/>'
            f'<text x="{x + w / 2:.0f}" y="{top + 20}" text-anchor="middle" font-size="15" font-weight="bold">{room}</text>'
            f'<text x="{x + w / 2:.0f}" y="{top + 36}" text-anchor="middle" font-size="11" fill="#444">{count}</text>'
            f'<text x="{x + w / 2:.0f}" y="{top + 50}" text-anchor="middle" font-size="10" fill="#444">{_inside(room)}</text>'
        )
    return "\n".join([*lines, "</svg>"]) + "\n"


def _below(room: str, down: Mapping[str, set[str]]) -> set[str]:
    """Every room that is reached from a room by arrows to lower floors."""
    return down[room].union(*(_below(other, down) for other in down[room]))


def _room(module: str) -> str:
    """The room of a module as the drawing names it."""
    top = _floored(module)
    if top in FLOORS[0]:
        return GROUND
    return "commands" if top in FLOORS[-1] else top.replace(".", "/")


def _inside(room: str) -> str:
    """The rooms within a room that have no floor of their own."""
    if room == GROUND:
        return ", ".join(name for name in FLOORS[0] if (SOURCE / f"{name}.py").is_file())
    inner = [one.parent.name for one in sorted(SOURCE.glob(f"{room}/*/__init__.py"))]
    return "" if room == "commands" else ", ".join(one for one in inner if _room(f"{room}.{one}") == room)


def page() -> str:
    """docs/architecture.md with its table of rooms as the source says it."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return before + START + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    DRAWING.write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
