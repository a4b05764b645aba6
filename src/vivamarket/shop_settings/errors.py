"""Settings' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class BadSettings(Invalid):
    """The settings contradict themselves; ``pointer`` says where (RFC 6901)."""

    code = "bad_settings"


class VersionNotFound(NotFound):
    """The settings never had that version."""

    code = "settings_version_not_found"
