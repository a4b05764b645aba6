"""Which await points and commit points of the checkout a crash has hit.

An await point is an ``await`` in the checkout's use cases; it is hit when a process is killed while a task
of it is suspended there. A commit point is a writing call to the database, with one of three fates: the
crash before it, the crash after it, the answer lost after it.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from vivamarket import checkout

#: The modules whose points count: placing, settling, expiring, refunding and the doors to them.
MODULES = ("placement", "batcher", "settlement", "refunding", "repairs", "service")
COMMIT_FATES = ("crash before its effect", "crash after its effect", "answer lost after its effect")

_FOLDER = Path(checkout.__file__).parent
#: How the use cases name the ports that write, and the calls of those that do.
_STORES = frozenset({"_store", "_inbox"})
_WRITES = frozenset({"change", "put", "done", "retry", "bury", "claim", "claim_expiring", "claim_unsettled"})
_BATCH = "_send"

#: File name, line and column of an ``await`` in the checkout's folder.
Point = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Points:
    """All there are."""

    awaits: frozenset[Point]
    commits: frozenset[tuple[Point, str]]


@dataclass(slots=True)
class Coverage:
    """What crashes have hit so far."""

    awaits: set[Point] = field(default_factory=set)
    commits: set[tuple[Point, str]] = field(default_factory=set)

    def suspended(self, tasks: Iterable[asyncio.Task[Any]]) -> None:
        """Note where the tasks of a process that is being killed wait."""
        for task in tasks:
            waiting: Any = task.get_coro()
            while waiting is not None and hasattr(waiting, "cr_frame"):
                frame = waiting.cr_frame
                if frame is not None:
                    point = _point(frame.f_code, frame.f_lasti)
                    if point is not None:
                        self.awaits.add(point)
                waiting = waiting.cr_await

    def commit(self, frame: FrameType | None, fate: str) -> None:
        """Note what happened around the writing call that ``frame`` waits for."""
        if frame is not None:
            point = _point(frame.f_code, frame.f_lasti)
            if point is not None:
                self.commits.add((point, fate))

    def add(self, other: Coverage) -> None:
        """Add what another run has hit."""
        self.awaits |= other.awaits
        self.commits |= other.commits


@cache
def all_points() -> Points:
    """Return every point there is, read from the source."""
    awaits: set[Point] = set()
    commits: set[tuple[Point, str]] = set()
    for module in MODULES:
        path = _FOLDER / f"{module}.py"
        for node in _awaits(ast.parse(path.read_text(encoding="utf-8"))):
            point = (path.name, node.lineno, node.col_offset)
            awaits.add(point)
            if _writes(node):
                commits.update((point, fate) for fate in COMMIT_FATES)
    return Points(frozenset(awaits), frozenset(commits))


def missing(coverage: Coverage) -> list[str]:
    """Return what was never hit, as ``file:line`` with what is missing."""
    points = all_points()
    lines = [f"checkout/{file}:{line} await" for file, line, _ in points.awaits - coverage.awaits]
    lines += [f"checkout/{file}:{line} {fate}" for (file, line, _), fate in points.commits - coverage.commits]
    return sorted(lines)


def _awaits(tree: ast.Module) -> Iterator[ast.Await]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Await))


def _writes(node: ast.Await) -> bool:
    call = node.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == _BATCH:
        return True
    port = call.func.value
    return call.func.attr in _WRITES and isinstance(port, ast.Attribute) and port.attr in _STORES


@cache
def _point(code: CodeType, last_instruction: int) -> Point | None:
    path = Path(code.co_filename)
    if path.parent != _FOLDER or path.stem not in MODULES or last_instruction < 0:
        return None
    positions = list(code.co_positions())
    line, _, column, _ = positions[last_instruction // 2]
    return None if line is None or column is None else (path.name, line, column)
