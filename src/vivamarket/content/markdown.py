"""Markdown to HTML. Whoever writes it, nothing but text, structure, links and pictures comes out."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_HEADING_RANK_MAX = 6


def rendered(markdown: str) -> str:
    """Return the HTML of a text in CommonMark with tables.

    Headings stand one rank lower: the page's title is its only first one. HTML in the text is shown as
    text. Links and pictures with ``javascript:``, ``vbscript:``, ``file:`` or ``data:`` addresses (but
    for pictures in ``data:``) stay text too: markdown-it's ``validateLink``.
    """
    return str(_parser().render(markdown))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, _HEADING_RANK_MAX)}"
