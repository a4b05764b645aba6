"""Refusals around money, ours and the provider's."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused, Unavailable


class PaymentNotFound(NotFound):
    """No such payment."""

    code = "payment_not_found"


class RefundNotFound(NotFound):
    """No such refund."""

    code = "refund_not_found"


class NothingToRefund(Refused):
    """The refund is more than what is left: of the payment, a line's units, or the shipping."""

    code = "nothing_to_refund"


class BadRefund(Invalid):
    """The wish names a line the order does not have, nothing at all, or another currency."""

    code = "bad_refund"


class GatewayUnavailable(Unavailable):
    """The provider did not answer, was too slow, failed itself (5xx, 429), or does not accept our key.

    Whether the call had its effect is unknown; repeating it with the same key is safe.
    """

    code = "payment_provider_unavailable"


class GatewayBusy(GatewayUnavailable):
    """The provider lives and asks to come back: it is answering this very key, or wants fewer calls."""


class GatewayRefused(Refused):
    """The provider understood and says no; repeating will not help. ``failure_code`` says why."""

    code = "payment_refused"


class ProviderRecordNotFound(NotFound):
    """The provider knows no record of that name."""

    code = "payment_unknown_to_provider"


class AlreadySucceeded(Conflict):
    """The payment cannot be canceled: the money has moved. Retrieve and settle it."""

    code = "payment_already_succeeded"


class StillProcessing(Conflict):
    """The payment cannot be canceled now: the provider is moving the money. Ask again later."""

    code = "payment_still_processing"


class BadSignature(Invalid):
    """A webhook is not signed by the provider, too old, or not readable."""

    code = "bad_webhook_signature"


class LedgerUnbalanced(Invalid):
    """The entries of one ledger transaction do not sum to zero. A programmer's mistake."""

    code = "ledger_unbalanced"
