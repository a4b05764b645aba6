"""Slugs: the name of a record in an address."""

from __future__ import annotations

import re
import unicodedata

from vivamarket.catalog.model import SLUG_LENGTH_MAX

_NOT_WORD = re.compile(r"[\W_]+")
#: Letters that no Unicode decomposition takes apart, in the spelling people type.
_SPELLED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


def slugify(title: str) -> str:
    """Return the slug of a title: lower case, no accents, words joined by ``-``; "" when nothing is left.

    Letters of other scripts stay as they are. ``slugify`` of its own result changes nothing.
    """
    if title.isascii():
        text = title.lower()
    else:
        # Twice: a letter's compatible form may be a capital, and a small letter's may come apart again.
        lowered = unicodedata.normalize("NFKD", title).lower()
        decomposed = unicodedata.normalize("NFKD", lowered).translate(_SPELLED)
        bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", bare)
    words = _NOT_WORD.sub("-", text).strip("-").encode()
    return words[:SLUG_LENGTH_MAX].decode(errors="ignore").rstrip("-")


def is_slug(text: str) -> bool:
    """Return whether the text is lower-case letters and digits, with ``-`` and ``_`` between."""
    if (
        not 0 < len(text.encode("utf-8", "surrogatepass")) <= SLUG_LENGTH_MAX
        or text != text.lower()
        or not _is_word(text[0] + text[-1])
    ):
        return False
    return _is_word(text.replace("-", "").replace("_", ""))


def normalize_handle(handle: str) -> str:
    """Return a handle as a slug, changed as little as possible; "" when it cannot be one."""
    text = unicodedata.normalize("NFC", handle.strip().lower()).strip("-_")
    return text if is_slug(text) else slugify(handle)


def name_key(title: str) -> str:
    """Return the key by which titles sort: case and accents do not count; at most 120 characters."""
    if title.isascii():
        return title.lower()[:120]
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))[:120]


def _is_word(text: str) -> bool:
    """Return whether all are letters or digits, also when a script needs combining marks for its vowels."""
    return text.isalnum() or all(letter.isalnum() or unicodedata.combining(letter) for letter in text)
