"""Pictures for staff: uploaded and looked up. Where they are shown, products and categories say."""

from __future__ import annotations

import hashlib
from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, RawBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import MIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_categories import media_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_categories import PictureBytes, StaffMedia
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import MediaId
from vivamarket.media.model import SOURCE_BYTES_MAX, SOURCE_PIXELS_MAX

MediaIdPath = Annotated[str, PathParameter(max_length=64, description="The picture's id.")]


def media_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_upload(services), _get(services)]


def _upload(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/media",
        operation_id="uploadStaffMedia",
        summary="Upload a picture",
        description=(
            "Send the file itself as the body. What it is, its bytes tell, not its name or media type: JPEG, "
            f"PNG, WebP, AVIF, GIF (first frame), at most {SOURCE_BYTES_MAX // MIB} MiB and "
            f"{SOURCE_PIXELS_MAX // 1_000_000} million pixels. It is stored upright, without metadata, in "
            "its sizes; the same file again is the same picture. Refusal: `bad_picture` with a `reason`."
        ),
        security=CHANGES,
        request_max_body_size=SOURCE_BYTES_MAX,
        responses=describes_change(401, 403, 413),
    )
    async def upload_staff_media(
        request: ApiRequest, body: RawBody, idempotency_key: IdempotencyKey
    ) -> Response[StaffMedia]:
        digest = PictureBytes(hashlib.sha256(body).hexdigest())
        once = Once(services, request, idempotency_key, digest, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            return render(201, media_out(await services.office.media.add(body)))

        return await once.in_steps(work)

    return upload_staff_media


def _get(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/media/{media_id:str}",
        operation_id="getStaffMedia",
        summary="Read a picture's facts",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_staff_media(media_id: MediaIdPath) -> StaffMedia:
        """Return its size and prepared widths."""
        return media_out(await services.office.media.picture(MediaId(media_id)))

    return get_staff_media
