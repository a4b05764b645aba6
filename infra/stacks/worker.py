"""``worker``: what nobody waits for: events, their queues, mails, and the containers that do the work."""

from __future__ import annotations

import json
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sqs as sqs

from infra.parts.grants import Shop
from infra.parts.reasons import accept
from infra.parts.tasks import Service, worker_service
from infra.stage import Stage
from vivamarket.adapters.aws.queues import BUS, KEPT_SECONDS, QUEUES, Queue

DKIM_KEYS = 3
RECORD_SECONDS = "1800"


@dataclass(frozen=True, slots=True)
class Worker:
    """What the other stacks take from here."""

    stack: cdk.Stack
    service: Service


def worker(shop: Shop) -> Worker:
    """Make the stack."""
    stage = shop.stage
    stack = stage.stack("worker", "events, queues, mail, and the worker's containers")
    bus = events.CfnEventBus(
        stack, "Bus", name=stage.name(BUS), kms_key_identifier=shop.guard.operations_key.key_arn
    )
    for queue in QUEUES:
        _lane(shop, stack, bus, queue)
    _mail(stage, stack)
    return Worker(stack, worker_service(shop, stack, stage.environment.worker))


def _lane(shop: Shop, stack: cdk.Stack, bus: events.CfnEventBus, wanted: Queue) -> None:
    """Make a lane's rule, its queue, and the queue of what could not be brought to an end."""
    id_ = wanted.lane.value.title()
    key_arn = shop.guard.operations_key.key_arn
    dead = sqs.CfnQueue(
        stack,
        f"{id_}Dead",
        queue_name=shop.stage.name(wanted.dead_name),
        message_retention_period=KEPT_SECONDS,
        kms_master_key_id=key_arn,
    )
    attributes = wanted.attributes("")
    queue = sqs.CfnQueue(
        stack,
        f"{id_}Queue",
        queue_name=shop.stage.name(wanted.name),
        message_retention_period=int(attributes["MessageRetentionPeriod"]),
        visibility_timeout=int(attributes["VisibilityTimeout"]),
        kms_master_key_id=key_arn,
        redrive_policy={
            "deadLetterTargetArn": dead.attr_arn,
            "maxReceiveCount": json.loads(attributes["RedrivePolicy"])["maxReceiveCount"],
        },
    )
    for made in (queue, dead):
        made.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    rule = events.CfnRule(
        stack,
        f"{id_}Rule",
        name=shop.stage.name(wanted.name),
        description=f"Events of the lane {wanted.lane.value}",
        event_bus_name=bus.ref,
        event_pattern=json.loads(wanted.pattern),
        state="ENABLED",
        targets=[
            events.CfnRule.TargetProperty(
                id="queue",
                arn=queue.attr_arn,
                dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=dead.attr_arn),
            )
        ],
    )
    for each, made in (("Queue", queue), ("Dead", dead)):
        sqs.CfnQueuePolicy(
            stack,
            f"{id_}{each}Policy",
            queues=[made.ref],
            policy_document=iam.PolicyDocument(statements=_who_sends(made, rule)),
        )
    accept(dead, "AwsSolutions-SQS3", "It is a dead-letter queue.")


def _who_sends(queue: sqs.CfnQueue, rule: events.CfnRule) -> list[iam.PolicyStatement]:
    tls_only = iam.PolicyStatement(
        sid="TlsOnly",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["sqs:*"],
        resources=[queue.attr_arn],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    by_rule = iam.PolicyStatement(
        sid="Rule",
        principals=[iam.ServicePrincipal("events.amazonaws.com")],
        actions=["sqs:SendMessage"],
        resources=[queue.attr_arn],
        conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
    )
    return [tls_only, by_rule]


def _mail(stage: Stage, stack: cdk.Stack) -> None:
    """Let the shop send mail from its domain: signed, over TLS, never again to who complained."""
    settings = ses.CfnConfigurationSet(
        stack,
        "MailSettings",
        name=stage.name("mail"),
        delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
        reputation_options=ses.CfnConfigurationSet.ReputationOptionsProperty(reputation_metrics_enabled=True),
        sending_options=ses.CfnConfigurationSet.SendingOptionsProperty(sending_enabled=True),
        suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(
            suppressed_reasons=["BOUNCE", "COMPLAINT"]
        ),
    )
    identity = ses.CfnEmailIdentity(
        stack,
        "MailDomain",
        email_identity=stage.environment.domain,
        configuration_set_attributes=ses.CfnEmailIdentity.ConfigurationSetAttributesProperty(
            configuration_set_name=settings.ref
        ),
    )
    if stage.is_second:  # the records of DKIM differ by region; those of the first are the domain's
        return
    for number in range(1, DKIM_KEYS + 1):
        name = cdk.Token.as_string(identity.get_att(f"DkimDNSTokenName{number}"))
        value = cdk.Token.as_string(identity.get_att(f"DkimDNSTokenValue{number}"))
        route53.CfnRecordSet(
            stack,
            f"Dkim{number}",
            hosted_zone_id=stage.environment.zone_id,
            name=name,
            type="CNAME",
            ttl=RECORD_SECONDS,
            resource_records=[value],
        )
