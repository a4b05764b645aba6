"""Who of the staff may call what of the shop's own texts."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.roles import Area, Level, Permission
from vivamarket.api.policies.words import Policy, Who, may_read, may_write

CONTENT_POLICIES: Mapping[str, Policy] = {
    "listStaffContent": may_read(Area.CONTENT),
    "getStaffContent": may_read(Area.CONTENT),
    "listStaffContentVersions": may_read(Area.CONTENT),
    "getStaffContentVersion": may_read(Area.CONTENT),
    "previewStaffContent": Policy(
        Who.STAFF, Permission(Area.CONTENT, Level.READ), keyless="it shows a text and keeps nothing"
    ),
    "saveStaffContent": may_write(Area.CONTENT),
    "publishStaffContent": may_write(Area.CONTENT),
    "withdrawStaffContent": may_write(Area.CONTENT),
    "deleteStaffContent": may_write(Area.CONTENT),
}
