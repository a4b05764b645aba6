"""What content refuses."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class BadContent(Invalid):
    """The page cannot be kept as it is; ``problems`` names each field and what is wrong with it."""

    code = "bad_content"


class ContentNotFound(NotFound):
    """There is no content page of that key."""

    code = "content_not_found"


class ContentSlugTaken(Conflict):
    """Another page has this address; choose another slug."""

    code = "content_slug_taken"


class TooManyPages(Refused):
    """The shop has as many content pages as it may; remove one first."""

    code = "too_many_content_pages"
