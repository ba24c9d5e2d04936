"""An author's texts: models/<case>/text.md, Markdown under fixed headings, placed where a report needs them.

The headings and what each asks for stand in data/texts.csv.
"""

from collections.abc import Mapping
from pathlib import Path

from hecon.errors import Fault, InputError, nearest, raise_faults
from hecon.inputs.price_data import package_table

FILE, README = "text.md", "README.md"
TITLE = "title"  # the key of the one heading that is free
TODO = "To be written by the author"


def headings() -> dict[str, str]:
    """The fixed headings by their key.

    >>> headings()["engagement"], len(headings())
    ('Engagement', 25)
    """
    return {row["key"]: row["heading"] for row in package_table("texts.csv")}


def wanted(key: str) -> str:
    """What is said where the author has written nothing under a heading.

    >>> wanted("funding")
    'To be written by the author (Funding): who paid for the work and what they had to do with it.'
    """
    row = next(row for row in package_table("texts.csv") if row["key"] == key)
    return f"{TODO} ({row['heading']}): {row['asks']}."


def read_texts(path: str | Path) -> dict[str, str]:
    r"""The texts of a file by the key of their heading, and the report's title (`# Title`) under "title"; {} without a file.

    Raises:
        InputError: a file that is no UTF-8; unknown headings, headings that stand twice, text above the first one; all at
            once, each with its line and the known headings.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "text.md"
    >>> _ = path.write_text("# A title\n\n## Population\n\nChildren.\n")
    >>> read_texts(path)
    {'title': 'A title', 'population': 'Children.'}
    """
    path = Path(path)
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from None
    return _texts(text, path)


def read_patients(path: str | Path) -> str:
    r"""Who is treated, as the table *Decision problem* of a case's README says in its row Patients; "" where it does not.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "README.md"
    >>> _ = path.write_text("| | |\n|---|---|\n| Patients | adults, **as randomised**, age 58 |\n")
    >>> read_patients(path)
    'adults, as randomised, age 58'
    """
    path = Path(path)
    if not path.is_file():
        return ""
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        cells = [cell.strip().replace("**", "").replace("`", "") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 2 and cells[0] == "Patients":
            return cells[1]
    return ""


def texts_markdown(texts: Mapping[str, str]) -> str:
    r"""Texts as the file that is read.

    >>> texts_markdown({"title": "A", "funding": "None."})
    '# A\n\n## Funding\n\nNone.\n'
    """
    known = headings()
    first = [f"# {texts[TITLE]}"] if texts.get(TITLE) else []
    return "\n\n".join([*first, *(f"## {known[key]}\n\n{texts[key]}" for key in known if key in texts)]) + "\n"


def _texts(text: str, path: Path) -> dict[str, str]:
    keys = {heading.lower(): key for key, heading in headings().items()}
    found: dict[str, list[str]] = {}
    faults, key, fenced = [], "", False
    for k, line in enumerate(text.splitlines(), start=1):
        fenced ^= line.startswith("```")
        place = f"{path}, line {k}"
        if line.startswith("# ") and not fenced:
            key, words = TITLE, line[2:].strip()
            if TITLE in found:
                faults.append(Fault(place, "the title stands twice; keep one line with a single #"))
            found[TITLE] = [words]
        elif line.startswith("## ") and not fenced:
            told = " ".join(line[3:].split()).rstrip(" #")
            key = keys.get(told.lower(), "")
            if not key:
                near = nearest(told, headings().values())
                faults.append(
                    Fault(place, f"'{told}' is not a known heading{near} (known: {', '.join(headings().values())})")
                )
                key = "unknown"
            elif key in found:
                faults.append(Fault(place, f"the heading {told} stands twice; put both texts under one"))
            found.setdefault(key, [])
        elif key and key != TITLE:
            found[key].append(line)
        elif line.strip():
            faults.append(
                Fault(place, "text that stands under no heading; begin with a known one, such as ## Population")
            )
    raise_faults(faults, InputError, f"{path.name}")
    whole = {key: "\n".join(lines).strip() for key, lines in found.items()}
    return {key: text for key, text in whole.items() if text}
