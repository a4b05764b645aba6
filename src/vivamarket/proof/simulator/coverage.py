"""Which await points and commit points of the checkout a crash has hit.

An await point is an ``await`` in the checkout's use cases or in the sender of merchants' webhooks; it is
hit when a process is killed while a task of it waits there. A commit point is a writing call to the
database, with one of three fates: the crash before it, the crash after it, the answer lost after it.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import vivamarket

#: The modules whose points count: placing, settling, expiring, refunding, the doors to them, the sender of
#: merchants' webhooks, parcels, returns and invoices.
MODULES = (
    "checkout/placement.py",
    "checkout/batcher.py",
    "checkout/settlement.py",
    "checkout/disputes.py",
    "checkout/refunding.py",
    "checkout/repairs.py",
    "checkout/service.py",
    "webhooks/delivering.py",
    "checkout/fulfilling.py",
    "returns/service.py",
    "invoices/service.py",
)
COMMIT_FATES = ("crash before its effect", "crash after its effect", "answer lost after its effect")

_PACKAGE = Path(vivamarket.__file__).parent
_FILES = {str(_PACKAGE / module): module for module in MODULES}
#: How the use cases name the ports that write, and the calls of those that do.
_STORES = frozenset({"_store", "_inbox"})
_WRITES = frozenset(
    {
        "change",
        "put",
        "done",
        "retry",
        "bury",
        "claim",
        "claim_expiring",
        "claim_unsettled",
        "record",
        "issue",
    }
)
_BATCH = "_send"

#: File below the package, line and column of an ``await``.
Point = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Spared:
    """Awaits that no crash can hit in this world, and why. ``code`` None means all of the function."""

    module: str
    function: str
    code: str | None
    why: str


#: Printed in every summary, and held to be true by a test: one that is hit after all must leave the list.
SPARED: tuple[Spared, ...] = tuple(
    Spared(
        "checkout/settlement.py",
        function,
        code,
        "only records that have lost a commit meet money they do not know; here no commit is lost "
        "(tests/contracts/test_restored_copy.py goes there)",
    )
    for function, code in (
        ("Settlement.settle", "await self._adopted(order_id, told_ref)"),
        ("Settlement.adopt", None),
        ("Settlement._adopted", None),
    )
)


@dataclass(frozen=True, slots=True)
class Points:
    """All there are, without those that are ``spared``."""

    awaits: frozenset[Point]
    commits: frozenset[tuple[Point, str]]
    spared: Mapping[Point, Spared]


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
                    point = _point(frame)
                    if point is not None:
                        self.awaits.add(point)
                waiting = waiting.cr_await

    def dying(self, frame: FrameType | None) -> None:
        """Note where the task waits that is killed in its own call: a running task shows no awaits."""
        self.awaits.update(points_from(frame))

    def commit(self, frame: FrameType | None, fate: str) -> None:
        """Note what happened around the writing call that ``frame`` waits for."""
        point = next(points_from(frame), None)
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
    spared: dict[Point, Spared] = {}
    for module in MODULES:
        source = (_PACKAGE / module).read_text(encoding="utf-8")
        for function, node in _awaits(ast.parse(source), ""):
            point = (module, node.lineno, node.col_offset)
            reason = _spared(module, function, node)
            if reason is not None:
                spared[point] = reason
                continue
            awaits.add(point)
            if _writes(node):
                commits.update((point, fate) for fate in COMMIT_FATES)
    return Points(frozenset(awaits), frozenset(commits), spared)


def missing(coverage: Coverage) -> list[str]:
    """Return what was never hit, as ``file:line`` with what is missing."""
    points = all_points()
    lines = [f"{file}:{line} await" for file, line, _ in points.awaits - coverage.awaits]
    lines += [f"{file}:{line} {fate}" for (file, line, _), fate in points.commits - coverage.commits]
    return sorted(lines)


def spared() -> dict[str, list[str]]:
    """Return what no crash can hit, as ``file:line`` by the reason."""
    by_reason: dict[str, list[str]] = {}
    for (file, line, _), each in sorted(all_points().spared.items()):
        by_reason.setdefault(each.why, []).append(f"{file}:{line}")
    return by_reason


def hit_after_all(coverage: Coverage) -> list[str]:
    """Return the spared points that a crash has hit, as ``file:line``: their reason is wrong."""
    spared = all_points().spared
    return sorted(f"{point[0]}:{point[1]}" for point in coverage.awaits if point in spared)


def points_from(frame: FrameType | None) -> Iterator[Point]:
    """Yield the points at which the running task of that frame waits, the innermost first."""
    while frame is not None and frame.f_code.co_flags & CO_COROUTINE:
        point = _point(frame)
        if point is not None:
            yield point
        frame = frame.f_back


def _awaits(tree: ast.AST, function: str) -> Iterator[tuple[str, ast.Await]]:
    """Yield each ``await`` with the name of the method or function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        name = function
        if isinstance(node, (ast.ClassDef, ast.AsyncFunctionDef, ast.FunctionDef)):
            name = f"{function}.{node.name}".lstrip(".")
        if isinstance(node, ast.Await):
            yield function, node
        yield from _awaits(node, name)


def _spared(module: str, function: str, node: ast.Await) -> Spared | None:
    code = ast.unparse(node)
    found = (each for each in SPARED if (each.module, each.function) == (module, function))
    return next((each for each in found if each.code in (None, code)), None)


def _writes(node: ast.Await) -> bool:
    call = node.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == _BATCH:
        return True
    port = call.func.value
    return call.func.attr in _WRITES and isinstance(port, ast.Attribute) and port.attr in _STORES


def _point(frame: FrameType) -> Point | None:
    file = _FILES.get(frame.f_code.co_filename)
    return None if file is None else _place(file, frame.f_code, frame.f_lasti)


@cache
def _place(file: str, code: CodeType, last_instruction: int) -> Point | None:
    if last_instruction < 0:
        return None
    positions = list(code.co_positions())
    line, _, column, _ = positions[last_instruction // 2]
    return None if line is None or column is None else (file, line, column)
