"""Who runs the shop: invitations, roles, coming and going. For the owner."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, Router, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.accounts.model import Staff
from vivamarket.accounts.roster import StaffChange, changed_fields
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import Done
from vivamarket.api.schemas.staff_accounts import (
    InvitationAnswer,
    StaffAccountChange,
    StaffAccountOut,
    StaffAccounts,
    StaffInvitation,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.trail import deed_of, event_of
from vivamarket.api.words import IdempotencyKey
from vivamarket.audit_log import Outcome
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import StaffId

StaffIdPath = Annotated[str, PathParameter(max_length=64, description="The account's id.")]


def account_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list_accounts(services),
        _invite(services),
        _change(services),
        _send_link(services),
        _reset_factor(services),
    ]


def invitation_routes(services: StaffServices) -> Router:
    """Build the route of somebody who has a link and no password yet."""

    @post(
        "/",
        operation_id="acceptStaffInvitation",
        summary="Choose a password by a mailed link",
        status_code=200,
        security=[{}],
        responses=describes_change(403),
    )
    async def accept_staff_invitation(request: ApiRequest, data: JSONBody[InvitationAnswer]) -> Done:
        """Set the account's password and end its sessions; then sign in. Takes no key: a link works once.

        Refusals: `invitation_ended` (422), `bad_staff` (400) for a password that is too short.
        """
        staff = await services.roster.accept(data.code, data.password)
        await services.audit.event(
            event_of(request, services.clock, staff, "acceptStaffInvitation", Outcome(200))
        )
        return Done()

    return Router("/api/v1/staff/invitation", route_handlers=[accept_staff_invitation], tags=["Staff"])


def _list_accounts(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/accounts",
        operation_id="listStaffAccounts",
        summary="List who runs the shop",
        security=READS,
        responses=describes(401, 403),
    )
    async def list_staff_accounts() -> StaffAccounts:
        """Return all accounts, oldest first."""
        return StaffAccounts(tuple(map(account_out, await services.staff.roster.all())))

    return list_staff_accounts


def _invite(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/accounts",
        operation_id="inviteStaff",
        summary="Invite somebody",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def invite_staff(
        request: ApiRequest, data: JSONBody[StaffInvitation], idempotency_key: IdempotencyKey
    ) -> Response[StaffAccountOut]:
        """Add an account and mail its link, which works once within half an hour.

        Refusals: `staff_exists` (409), `bad_staff` (400).
        """
        caller = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=caller)

        async def work() -> StoredResponse:
            staff = await services.staff.roster.invite(
                data.email, name=data.name, role=data.role, wish=f"{caller}:{idempotency_key}"
            )
            deed = deed_of(request)
            deed.change("id", "", staff.id)
            deed.change("role", "", staff.role.value)
            return render(201, account_out(staff))

        return await once.in_steps(work)

    return invite_staff


def _change(services: ApiServices) -> HTTPRouteHandler:
    @patch(
        "/accounts/{staff_id:str}",
        operation_id="changeStaffAccount",
        summary="Change somebody's name, role or access",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def change_staff_account(
        request: ApiRequest,
        staff_id: StaffIdPath,
        data: JSONBody[StaffAccountChange],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffAccountOut]:
        """Change what is named. A role holds from the next request on; disabling ends all sessions at once.

        Refusals: `last_owner` (422) when nobody who can sign in would be an owner any more.
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)
        change = StaffChange(
            name=data.name,
            role=data.role,
            is_disabled=data.is_disabled,
            must_have_factor=data.must_have_factor,
        )

        async def work() -> StoredResponse:
            before, after = await services.staff.roster.change(StaffId(staff_id), change)
            for name, (was, now) in changed_fields(before, after).items():
                deed_of(request).change(name, was, now)
            return render(200, account_out(after))

        return await once.in_steps(work)

    return change_staff_account


def _send_link(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/accounts/{staff_id:str}/links",
        operation_id="sendStaffLink",
        summary="Mail a link to set a password",
        status_code=202,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def send_staff_link(
        request: ApiRequest, staff_id: StaffIdPath, idempotency_key: IdempotencyKey
    ) -> Response[Done]:
        """Mail a new link, which works once within half an hour; earlier ones end.

        For somebody who did not use the first one or has forgotten the password, which stays until then.
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.staff.roster.send_link(StaffId(staff_id))
            return render(202, Done())

        return await once.in_steps(work)

    return send_staff_link


def _reset_factor(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/accounts/{staff_id:str}/second-factor",
        operation_id="resetStaffFactor",
        summary="Take somebody's second factor off",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def reset_staff_factor(
        request: ApiRequest, staff_id: StaffIdPath, idempotency_key: IdempotencyKey
    ) -> Response[StaffAccountOut]:
        """For somebody who has lost the telephone. Ends all sessions of the account."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            staff = await services.staff.roster.get(StaffId(staff_id))
            await services.staff.accounts.reset_factor(staff.id)
            deed_of(request).change("has_second_factor", staff.totp_secret is not None, False)
            return render(200, account_out(await services.staff.roster.get(staff.id)))

        return await once.in_steps(work)

    return reset_staff_factor


def account_out(staff: Staff) -> StaffAccountOut:
    """Return the account as it is told."""
    return StaffAccountOut(
        id=staff.id,
        email=staff.email,
        name=staff.name,
        role=staff.role,
        created_at=staff.created_at,
        is_invited=staff.is_invited,
        is_disabled=staff.disabled_at is not None,
        has_second_factor=staff.totp_secret is not None,
        must_have_factor=staff.must_have_factor,
    )
