"""``watch``: who is told, what rings, one page of figures, and what it may cost."""

from __future__ import annotations

import json
from collections import Counter

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from infra.alarms import Alarm, alarms
from infra.parts.grants import Shop
from infra.stacks.web import Web
from infra.stage import Stage

PAGE = "docs/operate/cloud-alarms.md"
WIDGET_WIDTH, WIDGET_HEIGHT, WIDGETS_A_ROW = 8, 6, 3
#: AWS services that tell the topic something.
TELLERS = ("cloudwatch.amazonaws.com", "budgets.amazonaws.com", "codestar-notifications.amazonaws.com")


def watch(shop: Shop, shown: Web | None) -> cdk.Stack:
    """Make the stack."""
    stage = shop.stage
    stack = stage.stack("watch", "alarms, dashboard, budget, and who is told")
    topic = _topic(shop, stack)
    found = alarms(
        stage,
        distribution_id=None if shown is None else shown.distribution_id,
        has_nat_instance=shop.network.nat_instance_id,
    )
    seen: Counter[str] = Counter()
    for each in found:
        _alarm(stage, stack, each, seen[each.name], topic)
        seen[each.name] += 1
    cloudwatch.CfnDashboard(
        stack,
        "Dashboard",
        dashboard_name=stage.name(f"shop-{stage.region.name}"),
        dashboard_body=cdk.Fn.sub(_dashboard(stage, found), _filled_in(found)),
    )
    if not stage.is_second:
        _budget(stage, stack, topic)
    return stack


def _topic(shop: Shop, stack: cdk.Stack) -> sns.CfnTopic:
    """Make the topic, and tell its messages to the mail address of operations."""
    topic = sns.CfnTopic(
        stack,
        "NotifyOps",
        topic_name=shop.stage.name("notify-ops"),
        kms_master_key_id=shop.guard.operations_key.key_arn,
        subscription=[
            sns.CfnTopic.SubscriptionProperty(
                protocol="email", endpoint=shop.stage.environment.operations_mail
            )
        ],
    )
    tell = iam.PolicyStatement(
        sid="Tell",
        principals=[iam.ServicePrincipal(each) for each in TELLERS],
        actions=["sns:Publish"],
        resources=[topic.ref],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )
    tls_only = iam.PolicyStatement(
        sid="TlsOnly",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["sns:Publish"],
        resources=[topic.ref],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    sns.CfnTopicPolicy(
        stack,
        "NotifyOpsPolicy",
        topics=[topic.ref],
        policy_document=iam.PolicyDocument(statements=[tls_only, tell]),
    )
    return topic


def _alarm(stage: Stage, stack: cdk.Stack, wanted: Alarm, number: int, topic: sns.CfnTopic) -> None:
    id_ = wanted.id_for(number)
    is_percentile = wanted.statistic.startswith("p")
    cloudwatch.CfnAlarm(
        stack,
        id_,
        alarm_name=stage.name(wanted.name + (f"-{number + 1}" if number else "")),
        alarm_description=f"What to do: {PAGE}#{wanted.name}",
        namespace=wanted.namespace,
        metric_name=wanted.metric,
        dimensions=[
            cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
            for name, value in sorted(wanted.dimensions.items())
        ],
        statistic=None if is_percentile else wanted.statistic,
        extended_statistic=wanted.statistic if is_percentile else None,
        period=wanted.period_seconds,
        evaluation_periods=wanted.periods,
        threshold=wanted.threshold,
        comparison_operator="LessThanThreshold" if wanted.below else "GreaterThanThreshold",
        treat_missing_data="breaching" if wanted.silence_rings else "notBreaching",
        alarm_actions=[topic.ref],
        ok_actions=[topic.ref],
    )


def _dashboard(stage: Stage, found: list[Alarm]) -> str:
    """Return a page with a plot for each alarm: the figure, and the line above which it rings."""
    widgets = []
    for number, each in enumerate(found):
        metric: list[object] = [each.namespace, each.metric]
        for name in sorted(each.dimensions):
            metric += [name, f"${{{_slot(number, name)}}}"]
        widgets.append(
            {
                "type": "metric",
                "x": number % WIDGETS_A_ROW * WIDGET_WIDTH,
                "y": number // WIDGETS_A_ROW * WIDGET_HEIGHT,
                "width": WIDGET_WIDTH,
                "height": WIDGET_HEIGHT,
                "properties": {
                    "title": each.name,
                    "region": stage.region.name,
                    "stat": each.statistic,
                    "period": each.period_seconds,
                    "metrics": [metric],
                    "annotations": {"horizontal": [{"value": each.threshold}]},
                },
            }
        )
    return json.dumps({"widgets": widgets}, sort_keys=True)


def _filled_in(found: list[Alarm]) -> dict[str, str]:
    return {
        _slot(number, name): value
        for number, each in enumerate(found)
        for name, value in each.dimensions.items()
    }


def _slot(number: int, name: str) -> str:
    return f"{name}{number}"


def _budget(stage: Stage, stack: cdk.Stack, topic: sns.CfnTopic) -> None:
    """Tell when a month will cost more than was decided, and when it has."""
    budgets.CfnBudget(
        stack,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=stage.name("month"),
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=stage.environment.budget_dollars, unit="USD"),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=100,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[
                    budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.ref)
                ],
            )
            for kind in ("FORECASTED", "ACTUAL")
        ],
    )
