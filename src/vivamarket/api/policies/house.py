"""Who of the staff may call what of the house itself: the audit log, the staff, the shop's settings."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.accounts.roles import Area
from vivamarket.api.policies.words import Policy, may_read

HOUSE_POLICIES: Mapping[str, Policy] = {
    "listAuditEntries": may_read(Area.AUDIT),
    "getAuditEntry": may_read(Area.AUDIT),
    "verifyAuditLog": may_read(Area.AUDIT),
}
