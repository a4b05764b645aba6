"""Clients of AWS services, and the threads their calls wait in.

boto3 in a thread: the asynchronous SDKs take twice as long to import, which a function pays at each cold
start. A process makes one client per service; many threads may use it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.config import Config
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

T = TypeVar("T")

CONNECT_TIMEOUT_SECONDS = 2.0
READ_TIMEOUT_SECONDS = 10.0
#: The first attempt counts. "standard" waits between them, longer each time and with chance.
ATTEMPTS_MAX = 3
THREADS_MAX = 16


@dataclass(frozen=True, slots=True)
class Emulator:
    """All services at one address, for tests and the local stage; its keys open nothing."""

    endpoint_url: str
    access_key_id: str = "test"
    secret_access_key: str = "test"


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """Where the services are. In AWS the SDK takes its credentials from the role that the code runs as."""

    region: str
    emulator: Emulator | None = None

    def s3(self) -> S3Client:
        """Return a new client of S3."""
        # An emulator's host name has no room for the bucket's.
        config = _config(s3={"addressing_style": "path" if self.emulator else "virtual"})
        return self._session().client("s3", endpoint_url=self._endpoint_url, config=config)

    def dynamodb(self) -> DynamoDBClient:
        """Return a new client of DynamoDB."""
        return self._session().client("dynamodb", endpoint_url=self._endpoint_url, config=_config())

    def ses(self) -> SESV2Client:
        """Return a new client of SES, which asks once: a repeat after silence could send a mail twice."""
        return self._session().client(
            "sesv2", endpoint_url=self._endpoint_url, config=_config(attempts_max=1)
        )

    def cognito(self) -> CognitoIdentityProviderClient:
        """Return a new client of Cognito's user pools."""
        return self._session().client("cognito-idp", endpoint_url=self._endpoint_url, config=_config())

    def key_set_url(self, pool_id: str) -> str:
        """Return where the user pool publishes its keys."""
        host = self._endpoint_url or f"https://cognito-idp.{self.region}.amazonaws.com"
        return f"{host}/{pool_id}/.well-known/jwks.json"

    def events(self) -> EventBridgeClient:
        """Return a new client of EventBridge."""
        return self._session().client("events", endpoint_url=self._endpoint_url, config=_config())

    def sqs(self) -> SQSClient:
        """Return a new client of SQS."""
        return self._session().client("sqs", endpoint_url=self._endpoint_url, config=_config())

    @property
    def _endpoint_url(self) -> str | None:
        return self.emulator.endpoint_url if self.emulator else None

    def _session(self) -> Session:
        import boto3

        if self.emulator is None:
            return boto3.Session(region_name=self.region)
        return boto3.Session(
            region_name=self.region,
            aws_access_key_id=self.emulator.access_key_id,
            aws_secret_access_key=self.emulator.secret_access_key,
        )


def _config(*, attempts_max: int = ATTEMPTS_MAX, **more: Any) -> Config:
    from botocore.config import Config

    return Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts_max},
        max_pool_connections=THREADS_MAX,
        **more,
    )


class Threads:
    """Runs calls that block, at most ``THREADS_MAX`` at once; others wait their turn."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix=name)

    async def run(self, call: Callable[[], T]) -> T:
        """Return what the call returns."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def run_all(self, calls: list[Callable[[], None]]) -> None:
        """Make all the calls; the first that fails is raised, and none begins after it."""
        running = [asyncio.get_running_loop().run_in_executor(self._pool, call) for call in calls]
        try:
            for each in running:
                await each
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._pool.shutdown()
