"""Orders: the list, everything about one, and what staff do with it. A refund shows its sums first."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.staff.desk import Desk, OrderFile
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Visit
from vivamarket.api.staff.web import PageResponse, see
from vivamarket.checkout.allocation import RefundLine, RefundPreview, RefundWish
from vivamarket.kernel.errors import Conflict, Invalid, Refused
from vivamarket.kernel.idempotency import attempt
from vivamarket.kernel.ids import OrderNumber
from vivamarket.kernel.money import Money

ROWS_MAX = 50
REASON_LENGTH_MAX = 200
_LINE_FIELD = "line."


class BadQuantity(Invalid):
    """A quantity is a whole number."""

    code = "bad_quantity"


class OrderPages:
    """The section ``/orders``."""

    def __init__(self, services: StaffServices, desk: Desk, views: Views, mount_path: str) -> None:
        self._services = services
        self._desk = desk
        self._views = views
        self._base = f"{mount_path}/orders"

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer for the path below ``/orders``; see ``Section``."""
        match (method, *parts):
            case ("GET",):
                return await self._list(visit)
            case ("GET", number):
                file = await self._desk.order(OrderNumber(number))
                return self._page(visit, "order.html", file)
            case ("GET", number, ("cancel" | "accept") as what):
                file = await self._desk.order(OrderNumber(number))
                return self._page(visit, "order_question.html", file, what=what)
            case ("POST", number, "cancel"):
                await self._desk.cancel(OrderNumber(number))
                return see(f"{self._base}/{number}?done=canceled")
            case ("POST", number, "accept"):
                await self._desk.accept(OrderNumber(number))
                return see(f"{self._base}/{number}?done=accepted")
            case ("GET", number, "refund"):
                return self._refund_form(visit, await self._desk.order(OrderNumber(number)))
            case ("POST", number, "refund"):
                return await self._refund(visit, OrderNumber(number))
        return None

    async def _list(self, visit: Visit) -> PageResponse:
        page = await self._services.orders.newest(visit.request.query.get("cursor"), ROWS_MAX)
        return self._views.page("orders.html", page=page, section="orders", **visit.common)

    async def _refund(self, visit: Visit, number: OrderNumber) -> PageResponse:
        """Show what the wish comes to, or do it when its sums were confirmed and still hold."""
        form = visit.request.form
        file = await self._desk.order(number)
        everything = "everything" in form
        try:
            wish = read_wish(form, file.order.currency, everything=everything)
            shown = await self._desk.preview_refund(number, wish, everything=everything)
        except (Refused, Conflict) as refusal:
            return self._refund_form(visit, file, refusal.message)
        if form.get("confirmed") != str(shown.amount.minor_units):
            return self._sums(visit, file, shown, has_changed="confirmed" in form)
        wanted = attempt(form.get("key"), route=f"staff refund {number}", caller=visit.staff.id, body=b"")
        await self._desk.refund(number, wish, everything=everything, attempt=wanted)
        return see(f"{self._base}/{number}?done=refunded")

    def _refund_form(self, visit: Visit, file: OrderFile, problem: str = "") -> PageResponse:
        left = {each.position: each for each in file.refundable.lines} if file.refundable else {}
        return self._page(
            visit,
            "refund.html",
            file,
            status=422 if problem else 200,
            problem=problem,
            left=left,
            form=visit.request.form,
        )

    def _sums(
        self, visit: Visit, file: OrderFile, shown: RefundPreview, *, has_changed: bool
    ) -> PageResponse:
        """Ask to confirm the sums. Each asking has a key of its own, so a double click is one refund."""
        form = visit.request.form
        kept = {
            name: value
            for name, value in form.items()
            if name.startswith(_LINE_FIELD) or name in {"shipping", "goodwill", "reason", "everything"}
        }
        return self._page(
            visit,
            "refund_sums.html",
            file,
            shown=shown,
            titles={line.position: line.title for line in file.order.lines},
            kept=kept,
            key=self._services.ids.token(),
            has_changed=has_changed,
        )

    def _page(
        self, visit: Visit, template: str, file: OrderFile, *, status: int = 200, **values: object
    ) -> PageResponse:
        return self._views.page(
            template,
            status=status,
            section="orders",
            file=file,
            order=file.order,
            state=file.state,
            **values,
            **visit.common,
        )


def read_wish(form: Mapping[str, str], currency: str, *, everything: bool) -> RefundWish:
    """Read the form; with ``everything`` only its reason counts. Raise ``BadQuantity``, ``BadAmount``."""
    reason = " ".join(form.get("reason", "").split())[:REASON_LENGTH_MAX]
    if everything:
        return RefundWish(reason=reason)
    quantities = {
        int(name.removeprefix(_LINE_FIELD)): _quantity(value)
        for name, value in form.items()
        if name.startswith(_LINE_FIELD) and _is_number(name.removeprefix(_LINE_FIELD))
    }
    return RefundWish(
        lines=tuple(RefundLine(position, wanted) for position, wanted in quantities.items() if wanted),
        shipping=_amount(form.get("shipping", ""), currency),
        goodwill=_amount(form.get("goodwill", ""), currency),
        reason=reason,
    )


def _quantity(text: str) -> int:
    if not text.strip():
        return 0
    if not _is_number(text.strip()):
        raise BadQuantity("A quantity is a whole number such as 2.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7


def _amount(text: str, currency: str) -> Money | None:
    """Return the amount; nothing and zero are no wish."""
    amount = Money.parse(text, currency) if text.strip() else None
    return amount or None
