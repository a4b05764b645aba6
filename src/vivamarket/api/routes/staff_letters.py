"""Dead letters for staff: what failed as often as it may, and handing it out again."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import letter_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import DeadLetters, Done
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Box, Desk
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse


def letter_handlers(services: ApiServices, desk: Desk) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/dead-letters",
        operation_id="listDeadLetters",
        summary="List dead letters",
        security=READS,
        responses=describes(401),
    )
    async def list_dead_letters() -> DeadLetters:
        """Return the newest hundred of each box: events of ours, messages of the payment provider."""
        return DeadLetters(tuple(letter_out(each) for each in await desk.letters()))

    @post(
        "/dead-letters/{box:str}/{letter_id:str}/replay",
        operation_id="replayDeadLetter",
        summary="Hand a dead letter out again",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def replay_dead_letter(
        request: ApiRequest,
        box: Annotated[Box, PathParameter(description="`outbox` or `inbox`.")],
        letter_id: Annotated[str, PathParameter(max_length=255, description="The letter's id.")],
        idempotency_key: IdempotencyKey,
    ) -> Response[Done]:
        """Let it be handled again from its first attempt. What has had its effect has it only once."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await desk.replay_letter(box, letter_id)
            return render(200, Done())

        return await once.in_steps(work)

    return [list_dead_letters, replay_dead_letter]
