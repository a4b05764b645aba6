"""Templates with marks, as the storefront's build exports them, and their filling.

Marks: ``@@name@@`` a value, escaped for HTML text and attributes; ``@@html:name@@`` ready markup;
``@@json:name@@`` a JSON document inside a script element; ``<vm-if name="…">…</vm-if>`` shown when the
value is truthy; ``<vm-each name="…">…</vm-each>`` repeated for each item, which brings its own values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from html import escape
from typing import Any, NamedTuple

import msgspec

#: What a template is filled with: text for values, ready markup, JSON values, truth, lists of views.
View = Mapping[str, Any]

_MARK = re.compile(
    r"@@(?P<kind>html:|json:)?(?P<value>[a-z][a-z0-9_]*)@@"
    r'|<vm-(?P<block>if|each) name="(?P<name>[a-z][a-z0-9_]*)">'
    r"|</vm-(?P<end>if|each)>"
)
_LEFT_OVER = re.compile(r"@@[a-z:_]+@@|</?vm-")
DEPTH_MAX = 8


class BadTemplate(Exception):
    """The exported markup does not follow the rules of marks: the build is broken, not the data."""


class _Kind(IntEnum):
    TEXT = 0
    VALUE = 1
    HTML = 2
    JSON = 3
    WHEN = 4
    EACH = 5


class _Op(NamedTuple):
    kind: _Kind
    text: str
    inner: tuple[_Op, ...] = ()


def json_in_script(value: object) -> str:
    """Return JSON that may stand inside a script element: no ``<``, no line separator of JavaScript's."""
    text = msgspec.json.encode(value).decode()
    return (
        text.replace("<", "\\u003c")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


class Template:
    """One piece of markup with marks, taken apart once."""

    __slots__ = ("_ops",)

    def __init__(self, source: str) -> None:
        marks = _pieces(source)
        self._ops = tuple(_block(marks, until=None, depth=0))

    def render(self, view: View) -> str:
        """Return the markup filled with the view. A value the view lacks is a programmer's mistake."""
        out: list[str] = []
        _run(self._ops, view, out)
        return "".join(out)


def _pieces(source: str) -> Iterator[str | re.Match[str]]:
    position = 0
    for match in _MARK.finditer(source):
        if match.start() > position:
            yield _checked(source[position : match.start()])
        yield match
        position = match.end()
    if position < len(source):
        yield _checked(source[position:])


def _checked(text: str) -> str:
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise BadTemplate(f"A mark was not understood: {left.group()!r}.")
    return text


def _block(pieces: Iterator[str | re.Match[str]], *, until: str | None, depth: int) -> Iterator[_Op]:
    if depth > DEPTH_MAX:
        raise BadTemplate("Marks are nested too deeply.")
    for piece in pieces:
        if isinstance(piece, str):
            yield _Op(_Kind.TEXT, piece)
        elif piece["value"]:
            kind = {"html:": _Kind.HTML, "json:": _Kind.JSON, None: _Kind.VALUE}[piece["kind"]]
            yield _Op(kind, piece["value"])
        elif piece["block"]:
            inner = tuple(_block(pieces, until=piece["block"], depth=depth + 1))
            yield _Op(_Kind.WHEN if piece["block"] == "if" else _Kind.EACH, piece["name"], inner)
        elif piece["end"] == until:
            return
        else:
            raise BadTemplate(f"</vm-{piece['end']}> closes nothing.")
    if until is not None:
        raise BadTemplate(f"<vm-{until}> is not closed.")


def _run(ops: tuple[_Op, ...], view: View, out: list[str]) -> None:
    append = out.append
    for kind, text, inner in ops:
        if kind == 0:
            append(text)
        elif kind == 1:
            append(escape(view[text]))
        elif kind == 4:
            if view.get(text):
                _run(inner, view, out)
        elif kind == 5:
            for item in view[text]:
                _run(inner, item, out)
        elif kind == 2:
            append(view[text])
        else:
            append(json_in_script(view[text]))
