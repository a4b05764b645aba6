"""Which of the SDK's errors mean that a service is away for the moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from vivamarket.kernel.errors import Unavailable

#: What the services call "too much at once", each in its own words.
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


@contextmanager
def outages_told(what: str) -> Iterator[None]:
    """Raise ``Unavailable`` for an outage inside the block; whether a write happened is then unknown."""
    try:
        yield
    except (NoConnection, HTTPClientError) as error:
        raise Unavailable(f"{what} does not answer; try again shortly.") from error
    except ClientError as error:
        if code_of(error) in _THROTTLED or status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"{what} is busy or away; try again shortly.") from error
        raise


def code_of(error: ClientError) -> str:
    """Return the service's name of the error."""
    return error.response.get("Error", {}).get("Code", "")


def status_of(error: ClientError) -> int:
    """Return the HTTP status of the answer, 0 when there is none."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
