"""Reads what mailgrade has written as the readers of each format do: readers.py FOLDER."""

import csv
import json
import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt
from sarif_pydantic import Sarif

# Documents that rules come from; no server's text has become a link.
OWN_LINKS = re.compile("^https://[a-z.-]+/[^ ]*$")
FORMULA = re.compile("^\\s*[=+@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}-]")
FIGURE = re.compile(r"('[^'=]+'|[a-z_]+)=-?[0-9.]+(;([0-9.:-]*)){0,4}")
ANNOTATION = re.compile(r"^::(error|warning|notice) file=[^,:]+,line=[0-9]+,title=[^,:]+::\S.*$")


def fail(path: Path, what: str) -> None:
    sys.exit(f"{path.name}: {what}")


def sarif(path: Path) -> None:
    document = json.loads(path.read_text())
    Sarif.model_validate(document)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                fail(path, f"{result['ruleId']} names another rule")


def table(path: Path) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    if len({len(row) for row in rows}) != 1:
        fail(path, "rows of different lengths")
    for cell in (cell for row in rows for cell in row if FORMULA.match(cell)):
        fail(path, f"{cell!r} is a formula")


def markdown(path: Path) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(path.read_text())
    for token in tokens + [child for token in tokens for child in token.children or []]:
        if token.type in ("html_block", "html_inline", "image"):
            fail(path, f"{token.type}: {token.content}")
        if token.type == "link_open" and not OWN_LINKS.match(token.attrGet("href") or ""):
            fail(path, f"a link to {token.attrGet('href')}")
    if sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) != 1:
        fail(path, "not one title")


def nagios(path: Path) -> None:
    first, *rest = path.read_text().splitlines()
    text, _, figures = first.partition("|")
    if not re.match(r"^MAILGRADE (OK|WARNING|UNKNOWN) - \S", text) or any("|" in line for line in rest):
        fail(path, first)
    for figure in figures.split():
        if not FIGURE.fullmatch(figure):
            fail(path, f"{figure} is no figure")


def github(path: Path) -> None:
    _, *lines = path.read_text().splitlines()
    for line in lines:
        if not ANNOTATION.match(line):
            fail(path, line)
    if any(sum(line.startswith(f"::{level}") for line in lines) > 10 for level in ("error", "warning", "notice")):
        fail(path, "more annotations than are shown")


READERS = {".sarif": sarif, ".csv": table, ".md": markdown, ".nagios": nagios, ".github": github}

for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.suffix in READERS:
        READERS[path.suffix](path)
