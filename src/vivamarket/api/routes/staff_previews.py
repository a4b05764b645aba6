"""Products for staff as shoppers would be shown them: rendered for one pair of eyes, never published."""

from __future__ import annotations

from litestar import MediaType, Response, get
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.documents import describes
from vivamarket.api.routes.staff_products import ProductIdPath
from vivamarket.api.routes.staff_words import READS
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CurrencyQuery, LocaleQuery
from vivamarket.kernel.ids import ProductId

#: The page's own ``meta`` rules its scripts; this rules what is beyond them. A browser obeys both. Without
#: connections the page stays as it was rendered (the live prices know no drafts), and nothing of it can be
#: put into a cart.
_PAGE_HEADERS = {
    "content-security-policy": (
        "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; form-action 'none'; "
        "connect-src 'none'; img-src 'self' data:"
    ),
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
}


def preview_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    shop = services.shop

    @get(
        "/products/{product_id:str}/preview",
        operation_id="previewStaffProduct",
        summary="Show a product as shoppers would see it",
        security=READS,
        media_type=MediaType.HTML,
        responses=describes(400, 401, 404),
    )
    async def preview_staff_product(
        product_id: ProductIdPath, locale: LocaleQuery = None, currency: CurrencyQuery = None
    ) -> Response[bytes]:
        """Return the product's page, drafts and archived ones too. It is published nowhere."""
        page = await services.office.previews.preview(
            ProductId(product_id),
            shop.check_locale(locale or shop.default_locale),
            shop.check_currency(currency or shop.default_currency),
        )
        return Response(page, media_type=MediaType.HTML, headers=_PAGE_HEADERS)

    return [preview_staff_product]
