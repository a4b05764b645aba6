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

#: What a template is filled with: text for values, bytes for ready markup, JSON values, truth, lists.
View = Mapping[str, Any]

_MARK = re.compile(
    r"@@(?P<kind>html:|json:)?(?P<value>[a-z][a-z0-9_]*)@@"
    r'|<vm-(?P<block>if|each) name="(?P<name>[a-z][a-z0-9_]*)">'
    r"|</vm-(?P<end>if|each)>"
)
_LEFT_OVER = re.compile(r"@@[a-z:_]+@@|</?vm-")
#: Most values hold none of these, and looking is cheaper than replacing five times.
_UNSAFE = re.compile("[&<>\"']").search
DEPTH_MAX = 8


class BadTemplate(Exception):
    """The exported markup does not follow the rules of marks: the build is broken, not the data."""


class _Kind(IntEnum):
    END = 0
    VALUE = 1
    HTML = 2
    JSON = 3
    WHEN = 4
    EACH = 5


class _Op(NamedTuple):
    """Text that stands as it is, then one mark (``END``: none)."""

    before: bytes
    kind: _Kind
    name: str
    inner: tuple[_Op, ...]


def json_in_script(value: object) -> bytes:
    """Return JSON that may stand inside a script element: no ``<``, no line separator of JavaScript's."""
    return (
        msgspec.json.encode(value)
        .replace(b"<", b"\\u003c")
        .replace(b"&", b"\\u0026")
        .replace("\u2028".encode(), b"\\u2028")
        .replace("\u2029".encode(), b"\\u2029")
    )


class Template:
    """One piece of markup with marks, taken apart once. Pages are bytes from the start: encoding whole
    pages at the end took longer than everything else.
    """

    __slots__ = ("_ops",)

    def __init__(self, source: str) -> None:
        self._ops = tuple(_block(_pieces(source), until=None, depth=0))

    def render(self, view: View) -> bytes:
        """Return the markup filled with the view. A value the view lacks is a programmer's mistake."""
        out: list[bytes] = []
        _run(self._ops, view, out)
        return b"".join(out)


def _pieces(source: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield every mark with the text before it, and the text after the last one."""
    position = 0
    for match in _MARK.finditer(source):
        yield _checked(source[position : match.start()]), match
        position = match.end()
    yield _checked(source[position:]), None


def _checked(text: str) -> str:
    left = _LEFT_OVER.search(text)
    if left is not None:
        raise BadTemplate(f"A mark was not understood: {left.group()!r}.")
    return text


def _block(
    pieces: Iterator[tuple[str, re.Match[str] | None]], *, until: str | None, depth: int
) -> Iterator[_Op]:
    if depth > DEPTH_MAX:
        raise BadTemplate("Marks are nested too deeply.")
    for text, mark in pieces:
        before = text.encode()
        if mark is None or mark["end"]:
            if (mark["end"] if mark else None) != until:
                raise BadTemplate(f"<vm-{until}> is not closed." if until else "A block closes nothing.")
            yield _Op(before, _Kind.END, "", ())
            return
        if mark["value"]:
            kind = {"html:": _Kind.HTML, "json:": _Kind.JSON, None: _Kind.VALUE}[mark["kind"]]
            yield _Op(before, kind, mark["value"], ())
        else:
            inner = tuple(_block(pieces, until=mark["block"], depth=depth + 1))
            yield _Op(before, _Kind.WHEN if mark["block"] == "if" else _Kind.EACH, mark["name"], inner)


def _run(ops: tuple[_Op, ...], view: View, out: list[bytes]) -> None:
    append = out.append
    for before, kind, name, inner in ops:
        append(before)
        if kind == 1:
            value = view[name]
            append((escape(value) if _UNSAFE(value) else value).encode())
        elif kind == 4:
            if view.get(name):
                _run(inner, view, out)
        elif kind == 5:
            for item in view[name]:
                _run(inner, item, out)
        elif kind == 2:
            append(view[name])
        elif kind == 3:
            append(json_in_script(view[name]))
