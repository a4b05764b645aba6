"""Reads mutants and plants them: a few header lines, then a unified diff of the shop's source.

Applying is strict where it matters and lenient where it does not: every removed and unchanged line must
stand in the file exactly so, in exactly one place; the line numbers of the hunk are not looked at, so that
an edit further up in the file does not break the patch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

PATCHES: Final = Path(__file__).parent / "patches"
_PREFIX: Final = "src/vivamarket/"
_HEADERS: Final = ("Title", "Class", "Peer", "Expect", "Target", "Why")
_OPTIONAL: Final = ("Peer", "Why")
TARGETS: Final = ("simulate", "explore", "pytest")


class PatchDoesNotApply(Exception):
    """The source no longer reads as the patch says: look whether the bug can still be planted."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines to be found, and lines to stand in their place."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug. ``target`` is what must find it: a word of ``TARGETS``, then its arguments."""

    slug: str
    title: str
    #: Which class of the design it stands for.
    kind: str
    #: Where another shop had it, when it did.
    peer: str
    expect: tuple[str, ...]
    target: tuple[str, ...]
    #: Why the explorer and the simulator are not who must find it, when they are not.
    why: str
    #: Hunks by file, relative to the package.
    hunks: tuple[tuple[str, tuple[Hunk, ...]], ...]

    @property
    def files(self) -> tuple[str, ...]:
        """Return the files that it changes, relative to the package."""
        return tuple(name for name, _ in self.hunks)

    def plant(self, package: Path) -> None:
        """Change the copied package. Raise ``PatchDoesNotApply``; then nothing is written."""
        changed = {}
        for name, hunks in self.hunks:
            path = package / name
            if not path.is_file():
                raise PatchDoesNotApply(f"{self.slug}: there is no {name}")
            lines = path.read_text(encoding="utf-8").split("\n")
            for hunk in hunks:
                lines = self._replaced(name, lines, hunk)
            changed[path] = "\n".join(lines)
        for path, text in changed.items():
            path.write_text(text, encoding="utf-8")

    def _replaced(self, name: str, lines: list[str], hunk: Hunk) -> list[str]:
        size = len(hunk.before)
        first = hunk.before[0]
        places = [
            start
            for start, line in enumerate(lines)
            if line == first and tuple(lines[start : start + size]) == hunk.before
        ]
        if len(places) != 1:
            found = "is not there" if not places else f"is there {len(places)} times"
            raise PatchDoesNotApply(f"{self.slug}: in {name}, what begins with {first.strip()!r} {found}")
        return [*lines[: places[0]], *hunk.after, *lines[places[0] + size :]]


def mutants(folder: Path = PATCHES) -> tuple[Mutant, ...]:
    """Return every mutant, by name."""
    return tuple(read(path) for path in sorted(folder.glob("*.patch")))


def read(path: Path) -> Mutant:
    """Read one patch. Raise ``ValueError`` when it is not written as a mutant is."""
    head, _, diff = path.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    missing = set(_HEADERS) - set(_OPTIONAL) - set(fields)
    if missing or set(fields) - set(_HEADERS):
        raise ValueError(f"{path.name}: its header needs {', '.join(_HEADERS)}")
    target = tuple(fields["Target"].split())
    if target[0] not in TARGETS:
        raise ValueError(f"{path.name}: its target is none of {', '.join(TARGETS)}")
    hunks: dict[str, list[Hunk]] = {}
    for name, hunk in _hunks(diff.splitlines()):
        hunks.setdefault(name, []).append(hunk)
    if not hunks:
        raise ValueError(f"{path.name}: it changes nothing")
    return Mutant(
        slug=path.stem,
        title=fields["Title"],
        kind=fields["Class"],
        peer=fields.get("Peer", ""),
        expect=tuple(fields["Expect"].split()),
        target=target,
        why=fields.get("Why", ""),
        hunks=tuple((name, tuple(found)) for name, found in hunks.items()),
    )


def _hunks(lines: list[str]) -> Iterator[tuple[str, Hunk]]:
    name = ""
    before: list[str] = []
    after: list[str] = []
    for line in [*lines, "@@"]:
        if line.startswith(("--- ", "+++ ", "@@")):
            if before or after:
                yield name, Hunk(tuple(before), tuple(after))
                before, after = [], []
            if line.startswith("+++ "):
                name = _inside(line.removeprefix("+++ b/"))
        elif line.startswith("-"):
            before.append(line[1:])
        elif line.startswith("+"):
            after.append(line[1:])
        else:
            before.append(line[1:])
            after.append(line[1:])


def _inside(name: str) -> str:
    if not name.startswith(_PREFIX) or ".." in PurePosixPath(name).parts:
        raise ValueError(f"a mutant changes the shop's source only, not {name}")
    return name.removeprefix(_PREFIX)
