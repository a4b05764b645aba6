"""What every staff route repeats: who asks, what the documentation says of it, its keys."""

from __future__ import annotations

from typing import Annotated

from litestar.params import PathParameter

from vivamarket.accounts.model import Staff
from vivamarket.accounts.roles import permissions_of
from vivamarket.accounts.service import AccountService, csrf_token
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.schemas.staff import SecondFactorState, StaffSessionOut

#: Where the request's state keeps the session's token.
TOKEN = "staff_token"

READS: list[dict[str, list[str]]] = [{"staffSession": []}]
CHANGES: list[dict[str, list[str]]] = [{"staffSession": [], "csrfToken": []}]

OrderNumberPath = Annotated[
    str, PathParameter(max_length=32, description="The order's number, such as `VM-7K3QX9`.")
]
EndpointIdPath = Annotated[str, PathParameter(max_length=64, description="The endpoint's id.")]
DeliveryIdPath = Annotated[
    str, PathParameter(max_length=64, description="The delivery's id: the `webhook-id` the receiver saw.")
]


def staff_of(request: ApiRequest) -> Staff:
    """Return who asks; the guard has made sure that somebody does."""
    staff: Staff = request.state.staff
    return staff


def session_out(staff: Staff, token: str, accounts: AccountService) -> StaffSessionOut:
    """Return who is signed in, and what they may do."""
    factor: SecondFactorState = "on" if staff.totp_secret is not None else "off"
    return StaffSessionOut(
        name=staff.name,
        email=staff.email,
        role=staff.role.value,
        permissions=permissions_of(staff.role),
        csrf_token=csrf_token(token),
        id=staff.id,
        second_factor="missing" if accounts.lacks_factor(staff) else factor,
    )


VersionPath = Annotated[str, PathParameter(max_length=10, description="The number of a version.")]
#: No record has that version, so that whatever is no number names none.
_NO_VERSION = 2**31 - 1


def version_number(text: str) -> int:
    """Return the number; one that no version has for what is none."""
    is_number = text.isascii() and text.isdecimal()
    return min(int(text), _NO_VERSION) if is_number else _NO_VERSION
