"""The cookie that carries a staff session."""

from __future__ import annotations

COOKIE = "viva_staff"
#: ``__Host-`` binds the cookie to this host and to HTTPS; browsers refuse the prefix on plain HTTP.
SECURE_COOKIE = "__Host-viva_staff"


def cookie_name(*, secure: bool) -> str:
    """Return the name of the session's cookie; ``secure`` is for shops whose public address is https."""
    return SECURE_COOKIE if secure else COOKIE


def session_cookie(token: str, *, secure: bool) -> str:
    """Return the header that gives a browser its session; without a token, the one that takes it away."""
    # __Host- wants the whole site as path; the browser forgets it when it closes.
    parts = [f"{cookie_name(secure=secure)}={token}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if not token:
        parts.append("Max-Age=0")
    return "; ".join(parts)
