"""Refusals in Stripe's own shape: ``{"error": {"type", "code", "message", "param", …}}``."""

from __future__ import annotations


class ApiError(Exception):
    """An answer that is an error on the wire.

    ``stored`` tells whether the idempotency layer keeps it: Stripe keeps what an endpoint answered once it
    began to execute, and forgets refusals of form (bad parameters, unknown ids, wrong key).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
        charge: str | None = None,
        payment_intent: dict[str, object] | None = None,
        stored: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.stored = stored
        fields: dict[str, object | None] = {
            "type": type,
            "code": code,
            "message": message,
            "param": param,
            "decline_code": decline_code,
            "charge": charge,
            "payment_intent": payment_intent,
        }
        if code is not None:
            fields["doc_url"] = f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"
        self.body: dict[str, object] = {
            "error": {name: value for name, value in fields.items() if value is not None}
        }


def bad_parameter(message: str, param: str, code: str | None = None) -> ApiError:
    """Return the refusal of one parameter; it is not kept under the idempotency key."""
    return ApiError(message, code=code, param=param, stored=False)


def missing_resource(kind: str, record_id: str, param: str = "id") -> ApiError:
    """Return Stripe's 404 for an unknown id."""
    return ApiError(
        f"No such {kind}: '{record_id[:80]}'", status=404, code="resource_missing", param=param, stored=False
    )


def unauthorized(key_end: str) -> ApiError:
    """Return the 401 for a wrong or missing key; only the key's last characters are echoed."""
    return ApiError(f"Invalid API Key provided: ****{key_end}", status=401, stored=False)
