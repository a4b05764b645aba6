"""Verification of a chain, link by link, without trusting whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vivamarket.audit_log.model import GENESIS, Head, Link, link_hash

#: More findings are counted, not kept.
FINDINGS_MAX = 100


class FindingKind(StrEnum):
    """What is wrong with a chain."""

    #: The hash does not follow from the entry and all before it: changed, put in, or in another's place.
    BROKEN = "broken"
    #: Numbers are missing.
    MISSING = "missing"
    #: The chain ends before, or otherwise than, its noted end or an anchor says.
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and at which number."""

    kind: FindingKind
    seq: int
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification has found. ``head`` is the last link that was read."""

    checked: int
    head: Head
    findings: tuple[Finding, ...]
    #: Findings that were only counted.
    untold: int = 0

    @property
    def holds(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.findings


class Verifier:
    """Reads links in their order, then the noted end and the anchors.

    ``start`` is the link before the first one read, the chain's beginning without one.
    """

    def __init__(self, start: Head | None = None, anchors: Sequence[Head] = ()) -> None:
        self._last = start or Head(0, GENESIS)
        self._anchors = {each.seq: each for each in anchors}
        self._waiting = dict(self._anchors)
        self._findings: list[Finding] = []
        self._untold = 0
        self._checked = 0

    def read(self, links: Iterable[Link]) -> None:
        """Check the next links."""
        for link in links:
            last = self._last
            if link.seq != last.seq + 1:
                self._find(
                    FindingKind.MISSING, last.seq + 1, f"{link.seq - last.seq - 1} entries are missing"
                )
            elif link_hash(last.hash, link.seq, link.text) != link.hash:
                self._find(
                    FindingKind.BROKEN, link.seq, "the hash does not follow from the entry and those before"
                )
            anchor = self._waiting.pop(link.seq, None)
            if anchor is not None and anchor.hash != link.hash:
                self._find(FindingKind.CUT, link.seq, "the hash is not the one that was anchored")
            self._last = Head(link.seq, link.hash)
            self._checked += 1

    def finish(self, noted: Head) -> Verdict:
        """Return what was found. ``noted`` is the chain's noted end, read before its links."""
        if self._last != noted:
            self._find(
                FindingKind.CUT, noted.seq, f"the log ends at {self._last.seq}, its noted end is {noted.seq}"
            )
        for seq in sorted(self._waiting):
            if seq > self._last.seq:
                self._find(FindingKind.CUT, seq, f"the log ends at {self._last.seq}, before the anchor {seq}")
        return self.so_far()

    def so_far(self) -> Verdict:
        """Return what the links read until now have shown."""
        return Verdict(self._checked, self._last, tuple(self._findings), self._untold)

    def _find(self, kind: FindingKind, seq: int, detail: str) -> None:
        if len(self._findings) < FINDINGS_MAX:
            self._findings.append(Finding(kind, seq, detail))
        else:
            self._untold += 1
