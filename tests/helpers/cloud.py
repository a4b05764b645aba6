"""The AWS services of the tests: MiniStack, a process of its own on the loopback, which keeps nothing."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.ports import free_port

from vivamarket.adapters.aws.clients import AwsAccess, Emulator, Threads
from vivamarket.adapters.aws.dynamo import Items
from vivamarket.adapters.aws.identity_groups import CognitoGroups
from vivamarket.adapters.aws.identity_keys import HttpKeySet
from vivamarket.adapters.aws.identity_passwords import CognitoPasswords
from vivamarket.adapters.aws.identity_pools import CUSTOMERS, PoolAccess, UserPool
from vivamarket.adapters.aws.identity_tokens import PoolKeys, PoolTokens
from vivamarket.adapters.aws.queues import BUS, QUEUES
from vivamarket.adapters.aws.tables import Table
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.kernel.outbox import Lane

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import TargetTypeDef
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

REGION = "eu-central-1"
START_TIMEOUT_SECONDS = 30.0
STOP_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class EventRoad:
    """The way of events from the bus into the queue of their lane, or into its dead-letter queue."""

    bus: str
    #: Their names and their addresses.
    queues: dict[Lane, str]
    dead: dict[Lane, str]
    queue_urls: dict[Lane, str]
    dead_urls: dict[Lane, str]


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

    @property
    def endpoint_url(self) -> str:
        """Return where all its services answer."""
        return self._url

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

    @cached_property
    def cognito(self) -> CognitoIdentityProviderClient:
        """Return a client of its user pools."""
        return self._access.cognito()

    @cached_property
    def threads(self) -> Threads:
        """Return the threads that calls wait in."""
        return Threads("cloud")

    @cached_property
    def customer_passwords(self) -> CognitoPasswords:
        """Return the customers' pool: one for all tests, whose ids differ."""
        return self.passwords(self.pool(CUSTOMERS))

    def pool(self, pool: UserPool) -> PoolAccess:
        """Make the user pool, with nobody in it, and the server's client."""
        pool_id = self.cognito.create_user_pool(**pool.creation(self.name(pool.name)))["UserPool"]["Id"]
        for group in pool.groups:
            self.cognito.create_group(UserPoolId=pool_id, GroupName=group)
        client = self.cognito.create_user_pool_client(**pool.client(pool_id))["UserPoolClient"]
        return PoolAccess(pool_id=pool_id, client_id=client["ClientId"], client_secret=client["ClientSecret"])

    def passwords(self, access: PoolAccess) -> CognitoPasswords:
        """Return the pool as the shop uses it. Its tokens carry this machine's time, not a test's."""
        clock = SystemClock()
        keys = PoolKeys(HttpKeySet(self._access.key_set_url(access.pool_id)), clock)
        tokens = PoolTokens(keys, clock, issuer=access.issuer, client_id=access.client_id)
        return CognitoPasswords(lambda: self.cognito, access, tokens, self.threads)

    def groups(self, access: PoolAccess) -> CognitoGroups:
        """Return the pool's groups as the shop uses them."""
        return CognitoGroups(lambda: self.cognito, access, self.threads)

    def table(self, table: Table) -> Items:
        """Make the table, empty."""
        name = self.name(table.name)
        self.dynamodb.create_table(**table.creation(name))
        if table.expires:
            self.dynamodb.update_time_to_live(**table.expiry(name))
        return Items(self.dynamodb, name, clock=StillClock(), ids=CountedIds())

    @cached_property
    def sqs(self) -> SQSClient:
        """Return a client of its queues."""
        return self._access.sqs()

    @cached_property
    def events(self) -> EventBridgeClient:
        """Return a client of its event buses."""
        return self._access.events()

    def event_road(self, prefix: str = "") -> EventRoad:
        """Make a bus with its rules, queues and dead-letter queues, all empty, under that or a new prefix."""
        prefix = prefix or f"{self.name('road')}-"
        bus, urls, dead_urls = f"{prefix}{BUS}", {}, {}
        self.events.create_event_bus(Name=bus)
        for queue in QUEUES:
            dead_urls[queue.lane] = self.sqs.create_queue(QueueName=f"{prefix}{queue.dead_name}")["QueueUrl"]
            attributes = dict(queue.attributes(self._queue_arn(dead_urls[queue.lane])))
            name = f"{prefix}{queue.name}"
            url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            self.events.put_rule(Name=name, EventBusName=bus, EventPattern=queue.pattern)
            target: TargetTypeDef = {"Id": "queue", "Arn": self._queue_arn(url)}
            self.events.put_targets(Rule=name, EventBusName=bus, Targets=[target])
            urls[queue.lane] = url
        return EventRoad(
            bus,
            {queue.lane: f"{prefix}{queue.name}" for queue in QUEUES},
            {queue.lane: f"{prefix}{queue.dead_name}" for queue in QUEUES},
            urls,
            dead_urls,
        )

    def _queue_arn(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

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
