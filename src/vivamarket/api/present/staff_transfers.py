"""Imports and exports as staff are shown them."""

from __future__ import annotations

from vivamarket.api.schemas.staff_transfers import (
    TallyOut,
    TransferFailureOut,
    TransferLineOut,
    TransferOut,
)
from vivamarket.transfers.model import Tally, Transfer, TransferLine


def transfer_out(transfer: Transfer) -> TransferOut:
    """Return an import or export."""
    failure = transfer.failure
    return TransferOut(
        id=transfer.id,
        kind=transfer.kind,
        step=transfer.step,
        state=transfer.state,
        file_name=transfer.file_name,
        file_bytes=transfer.file_bytes,
        file_until=transfer.file_until if transfer.has_file else None,
        currency=transfer.currency,
        sets_stock=transfer.sets_stock,
        asked_at=transfer.asked_at,
        changed_at=transfer.changed_at,
        done=transfer.done,
        total=transfer.total,
        check=_tally_out(transfer.check),
        result=_tally_out(transfer.result),
        failure=TransferFailureOut(failure.code, failure.detail, failure.row) if failure else None,
        is_cancel_asked=transfer.is_cancel_asked,
    )


def line_out(line: TransferLine) -> TransferLineOut:
    """Return one line of a report."""
    return TransferLineOut(
        row=line.row,
        handle=line.handle,
        outcome=line.outcome,
        column=line.column,
        code=line.code,
        reason=line.reason,
        changed=line.changed,
    )


def _tally_out(tally: Tally) -> TallyOut:
    return TallyOut(
        rows=tally.rows,
        created=tally.created,
        changed=tally.changed,
        unchanged=tally.unchanged,
        refused=tally.refused,
        stock_set=tally.stock_set,
        categories_created=tally.categories_created,
        pictures_fetched=tally.pictures_fetched,
        pictures_failed=tally.pictures_failed,
    )
