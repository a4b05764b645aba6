"""Who may call what: one line for every operation, by its name in the OpenAPI document.

What has no line is refused, and fails the build. ``api/policy.py`` holds everybody to it.
"""

from collections.abc import Mapping

from vivamarket.api.policies.account import ACCOUNT_POLICIES
from vivamarket.api.policies.content import CONTENT_POLICIES
from vivamarket.api.policies.house import HOUSE_POLICIES
from vivamarket.api.policies.office import OFFICE_POLICIES
from vivamarket.api.policies.preferences import PREFERENCE_POLICIES
from vivamarket.api.policies.shop import SHOP_POLICIES
from vivamarket.api.policies.staff import STAFF_POLICIES
from vivamarket.api.policies.words import Policy, Who

POLICIES: Mapping[str, Policy] = {
    **SHOP_POLICIES,
    **ACCOUNT_POLICIES,
    **PREFERENCE_POLICIES,
    **STAFF_POLICIES,
    **OFFICE_POLICIES,
    **CONTENT_POLICIES,
    **HOUSE_POLICIES,
}

__all__ = ["POLICIES", "Policy", "Who"]
