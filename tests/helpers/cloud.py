"""The AWS services of the tests: MiniStack, a process of its own on the loopback, which keeps nothing."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.ports import free_port

from vivamarket.adapters.aws.clients import AwsAccess, Emulator
from vivamarket.adapters.aws.dynamo import Items
from vivamarket.adapters.aws.tables import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client

REGION = "eu-central-1"
START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 10.0


class Cloud:
    """One emulator; everything that a test makes in it has a name of its own."""

    def __init__(self) -> None:
        self._names = itertools.count(1)
        self._log = Path(tempfile.mkstemp(prefix="viva-cloud-", suffix=".log")[1])
        port = free_port()
        self._access = AwsAccess(REGION, Emulator(f"http://127.0.0.1:{port}"))
        self._url = f"http://127.0.0.1:{port}"
        environ = {
            **os.environ,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "0",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"], env=environ, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait_until_answering()

    @cached_property
    def s3(self) -> S3Client:
        """Return a client of its file store."""
        return self._access.s3()

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Return a client of its tables."""
        return self._access.dynamodb()

    @cached_property
    def ses(self) -> SESV2Client:
        """Return a client of its mail service."""
        return self._access.ses()

    def verified_domain(self) -> str:
        """Return a domain that mails may be sent from."""
        domain = f"{self.name('shop')}.example"
        self.ses.create_email_identity(EmailIdentity=domain)
        return domain

    def mails_from(self, domain: str) -> list[dict[str, Any]]:
        """Return what was sent from that domain, oldest first, as the emulator noted it."""
        answer = httpx.get(f"{self._url}/_ministack/ses/messages").json()["messages"]
        sent = itertools.chain.from_iterable(answer.values())
        return [mail for mail in sent if mail["Source"].rstrip(">").endswith(f"@{domain}")]

    def table(self, table: Table) -> Items:
        """Make the table, empty."""
        name = self.name(table.name)
        self.dynamodb.create_table(**table.creation(name))
        if table.expires:
            self.dynamodb.update_time_to_live(**table.expiry(name))
        return Items(self.dynamodb, name, clock=StillClock(), ids=CountedIds())

    def name(self, kind: str) -> str:
        """Return a name that nothing else in it has."""
        return f"{kind}-{next(self._names)}"

    def bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = self.name("bucket")
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        return name

    def __enter__(self) -> Cloud:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.unlink()

    def _wait_until_answering(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                httpx.get(f"{self._url}/_ministack/health", timeout=1.0)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            return
        raise RuntimeError(f"the emulator does not answer: {self._log.read_text()[-2_000:]}")
