"""``web``: shop, API and admin under one name, near to whoever asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53

from infra.parts.firewall import firewall
from infra.parts.grants import Shop
from infra.parts.headers import headers_policy
from infra.parts.origins import (
    Origins,
    admin_behavior,
    api_behavior,
    files_behavior,
    origins,
    pages_behavior,
)
from infra.parts.reasons import accept
from infra.stacks.api import Api
from infra.stacks.guard import LOGS
from infra.stage import Stage
from vivamarket.api.config import AdminConfig, StaticConfig
from vivamarket.shop_file import read_shop_file

#: CloudFront's own zone, for records that mean a distribution.
CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
_CONFIG = cloudfront.CfnDistribution


@dataclass(frozen=True, slots=True)
class Web:
    """What the other stacks take from here."""

    stack: cdk.Stack
    distribution_id: str


def web(shop: Shop, answers: Api) -> Web:
    """Make the stack."""
    stage = shop.stage
    stack = stage.stack("web", "CloudFront, its firewall and certificate, the shop's name")
    certificate = acm.CfnCertificate(
        stack,
        "Certificate",
        domain_name=stage.environment.domain,
        validation_method="DNS",
        domain_validation_options=[
            acm.CfnCertificate.DomainValidationOptionProperty(
                domain_name=stage.environment.domain, hosted_zone_id=stage.environment.zone_id
            )
        ],
    )
    acl = firewall(shop, stack) if stage.environment.has_firewall else None
    distribution = cloudfront.CfnDistribution(
        stack,
        "Distribution",
        distribution_config=_CONFIG.DistributionConfigProperty(
            enabled=True,
            comment=f"VivaMarket {stage.environment.name}",
            aliases=[stage.environment.domain],
            http_version="http2and3",
            ipv6_enabled=True,
            price_class="PriceClass_100",
            viewer_certificate=_CONFIG.ViewerCertificateProperty(
                acm_certificate_arn=certificate.ref,
                minimum_protocol_version="TLSv1.2_2021",
                ssl_support_method="sni-only",
            ),
            web_acl_id=None if acl is None else acl.attr_arn,
            **_answers(stage, stack, origins(stage, stack, answers)),
        ),
    )
    _accept(stage, distribution)
    _access_logs(stage, stack, distribution)
    _records(stage, stack, distribution)
    return Web(stack, distribution.ref)


def _answers(stage: Stage, stack: cdk.Stack, found: Origins) -> dict[str, object]:
    """Say which origin answers which address, and with which headers."""
    static, staff = StaticConfig(), AdminConfig()
    pages = headers_policy(stage, stack, "pages", static.headers, static.html_headers)
    files = headers_policy(stage, stack, "files", static.headers)
    admin = headers_policy(stage, stack, "admin", staff.headers, staff.html_headers)
    admin_files = headers_policy(stage, stack, "admin-files", staff.headers)
    reader = _addresses(stage, stack)
    return {
        "origins": found.all,
        "origin_groups": found.groups,
        "default_cache_behavior": pages_behavior(pages.ref, reader),
        "cache_behaviors": [
            api_behavior("/api/*"),
            api_behavior("/health/*"),
            files_behavior("/media/*", found.media, files.ref),
            files_behavior("/_next/*", found.pages, files.ref),
            files_behavior("/admin/assets/*", found.admin, admin_files.ref),
            admin_behavior("/admin*", found.admin, admin.ref, reader),
        ],
    }


def _addresses(stage: Stage, stack: cdk.Stack) -> str:
    """Make the function that turns addresses into names of files."""
    locales = list(read_shop_file().profile.locales)
    code = Path(__file__).parents[1].joinpath("parts", "addresses.js").read_text()
    made = cloudfront.CfnFunction(
        stack,
        "Addresses",
        name=stage.name("addresses"),
        auto_publish=True,
        function_code=code.replace("@@LOCALES@@", json.dumps(locales)),
        function_config=cloudfront.CfnFunction.FunctionConfigProperty(
            comment="Addresses into names of files", runtime="cloudfront-js-2.0"
        ),
    )
    return str(made.attr_function_arn)


def _access_logs(stage: Stage, stack: cdk.Stack, distribution: cloudfront.CfnDistribution) -> None:
    arn = f"arn:aws:cloudfront::{cdk.Aws.ACCOUNT_ID}:distribution/{distribution.ref}"
    source = logs.CfnDeliverySource(
        stack, "AccessLogsSource", name=stage.name("cloudfront"), log_type="ACCESS_LOGS", resource_arn=arn
    )
    target = logs.CfnDeliveryDestination(
        stack,
        "AccessLogsTarget",
        name=stage.name("cloudfront"),
        destination_resource_arn=f"arn:aws:s3:::{stage.bucket_name(LOGS)}/cloudfront",
        output_format="json",
    )
    delivery = logs.CfnDelivery(
        stack,
        "AccessLogs",
        delivery_source_name=source.name,
        delivery_destination_arn=target.attr_arn,
        s3_suffix_path="{yyyy}/{MM}/{dd}",
    )
    delivery.add_resource_dependency(source)


def _records(stage: Stage, stack: cdk.Stack, distribution: cloudfront.CfnDistribution) -> None:
    for kind in ("A", "AAAA"):
        route53.CfnRecordSet(
            stack,
            f"Name{kind}",
            hosted_zone_id=stage.environment.zone_id,
            name=stage.environment.domain,
            type=kind,
            alias_target=route53.CfnRecordSet.AliasTargetProperty(
                dns_name=distribution.attr_domain_name, hosted_zone_id=CLOUDFRONT_ZONE
            ),
        )


def _accept(stage: Stage, distribution: cloudfront.CfnDistribution) -> None:
    accept(
        distribution, "AwsSolutions-CFR1", "The shop is shown everywhere; where it sends to, its zones say."
    )
    accept(distribution, "AwsSolutions-CFR3", "Logged by the newer delivery, into the bucket of logs.")
    if not stage.environment.has_firewall:
        accept(
            distribution,
            "AwsSolutions-CFR2",
            "A small shop relies on the limits of the API and of its gateway; `standard` has a firewall.",
        )
