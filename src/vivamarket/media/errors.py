"""Media's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class ObjectNotFound(NotFound):
    """No such file."""

    code = "object_not_found"


class BadObjectKey(Invalid):
    """The text cannot name a file: an odd character, an empty or dotted part, too long."""

    code = "bad_object_key"


class BadPicture(Invalid):
    """The bytes are not a picture we take; the field ``reason`` is one of ``PictureFault``."""

    code = "bad_picture"


class PictureUnreachable(Invalid):
    """The picture's address gave nothing; the reason is in the message."""

    code = "picture_unreachable"


class PictureNotFound(NotFound):
    """No picture has this id."""

    code = "picture_not_found"
