"""The home in AWS: DynamoDB for catalogue and preferences, S3, SES, Cognito, and SQS for events."""

from __future__ import annotations

from vivamarket.adapters.aws.catalog import DynamoCatalogStore
from vivamarket.adapters.aws.clients import AwsAccess, Emulator
from vivamarket.adapters.aws.dynamo import Items
from vivamarket.adapters.aws.events import EventBridgeBus, SqsEvents
from vivamarket.adapters.aws.mail import SesMailer
from vivamarket.adapters.aws.objects import S3ObjectStore
from vivamarket.adapters.aws.preferences import DynamoPreferenceStore
from vivamarket.adapters.aws.queues import BUS, QUEUES
from vivamarket.adapters.aws.tables import CATALOG, MAILS, PREFERENCES, Table
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.bootstrap.home import EventQueues, Ground, Home
from vivamarket.bootstrap.pools import PooledPasswords, customers_pool, staff_pool
from vivamarket.notifications.mailbox import EmptyMailbox


def aws_home(ground: Ground) -> Home:
    """Build the home in AWS. It asks nothing yet: what is missing there shows at the first use."""
    settings, aws = ground.settings, ground.settings.aws
    endpoint = settings.aws_endpoint
    access = AwsAccess(aws.region, Emulator(endpoint) if endpoint else None)
    dynamodb = access.dynamodb()

    def items(table: Table) -> Items:
        name = f"{aws.table_prefix}{table.name}"
        made = Items(dynamodb, name, clock=ground.clock, ids=ground.ids)
        ground.closing.callback(made.close)
        return made

    files = S3ObjectStore(access.s3(), aws.bucket)
    mailer = SesMailer(access.ses(), items(MAILS), ground.rules, clock=ground.clock, ids=ground.ids)
    ground.closing.callback(files.close)
    ground.closing.callback(mailer.close)
    customers = customers_pool(settings.cognito_customers_secret, access, ground.clock, ground.closing)
    return Home(
        catalog=DynamoCatalogStore(
            items(CATALOG), ground.clock, ground.ids, locales=ground.rules.profile.locales
        ),
        preferences=DynamoPreferenceStore(items(PREFERENCES)),
        files=files,
        quick_files=files,
        mailer=mailer,
        mailbox=EmptyMailbox(),
        customers_pool=customers,
        staff_pool=staff_pool(settings.cognito_staff_secret, access, ground.clock, ground.closing),
        # SES keeps no mail, and the items of mails hold their ids only.
        keepers=(PooledPasswords(customers),) if customers else (),
        queues=_queues(ground, access),
    )


def _queues(ground: Ground, access: AwsAccess) -> EventQueues:
    prefix = ground.settings.aws.table_prefix
    sqs, outbox = access.sqs(), PostgresOutboxStore(ground.pool)
    bus = EventBridgeBus(access.events(), f"{prefix}{BUS}")
    source = SqsEvents(sqs, {each.lane: f"{prefix}{each.name}" for each in QUEUES}, outbox, ground.clock)
    dead = SqsEvents(sqs, {each.lane: f"{prefix}{each.dead_name}" for each in QUEUES}, outbox, ground.clock)
    for closed in (bus, source, dead):
        ground.closing.callback(closed.close)
    return EventQueues(bus=bus, source=source, dead=dead)
