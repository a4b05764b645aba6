"""``RoleGroups`` in the user pool of staff: a group by the name of each role."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from vivamarket.accounts.model import StaffRole
from vivamarket.adapters.aws.identity_pools import PoolAccess
from vivamarket.adapters.aws.outages import outages_told
from vivamarket.kernel.ids import StaffId

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from vivamarket.adapters.aws.clients import Threads

T = TypeVar("T")
#: All roles there are fit one answer, which has 60 at most.
GROUPS_MAX = 60
_ROLES = frozenset(role.value for role in StaffRole)


class CognitoGroups:
    """The ``RoleGroups`` of one user pool; ``cognito`` gives its client, always the same one.

    Groups that are no roles are somebody else's and left alone.
    """

    def __init__(
        self, cognito: Callable[[], CognitoIdentityProviderClient], access: PoolAccess, threads: Threads
    ) -> None:
        self._cognito = cognito
        self._access = access
        self._threads = threads

    async def show(self, staff_id: StaffId, role: StaffRole | None) -> None:
        """See ``RoleGroups``. A new group comes before the old ones go."""
        client = self._cognito()
        user = {"UserPoolId": self._access.pool_id, "Username": staff_id}
        try:
            listed = await self._told(partial(client.admin_list_groups_for_user, **user, Limit=GROUPS_MAX))
            now = {group.get("GroupName", "") for group in listed["Groups"]} & _ROLES
            wanted = {role.value} if role else set()
            for group in wanted - now:
                await self._told(partial(client.admin_add_user_to_group, **user, GroupName=group))
            for group in now - wanted:
                await self._told(partial(client.admin_remove_user_from_group, **user, GroupName=group))
        except client.exceptions.UserNotFoundException:
            return

    async def _told(self, call: Callable[[], T]) -> T:
        with outages_told("The identity service"):
            return await self._threads.run(call)
