"""Requests and answers of the staff's pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from vivamarket.api.asgi import Receive, Scope, Send, raw_headers, respond
from vivamarket.kernel.errors import Invalid

FORM_BYTES_MAX = 16 * 1024
FORM_FIELDS_MAX = 250
#: Line breaks and tabs are fine.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BadForm(Invalid):
    """The form is too large or not readable."""

    code = "bad_form"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """One request of a browser. Header names are lower-case; the path has no mount in front."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    address: str

    def cookie(self, name: str) -> str | None:
        """Return the cookie's value."""
        cookies = SimpleCookie()
        try:
            cookies.load(self.headers.get("cookie", ""))
        except CookieError:
            return None
        return cookies[name].value if name in cookies else None


@dataclass(frozen=True, slots=True)
class PageResponse:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether another site sent the request. Header names are lower-case.

    Browsers say so in ``Sec-Fetch-Site``; older ones name themselves in ``Origin``.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")


async def read_request(scope: Scope, receive: Receive, mount_path: str) -> PageRequest:
    """Read the whole request.

    Raise ``BadForm`` for a body over ``FORM_BYTES_MAX``, one that is no form, and control characters: no
    name of ours holds any, and PostgreSQL takes no NUL.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > FORM_BYTES_MAX:
            raise BadForm("The form is too large.")
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            break
    path = str(scope["path"])
    if not path.isprintable():
        raise BadForm("The address holds characters that no address of ours has.")
    client = scope.get("client")
    return PageRequest(
        method=scope["method"],
        path=path.removeprefix(mount_path) or "/",
        query=_fields(scope["query_string"]),
        headers=headers,
        form=_fields(body),
        address=str(client[0]) if client else "",
    )


async def send_response(send: Send, answer: PageResponse, *, head: bool) -> None:
    """Send the answer with its length."""
    headers = {"content-length": str(len(answer.body)), **answer.headers}
    await respond(send, answer.status, raw_headers(headers), answer.body, head=head)


def see(url: str, **headers: str) -> PageResponse:
    """Return a redirect that is fetched with GET."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PageResponse(303, b"", {"location": url, "cache-control": "no-store", **named})


def _fields(raw: bytes) -> dict[str, str]:
    try:
        parsed = parse_qs(raw.decode("ascii"), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError:
        raise BadForm("The form cannot be read.") from None
    fields = {name: values[0] for name, values in parsed.items()}
    if any(_CONTROL.search(text) for pair in fields.items() for text in pair):
        raise BadForm("The form holds control characters.")
    return fields
