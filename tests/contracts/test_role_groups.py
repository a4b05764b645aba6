"""The promises of ``RoleGroups``, kept by every service that shows the roles of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.helpers.catalog import CountedIds

from vivamarket.accounts.model import StaffRole
from vivamarket.accounts.ports import PasswordPool, RoleGroups
from vivamarket.adapters.aws.identity_pools import STAFF
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool, MemoryRoleGroups
from vivamarket.kernel.ids import StaffId

if TYPE_CHECKING:
    from tests.helpers.cloud import Cloud

IDS = CountedIds()
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Rig:
    """Groups, the passwords beside them, and the names of a member's groups."""

    groups: RoleGroups
    pool: PasswordPool
    of: Callable[[StaffId], set[str]]

    async def member(self) -> StaffId:
        """Return the id of somebody whom the service knows."""
        staff_id = StaffId(IDS.uuid7())
        await self.pool.keep(staff_id, PASSWORD)
        return staff_id


@pytest.fixture(scope="module")
def cognito(request: pytest.FixtureRequest) -> Rig:
    cloud: Cloud = request.getfixturevalue("cloud")
    access = cloud.pool(STAFF)

    def of(staff_id: StaffId) -> set[str]:
        answer = cloud.cognito.admin_list_groups_for_user(UserPoolId=access.pool_id, Username=staff_id)
        return {group["GroupName"] for group in answer["Groups"]}

    return Rig(cloud.groups(access), cloud.passwords(access), of)


@pytest.fixture(params=["memory", "cognito"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """Each service, with nobody in a group yet."""
    if request.param == "memory":
        pool = MemoryPasswordPool()
        groups = MemoryRoleGroups(pool)
        return Rig(groups, pool, groups.of)
    found: Rig = request.getfixturevalue("cognito")
    return found


@pytest.mark.parametrize("role", StaffRole)
async def test_every_role_is_a_group(rig: Rig, role: StaffRole) -> None:
    staff_id = await rig.member()

    await rig.groups.show(staff_id, role)
    await rig.groups.show(staff_id, role)

    assert rig.of(staff_id) == {role.value}


async def test_a_new_role_takes_the_place_of_the_old_one(rig: Rig) -> None:
    staff_id = await rig.member()
    await rig.groups.show(staff_id, StaffRole.OWNER)

    await rig.groups.show(staff_id, StaffRole.EDITOR)

    assert rig.of(staff_id) == {"editor"}


async def test_without_a_role_there_is_no_group(rig: Rig) -> None:
    staff_id = await rig.member()
    await rig.groups.show(staff_id, StaffRole.OWNER)

    await rig.groups.show(staff_id, None)

    assert rig.of(staff_id) == set()
    assert await rig.pool.matches(staff_id, PASSWORD)


async def test_somebody_unknown_is_left_out(rig: Rig) -> None:
    staff_id = StaffId(IDS.uuid7())

    await rig.groups.show(staff_id, StaffRole.OWNER)

    assert not await rig.pool.matches(staff_id, PASSWORD)
