"""Imports go down only: what a module may import is told by its folder. Layers as in the README's map of the code."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1] / "src" / "hecon"
LAYERS = (
    ("digits", "errors", "files", "memory", "names", "outcomes", "shown", "version"),
    ("formula",),
    ("inputs", "survival"),
    ("structure",),
    ("evaluate",),
    ("analysis",),
    ("grid",),
    ("figures", "results"),
    ("report", "workbook", "confidential", "cases", "cli", "commands", "app", "__init__", "__main__"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def test_imports_go_down_only() -> None:
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        own = path.relative_to(ROOT).parts[0].removesuffix(".py")
        assert own in LEVEL, f"{own} belongs to no layer: add it to LAYERS"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: imports are written in full"
            for name in (name for name in names if name.split(".")[0] == "hecon"):
                other = [*name.split("."), "__init__"][1]
                if LEVEL.get(other, 99) > LEVEL[own]:
                    wrong.append(
                        f"{path.relative_to(ROOT)}, line {node.lineno}: {own} imports {name}, which stands above it"
                    )
    assert not wrong, "\n".join(wrong)
