"""Settings' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid


class BadSettings(Invalid):
    """The settings contradict themselves; ``pointer`` says where (RFC 6901)."""

    code = "bad_settings"
