"""Orders, dead letters and webhooks as the staff's API answers them."""

from __future__ import annotations

from vivamarket.api.present.orders import order_out, parcel_units_out
from vivamarket.api.schemas.staff import (
    CurrencySumsOut,
    DeadLetterOut,
    DifferenceOut,
    DisputeOut,
    LedgerEntryOut,
    LedgerOut,
    LineLeftOut,
    PaymentOut,
    RefundedLineOut,
    RefundOut,
    RefundPreviewOut,
    ReportOut,
    ReservationOut,
    StaffOrderOut,
    StaffOrderRow,
)
from vivamarket.api.schemas.staff_diary import DiaryEntryOut, MailOfOrderOut
from vivamarket.api.schemas.staff_shipments import StaffShipmentOut
from vivamarket.api.schemas.staff_webhooks import AttemptOut, DeliveryOut, EndpointOut
from vivamarket.api.staff.desk import Letter, OrderFile
from vivamarket.checkout.allocation import RefundPreview
from vivamarket.checkout.fulfillment import left_to_ship
from vivamarket.inventory.model import ReservationStatus
from vivamarket.orders.model import OrderRow, OrderStatus
from vivamarket.orders.shipments import Shipment
from vivamarket.payments.ledger import LedgerTransaction
from vivamarket.payments.model import Dispute, Payment, Refund, RefundedLine
from vivamarket.payments.statement import ReconciliationReport
from vivamarket.webhooks.model import DeliveryLog, DeliveryStatus, Endpoint


def row_out(row: OrderRow) -> StaffOrderRow:
    """Present an order in the list."""
    return StaffOrderRow(
        id=row.id,
        number=row.number,
        status=row.status,
        email=row.email,
        total=row.total,
        refunded_total=row.refunded_total,
        placed_at=row.placed_at,
        fulfillment=row.fulfillment,
        held_until=row.expires_at if row.status is OrderStatus.AUTHORIZED else None,
    )


def file_out(file: OrderFile) -> StaffOrderOut:
    """Present everything about an order."""
    levels = {each.sku: file.levels.get(each.sku) for each in file.reservations}
    available = {sku: level.available if level else None for sku, level in levels.items()}
    return StaffOrderOut(
        order=order_out(file.order),
        payments=tuple(_payment(each) for each in file.state.payments),
        refunds=tuple(_refund(each) for each in file.state.refunds),
        disputes=tuple(_dispute(each) for each in file.state.disputes),
        reservations=tuple(
            ReservationOut(
                sku=each.sku,
                quantity=each.quantity,
                status=each.status.value,
                shipped=each.shipped,
                kept=0 if each.status is ReservationStatus.RELEASED else each.kept,
                available=available[each.sku],
            )
            for each in file.reservations
        ),
        ledger=tuple(_posting(each) for each in file.ledger),
        can_cancel=file.is_cancelable,
        can_accept=file.is_acceptable,
        refundable=preview_out(file.refundable) if file.refundable else None,
        shipments=tuple(_shipment(each) for each in file.state.shipments),
        diary=tuple(
            DiaryEntryOut(each.id, each.kind, each.text, each.author, each.at) for each in file.diary
        ),
        mails=tuple(MailOfOrderOut(each.mail, each.subject_id, each.at) for each in file.mails),
        left_to_ship=parcel_units_out(left_to_ship(file.state)),
        capturable=file.capturable,
        held_until=file.order.expires_at if file.order.status is OrderStatus.AUTHORIZED else None,
    )


def _shipment(shipment: Shipment) -> StaffShipmentOut:
    return StaffShipmentOut(
        id=shipment.id,
        status=shipment.status,
        units=parcel_units_out(shipment.units),
        carrier=shipment.tracking.carrier,
        carrier_name=shipment.tracking.carrier_name,
        tracking_number=shipment.tracking.number,
        tracking_url=shipment.tracking.url,
        shipped_by=shipment.shipped_by,
        shipped_at=shipment.shipped_at,
    )


def preview_out(preview: RefundPreview) -> RefundPreviewOut:
    """Present what a refund comes to."""
    return RefundPreviewOut(
        amount=preview.amount,
        lines=_lines(preview.lines),
        shipping=preview.shipping,
        goodwill=preview.goodwill,
        tax=preview.tax,
        left=preview.left,
        lines_left=tuple(
            LineLeftOut(each.position, each.quantity, each.amount) for each in preview.lines_left
        ),
        shipping_left=preview.shipping_left,
    )


