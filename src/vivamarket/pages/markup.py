"""Templates with marks, as the storefront's build exports them, and their filling.

Marks: ``@@name@@`` a value, escaped for HTML text and attributes; ``@@html:name@@`` ready markup;
``@@json:name@@`` a JSON document inside a script element; ``<vm-if name="…">…</vm-if>`` shown when the
value is truthy; ``<vm-each name="…">…</vm-each>`` repeated for each item, which brings its own values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    """One piece of markup with marks, turned into a function once.

    Pages are bytes from the start: encoding whole pages at the end cost as much as filling them. A function
    of its own for each template fills it in two thirds of the time that walking its marks took.
    """

    __slots__ = ("_fill",)

    def __init__(self, source: str) -> None:
        ops = tuple(_block(_pieces(source), until=None, depth=0))
        code = "\n".join(["def fill(v0, extend):", " x = ''", *_lines(ops, 0, 1)])
        names: dict[str, Any] = {"escape": escape, "unsafe": _UNSAFE, "json": json_in_script}
        # The code holds nothing but our own build's markup as literals and names that the marks allow.
        exec(compile(code, "<template>", "exec"), names)
        self._fill: Callable[[View, Callable[[Iterable[bytes]], None]], None] = names["fill"]

    def render(self, view: View) -> bytes:
        """Return the markup filled with the view. A value the view lacks is a programmer's mistake."""
        out: list[bytes] = []
        self._fill(view, out.extend)
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


def _lines(ops: Sequence[_Op], depth: int, indent: int) -> Iterator[str]:
    """Yield the lines that fill these marks: everything up to the next block is added at once."""
    pad, view = " " * indent, f"v{depth}"
    together: list[str] = []
    for before, kind, name, inner in ops:
        if before:
            together.append(repr(before))
        value = f"{view}[{name!r}]"
        if kind is _Kind.VALUE:
            together.append(f"(escape(x) if unsafe(x := {value}) else x).encode()")
        elif kind is _Kind.HTML:
            together.append(value)
        elif kind is _Kind.JSON:
            together.append(f"json({value})")
        else:
            if together:
                yield f"{pad}extend(({', '.join(together)},))"
                together = []
            if kind is _Kind.WHEN:
                yield f"{pad}if {view}.get({name!r}):"
                yield from _body(inner, depth, indent + 1)
            elif kind is _Kind.EACH:
                yield f"{pad}for v{depth + 1} in {value}:"
                yield from _body(inner, depth + 1, indent + 1)


def _body(ops: Sequence[_Op], depth: int, indent: int) -> list[str]:
    return list(_lines(ops, depth, indent)) or [" " * indent + "pass"]
