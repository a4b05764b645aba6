"""Stock for staff: listed, moved with a reason, and the journal of what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_inventory import (
    AdjustmentRequest,
    StockMoveOut,
    StockMoves,
    StockPage,
    StockRow,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery, LocaleQuery
from vivamarket.catalog.model import Product
from vivamarket.catalog.present import option_label
from vivamarket.inventory.model import LOW_AVAILABLE_MAX, MoveReason, StockLevel, StockMove
from vivamarket.kernel.errors import Refused
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import SKU_LENGTH_MAX, Sku, StaffId, parse_sku
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT


class UnknownSku(Refused):
    """No product sells this SKU and nothing of it was ever counted."""

    code = "unknown_sku"


def inventory_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_list(services), _moves(services), _adjust(services)]


def _list(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/inventory",
        operation_id="listStaffInventory",
        summary="List stock by SKU, or what runs low",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_inventory(
        *,
        q: Annotated[
            str, QueryParameter(max_length=SKU_LENGTH_MAX, description="SKUs that begin with it, exactly.")
        ] = "",
        low: Annotated[
            int | None,
            QueryParameter(
                ge=0,
                le=LOW_AVAILABLE_MAX,
                description="Only SKUs with at most so many available, lowest first; 0 is sold out.",
            ),
        ] = None,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
        locale: LocaleQuery = None,
    ) -> StockPage:
        """Return a page of stock. With `low`, `q` is not looked at, and what has just run low may be missing
        for a minute; the figures are always the present ones."""
        language = shop.check_locale(locale or shop.default_locale)
        if low is None:
            page = await services.stock.page(prefix=q, cursor=cursor, limit=limit)
        else:
            page = await services.stock.low(low, cursor=cursor, limit=limit)
        return StockPage(await stock_rows(services, page.items, language), page.next_cursor)

    return list_staff_inventory


def _moves(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/inventory/moves",
        operation_id="listStaffStockMoves",
        summary="Read a SKU's journal",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_stock_moves(
        *,
        sku: Annotated[str, QueryParameter(max_length=SKU_LENGTH_MAX, description="The SKU, exactly.")],
        before: Annotated[
            int | None, QueryParameter(ge=0, le=2**62, description="`next_before` of the page before.")
        ] = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> StockMoves:
        """Return a page of the journal, newest first. It is never edited."""
        moves = await services.stock.moves(parse_sku(sku), before=before, limit=limit)
        following = moves[-1].position if len(moves) == limit else None
        names = {each.id: each.name for each in await services.staff.accounts.staff()}
        return StockMoves(tuple(_move_out(each, names) for each in moves), following)

    return list_staff_stock_moves


def _adjust(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @post(
        "/inventory/adjustments",
        operation_id="adjustStaffStock",
        summary="Take goods in, or correct what is on hand",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def adjust_staff_stock(
        request: ApiRequest, data: JSONBody[AdjustmentRequest], idempotency_key: IdempotencyKey
    ) -> Response[StockRow]:
        """Add to what is on hand, or take away, with one line in the journal.

        Refusals: `unknown_sku`, `bad_count` (400), `not_enough_on_hand` (422) below what is promised.
        """
        caller = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=caller)

        async def work() -> StoredResponse:
            sku = parse_sku(data.sku)
            if not await services.stock.levels([sku]) and not await services.catalog.by_skus([sku]):
                raise UnknownSku("No product sells this SKU.", sku=sku)
            level = await services.stock.correct(
                sku,
                data.quantity,
                reason=MoveReason(data.reason.value),
                reference=data.note,
                made_by=caller,
                request_key=once.attempt.key,
            )
            (row,) = await stock_rows(services, [level], shop.default_locale)
            return render(201, row)

        return await once.in_steps(work)

    return adjust_staff_stock


async def stock_rows(
    services: ApiServices, levels: Sequence[StockLevel], locale: str
) -> tuple[StockRow, ...]:
    """Present levels of stock with the words of the products that sell them, and how many wait for them.

    One read of the catalogue, one of the alerts.
    """
    skus = [level.sku for level in levels]
    products = await services.catalog.by_skus(skus)
    waiting = await services.account.alerts.waiting(skus)
    return tuple(
        _row_out(level, products.get(level.sku), waiting.get(level.sku, 0), locale) for level in levels
    )


def _row_out(level: StockLevel, product: Product | None, waiting: int, locale: str) -> StockRow:
    variant = product.variant(level.sku) if product is not None else None
    return StockRow(
        sku=level.sku,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=level.available,
        backordered=level.backordered,
        waiting=waiting,
        product_id=product.id if product is not None else None,
        title=product.text(locale).title if product is not None else "",
        variant_title=_variant_title(product, level.sku, locale) if product is not None else "",
        tracked=variant.tracked if variant is not None else True,
    )


def _variant_title(product: Product, sku: Sku, locale: str) -> str:
    variant = product.variant(sku)
    values = variant.option_values if variant is not None else ()
    labels = (
        option_label(option, value, locale) for option, value in zip(product.options, values, strict=False)
    )
    return " / ".join(labels)


def _move_out(move: StockMove, names: Mapping[StaffId, str]) -> StockMoveOut:
    return StockMoveOut(
        position=move.position,
        quantity=move.quantity,
        reason=move.reason,
        note=move.reference,
        at=move.at,
        made_by_id=move.made_by,
        made_by=names.get(StaffId(move.made_by), ""),
    )
