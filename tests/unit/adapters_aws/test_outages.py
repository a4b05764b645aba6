"""What the adapters of AWS make of the SDK's errors."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from vivamarket.adapters.aws.outages import outages_told
from vivamarket.kernel.errors import Unavailable


def refused(code: str, status: int) -> ClientError:
    answer = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "PutObject")  # type: ignore[arg-type]  # the rest of the metadata is never read


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://s3.example"),
        ConnectTimeoutError(endpoint_url="https://s3.example"),
        ReadTimeoutError(endpoint_url="https://s3.example"),
        refused("InternalError", 500),
        refused("SlowDown", 503),
        refused("ThrottlingException", 400),
        refused("ProvisionedThroughputExceededException", 400),
    ],
)
def test_a_service_that_is_away_or_busy_is_told_as_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable, match="The files"), outages_told("The files"):
        raise error


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket", "ValidationException"])
def test_a_mistake_of_ours_stays_what_it_is(code: str) -> None:
    with pytest.raises(ClientError), outages_told("The files"):
        raise refused(code, 403)
