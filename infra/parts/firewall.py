"""The firewall before CloudFront: what is known to be bad, and what comes too often from one address."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_wafv2 as wafv2

from infra.parts.grants import Shop
from infra.parts.logs import log_group

#: Rules that AWS keeps, in the order they are asked.
MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
#: Counted instead of refused: staff send more than the rule's 8 KB; the API has limits itself.
COUNTED = {"AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",)}
WINDOW_SECONDS = 300
REQUESTS_PER_WINDOW_MAX = 3_000
SIGN_INS_PER_WINDOW_MAX = 100
SIGN_IN = "/sign-in"
_ACL = wafv2.CfnWebACL


def firewall(shop: Shop, stack: cdk.Stack) -> wafv2.CfnWebACL:
    """Make the firewall and its log."""
    stage = shop.stage
    rules = [_managed(number, name) for number, name in enumerate(MANAGED)]
    rules.append(_rate(len(rules), "sign-ins", SIGN_INS_PER_WINDOW_MAX, _sign_ins()))
    rules.append(_rate(len(rules), "requests", REQUESTS_PER_WINDOW_MAX, None))
    acl = wafv2.CfnWebACL(
        stack,
        "Firewall",
        name=stage.name("firewall"),
        scope="CLOUDFRONT",
        default_action=_ACL.DefaultActionProperty(allow=_ACL.AllowActionProperty()),
        visibility_config=_seen("firewall"),
        rules=rules,
    )
    group = log_group(
        stack,
        "FirewallLogs",
        name=f"aws-waf-logs-{stage.name('firewall')}",  # WAF writes into groups of such names only
        key=shop.guard.operations_key,
        days=stage.environment.log_days,
    )
    wafv2.CfnLoggingConfiguration(
        stack,
        "FirewallLogging",
        resource_arn=acl.attr_arn,
        log_destination_configs=[cdk.Fn.select(0, cdk.Fn.split(":*", group.attr_arn))],
        redacted_fields=[
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": name})
            for name in ("authorization", "cookie")
        ],
    )
    return acl


def _seen(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return _ACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def _managed(priority: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    counted = [
        _ACL.RuleActionOverrideProperty(name=each, action_to_use=_ACL.RuleActionProperty(count={}))
        for each in COUNTED.get(name, ())
    ]
    statement = _ACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS", name=name, rule_action_overrides=counted or None
    )
    return _ACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=_ACL.OverrideActionProperty(none={}),
        statement=_ACL.StatementProperty(managed_rule_group_statement=statement),
        visibility_config=_seen(name),
    )


def _rate(
    priority: int, name: str, limit: int, only: wafv2.CfnWebACL.StatementProperty | None
) -> wafv2.CfnWebACL.RuleProperty:
    statement = _ACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=limit, evaluation_window_sec=WINDOW_SECONDS, scope_down_statement=only
    )
    return _ACL.RuleProperty(
        name=name,
        priority=priority,
        action=_ACL.RuleActionProperty(block=_ACL.BlockActionProperty()),
        statement=_ACL.StatementProperty(rate_based_statement=statement),
        visibility_config=_seen(name),
    )


def _sign_ins() -> wafv2.CfnWebACL.StatementProperty:
    match = _ACL.ByteMatchStatementProperty(
        search_string=SIGN_IN,
        positional_constraint="CONTAINS",
        field_to_match=_ACL.FieldToMatchProperty(uri_path={}),
        text_transformations=[_ACL.TextTransformationProperty(priority=0, type="LOWERCASE")],
    )
    return _ACL.StatementProperty(byte_match_statement=match)