def letter_out(letter: Letter) -> DeadLetterOut:
    """Present a dead letter."""
    return DeadLetterOut(
        box=letter.box,
        id=letter.id,
        kind=letter.kind,
        key=letter.key,
        error=letter.error,
        attempts=letter.attempts,
        came_at=letter.came_at,
        died_at=letter.died_at,
    )


def report_out(report: ReconciliationReport) -> ReportOut:
    """Present a comparison with the provider."""
    return ReportOut(
        id=report.id,
        begun_at=report.begun_at,
        ended_at=report.ended_at,
        since=report.since,
        compared_count=report.compared_count,
        complete=report.complete,
        open_count=report.open_count,
        counts={kind.value: count for kind, count in report.counts.items()},
        sums=tuple(
            CurrencySumsOut(
                each.ours_captured, each.ours_refunded, each.theirs_captured, each.theirs_refunded
            )
            for each in report.sums
        ),
        differences=tuple(
            DifferenceOut(
                kind=each.kind,
                payment_id=each.payment_id,
                order_id=each.order_id,
                provider_payment_ref=each.provider_payment_ref,
                ours=each.ours,
                theirs=each.theirs,
                settled=each.settled,
            )
            for each in report.differences
        ),
    )


def endpoint_out(endpoint: Endpoint) -> EndpointOut:
    """Present an endpoint, without its secrets."""
    return EndpointOut(
        id=endpoint.id,
        url=endpoint.url,
        description=endpoint.description,
        event_types=endpoint.event_types,
        status=endpoint.status,
        status_reason=endpoint.status_reason,
        old_secret_until=endpoint.old_secret_until,
        created_at=endpoint.created_at,
        updated_at=endpoint.updated_at,
    )


def delivery_out(log: DeliveryLog) -> DeliveryOut:
    """Present a delivery and what is known of its attempts."""
    delivery = log.delivery
    return DeliveryOut(
        id=delivery.id,
        endpoint_id=delivery.endpoint_id,
        url=log.url,
        event_type=delivery.event_type,
        status=delivery.status,
        attempts=delivery.attempts,
        due_at=delivery.due_at if delivery.status is DeliveryStatus.PENDING else None,
        created_at=delivery.created_at,
        log=tuple(
            AttemptOut(each.number, each.at, each.milliseconds, each.status_code, each.error, each.answer)
            for each in log.attempts
        ),
    )


def _payment(payment: Payment) -> PaymentOut:
    return PaymentOut(
        id=payment.id,
        attempt=payment.attempt,
        status=payment.status.value,
        amount=payment.amount,
        captured=payment.captured,
        is_deposit=payment.is_deposit,
        provider_ref=payment.provider_ref,
        provider_payment_ref=payment.provider_payment_ref,
        failure_code=payment.failure_code,
        created_at=payment.created_at,
        updated_at=payment.updated_at,
    )


def _refund(refund: Refund) -> RefundOut:
    return RefundOut(
        id=refund.id,
        status=refund.status.value,
        amount=refund.amount,
        goods=refund.goods,
        shipping=refund.shipping,
        tax=refund.tax,
        goodwill=refund.goodwill,
        lines=_lines(refund.lines),
        reason=refund.reason,
        failure_code=refund.failure_code,
        provider_ref=refund.provider_ref,
        created_at=refund.created_at,
        updated_at=refund.updated_at,
    )


def _lines(lines: tuple[RefundedLine, ...]) -> tuple[RefundedLineOut, ...]:
    return tuple(RefundedLineOut(each.position, each.quantity, each.amount, each.tax) for each in lines)


def _dispute(dispute: Dispute) -> DisputeOut:
    return DisputeOut(
        id=dispute.id,
        payment_id=dispute.payment_id,
        status=dispute.status.value,
        amount=dispute.amount,
        withdrawn=dispute.withdrawn,
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        updated_at=dispute.updated_at,
    )


def _posting(transaction: LedgerTransaction) -> LedgerOut:
    return LedgerOut(
        kind=transaction.kind.value,
        at=transaction.at,
        entries=tuple(LedgerEntryOut(each.account.value, each.amount) for each in transaction.entries),
    )
