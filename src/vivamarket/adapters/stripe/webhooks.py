"""Webhooks in: the signature, the age, and the few fields that say where to look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import stripe

from vivamarket.adapters.stripe.reading import PAYMENT_KEY, known_id
from vivamarket.kernel.ids import PaymentId
from vivamarket.payments.errors import BadSignature
from vivamarket.payments.model import EventSubject, ProviderEvent

TOLERANCE_SECONDS = 300
BODY_BYTES_MAX = 512 * 1024


class _Object(msgspec.Struct):
    id: str = ""
    object: str = ""
    metadata: dict[str, str] | None = None
    #: An id; the whole object where somebody made the provider expand it.
    payment_intent: Any = None


class _Data(msgspec.Struct):
    object: _Object


class _Event(msgspec.Struct):
    id: str
    type: str
    created: int
    data: _Data


_decoder = msgspec.json.Decoder(_Event)


def read_event(body: bytes, signature: str, secret: str, now: datetime) -> ProviderEvent:
    """Return the event. Raise ``BadSignature`` when it is unsigned, too old, or unreadable."""
    if len(body) > BODY_BYTES_MAX:
        raise BadSignature("The webhook is too large.")
    try:
        # The library compares the age with the machine's clock, so that check is ours: `tolerance` is off.
        stripe.WebhookSignature.verify_header(body, signature, secret, tolerance=None)
        event = _decoder.decode(body)
    except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
        raise BadSignature("The webhook's signature is not the provider's.") from error
    except msgspec.MsgspecError as error:
        raise BadSignature("The webhook cannot be read.") from error
    age_seconds = now.timestamp() - _signed_at(signature)
    if abs(age_seconds) > TOLERANCE_SECONDS:
        raise BadSignature("The webhook's signature is too old.", age_seconds=int(age_seconds))
    subject = event.data.object
    payment_id = known_id((subject.metadata or {}).get(PAYMENT_KEY))
    return ProviderEvent(
        event_id=event.id,
        kind=event.type,
        payment_id=PaymentId(payment_id) if payment_id else None,
        provider_ref=_payment_ref(subject),
        about=EventSubject.DISPUTE if subject.object == "dispute" else EventSubject.PAYMENT,
        created_at=datetime.fromtimestamp(event.created, UTC),
        body=body,
    )


def _payment_ref(subject: _Object) -> str | None:
    """Return the provider's name of the payment: its session's, or for disputes that of the money."""
    if subject.object == "checkout.session":
        return subject.id
    return subject.payment_intent if isinstance(subject.payment_intent, str) else None


def _signed_at(signature: str) -> int:
    """Return the header's time; the library has already read it once."""
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))
