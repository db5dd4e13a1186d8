"""Reading the texts of the demo: TOML with a few dates that depend on the day it is loaded."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from home.blocks import BodyBlock
from home.taiwan import roc_year, western_year

CONTENT: Final = Path(__file__).parent / "content"
# {today+9}, {year}, {roc}: replaced before the file is read, so that {today+9}T14:00:00+08:00 is a date to TOML.
PLACE: Final = re.compile(r"\{(today|year|roc)([+-]\d+)?\}")
LINK: Final = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def read(name: str, today: date, roc: int | None = None) -> dict[str, Any]:
    """The records of ``content/{name}.toml`` as seen from a day; ``roc`` is the edition the file is read for."""
    roc = roc or roc_year(today)

    def fill(match: re.Match[str]) -> str:
        word, offset = match[1], int(match[2] or 0)
        if word == "today":
            return (today + timedelta(days=offset)).isoformat()
        return str((western_year(roc) if word == "year" else roc) + offset)

    return tomllib.loads(PLACE.sub(fill, (CONTENT / f"{name}.toml").read_text(encoding="utf-8")))


def body(text: str) -> Any:
    """A body from plain text: paragraphs, ``## headings``, ``- lists``, ``> quotes`` and tables.

    A table is a paragraph whose lines begin with ``|``: first its caption, then its column headings, then its rows.
    """
    blocks = [_block(paragraph) for paragraph in text.strip().split("\n\n")]
    return BodyBlock().to_python([{"type": kind, "value": value} for kind, value in blocks])


def _block(paragraph: str) -> tuple[str, Any]:
    lines = [line.strip() for line in paragraph.strip().splitlines()]
    if lines[0].startswith("## "):
        return "heading", lines[0].removeprefix("## ")
    if lines[0].startswith("> "):
        return "quote", "".join(line.removeprefix("> ") for line in lines)
    if lines[0].startswith("|"):
        return "table", _table(lines)
    if lines[0].startswith("- "):
        items = "".join(f"<li>{_inline(line.removeprefix('- '))}</li>" for line in lines)
        return "text", f"<ul>{items}</ul>"
    return "text", f"<p>{_inline(_joined(lines))}</p>"


def _table(lines: list[str]) -> dict[str, Any]:
    caption, header, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {"caption": caption[0], "header": header, "rows": [{"cells": row} for row in rows]}


def _joined(lines: list[str]) -> str:
    """Lines as one: Chinese needs no space where a line ends, English does."""
    text = ""
    for line in lines:
        text += f" {line}" if text and text[-1].isascii() and line[:1].isascii() else line
    return text


def _inline(text: str) -> str:
    return LINK.sub(r'<a href="\2">\1</a>', text)
