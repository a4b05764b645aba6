"""Media's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class ObjectNotFound(NotFound):
    """No such file."""

    code = "object_not_found"


class BadPicture(Invalid):
    """The bytes are not a picture we take."""

    code = "bad_picture"


class PictureUnreachable(Invalid):
    """The picture's address gave nothing; the reason is in the message."""

    code = "picture_unreachable"
