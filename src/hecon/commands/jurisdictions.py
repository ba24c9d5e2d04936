"""`hecon jurisdictions`: whose rules a run can take, and what they are."""

from typing import Annotated

import typer

from hecon.commands.screen import results


def list_jurisdictions(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Everything about this one, such as NLD.")] = "",
) -> None:
    """List jurisdictions: discount rates, threshold, perspective, lost work; with their date, and what is only recalled.

    `hecon run CASE --jurisdiction CODE` applies them.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from hecon.parts.jurisdictions import Rule, jurisdictions

    def told(rule: Rule) -> str:
        return f"{rule.value}{'*' if rule and rule.tag != 'read' else ''}"

    if code:
        for what, text in _lines(code):
            results().print(Text(f"{what}: {text}"), soft_wrap=True)
        return
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("Code", "Agency", "Costs", "Effects", "Threshold", "Perspective", "Lost work", "As of"):
        table.add_column(heading)
    for one in jurisdictions():
        ends = dict.fromkeys(map(told, (one.threshold_low, one.threshold_high)))
        span = f"{' to '.join(ends)} {one.currency}" if one.threshold_low else "none"
        as_of = one.as_of.isoformat() if one.as_of else "undated"
        cells = (one.code, one.agency, told(one.discount_cost), told(one.discount_effect), span, told(one.perspective))
        table.add_row(*map(Text, (*cells, told(one.lost_work), as_of)))
    results().print(table)
    typer.echo("* recalled or derived, not read; hecon jurisdictions CODE has the sources")


def _lines(code: str) -> list[tuple[str, str]]:
    """Everything about one jurisdiction."""
    from datetime import date

    from hecon.parts.jurisdictions import doubts, jurisdiction

    one = jurisdiction(code)
    names = (
        "discount_cost", "discount_effect", "threshold_low", "threshold_high", "perspective", "lost_work", "consumption",
    )  # fmt: skip
    rules = [(name.replace("_", " "), getattr(one, name)) for name in names]
    lines = [(one.code, f"{one.name}, {one.agency}"), ("as of", one.as_of.isoformat() if one.as_of else "undated")]
    lines += [(what, f"{rule.value} ({rule.tag})") for what, rule in rules if rule]
    lines += [(f"{what.replace('_', ' ')}, more", text) for what, text in one.told.items() if text]
    lines += [("severity", f"{one.severity.told} ({one.severity.tag})")] if one.severity is not None else []
    return [
        *lines,
        ("currency", one.currency),
        ("source", one.source),
        *(("note", text) for text in doubts(one, date.today())),
    ]
