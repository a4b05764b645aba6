"""What is behind CloudFront: buckets and the API, and which of them answers what."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront

from infra.stacks.api import STAGE_NAME, Api
from infra.stacks.data import ADMIN, FILES
from infra.stage import Stage

API = "api"
#: Two views of the bucket of files: what is under `pages/`, and the rest by its whole key.
PAGES, MEDIA = "pages", "media"
#: Origin: its bucket, and what comes before an address to make a key.
BUCKETS = {MEDIA: (FILES, ""), PAGES: (FILES, "/pages"), ADMIN: (ADMIN, "")}
PAGES_OR_API = "pages-or-api"
#: CloudFront's own policies, by their ids: keep what the origin allows, keep nothing, send all but the host.
CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHE_NOTHING = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
SEND_ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
READ = ["GET", "HEAD"]
WRITE = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
#: An object that is not there; S3 says 403 to whoever may not list.
MISSING = [403, 404]
FAILING = [500, 502, 503, 504]
READ_TIMEOUT_SECONDS = 30
_CONFIG = cloudfront.CfnDistribution


@dataclass(frozen=True, slots=True)
class Origins:
    """All origins, and the name of what answers for each kind of file."""

    all: list[cloudfront.CfnDistribution.OriginProperty]
    groups: cloudfront.CfnDistribution.OriginGroupsProperty
    media: str
    pages: str
    admin: str


def origins(stage: Stage, stack: cdk.Stack, answers: Api) -> Origins:
    """Return the origins. A file that one region cannot give comes from the other one."""
    access = cloudfront.CfnOriginAccessControl(
        stack,
        "Access",
        origin_access_control_config=cloudfront.CfnOriginAccessControl.OriginAccessControlConfigProperty(
            name=stage.name("buckets"),
            description="Requests to buckets are signed",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
        ),
    )
    found = [_bucket(stage, each, stage.region.name, access.ref, each) for each in BUCKETS]
    # What is not there, the application says in its own words.
    groups = [_group(PAGES_OR_API, PAGES, API, MISSING + FAILING)]
    names = {each: each for each in BUCKETS}
    if stage.other_region is not None:
        for thing in BUCKETS:
            second = f"{thing}-second"
            found.append(_bucket(stage, thing, stage.other_region.name, access.ref, second))
            names[thing] = f"{thing}-both"
            groups.append(_group(names[thing], thing, second, FAILING))
    found.append(_api(answers))
    return Origins(
        found,
        _CONFIG.OriginGroupsProperty(quantity=len(groups), items=groups),
        media=names[MEDIA],
        pages=names[PAGES],
        admin=names[ADMIN],
    )


def pages_behavior(headers: str, reader: str) -> cloudfront.CfnDistribution.DefaultCacheBehaviorProperty:
    """Return how pages are answered."""
    return _CONFIG.DefaultCacheBehaviorProperty(
        target_origin_id=PAGES_OR_API, function_associations=[_reads(reader)], **_reading(headers)
    )


def admin_behavior(
    pattern: str, origin: str, headers: str, reader: str
) -> cloudfront.CfnDistribution.CacheBehaviorProperty:
    """Return how the staff's application is answered."""
    return _CONFIG.CacheBehaviorProperty(
        path_pattern=pattern,
        target_origin_id=origin,
        function_associations=[_reads(reader)],
        **_reading(headers),
    )


def files_behavior(
    pattern: str, origin: str, headers: str
) -> cloudfront.CfnDistribution.CacheBehaviorProperty:
    """Return how files are answered whose names are those of objects."""
    return _CONFIG.CacheBehaviorProperty(path_pattern=pattern, target_origin_id=origin, **_reading(headers))


def api_behavior(pattern: str) -> cloudfront.CfnDistribution.CacheBehaviorProperty:
    """Return how the API answers: everything goes through, nothing is kept, its headers are its own."""
    return _CONFIG.CacheBehaviorProperty(
        path_pattern=pattern,
        target_origin_id=API,
        allowed_methods=WRITE,
        cached_methods=READ,
        cache_policy_id=CACHE_NOTHING,
        origin_request_policy_id=SEND_ALL_BUT_HOST,
        viewer_protocol_policy="https-only",
        compress=True,
    )


def _reading(headers: str) -> dict[str, object]:
    return {
        "allowed_methods": READ,
        "cached_methods": READ,
        "cache_policy_id": CACHE,
        "response_headers_policy_id": headers,
        "viewer_protocol_policy": "redirect-to-https",
        "compress": True,
    }


def _reads(function_arn: str) -> cloudfront.CfnDistribution.FunctionAssociationProperty:
    return _CONFIG.FunctionAssociationProperty(event_type="viewer-request", function_arn=function_arn)


def _bucket(
    stage: Stage, thing: str, region: str, access: str, name: str
) -> cloudfront.CfnDistribution.OriginProperty:
    bucket, before = BUCKETS[thing]
    return _CONFIG.OriginProperty(
        id=name,
        domain_name=f"{stage.bucket_name(bucket, region=region)}.s3.{region}.amazonaws.com",
        origin_path=before,
        origin_access_control_id=access,
        s3_origin_config=_CONFIG.S3OriginConfigProperty(origin_access_identity=""),
    )


def _api(answers: Api) -> cloudfront.CfnDistribution.OriginProperty:
    return _CONFIG.OriginProperty(
        id=API,
        domain_name=answers.domain,
        origin_path=f"/{STAGE_NAME}",
        custom_origin_config=_CONFIG.CustomOriginConfigProperty(
            origin_protocol_policy="https-only",
            origin_ssl_protocols=["TLSv1.2"],
            origin_read_timeout=READ_TIMEOUT_SECONDS,
        ),
        origin_custom_headers=[
            _CONFIG.OriginCustomHeaderProperty(header_name="x-api-key", header_value=answers.origin_key)
        ],
    )


def _group(
    name: str, first: str, second: str, codes: list[int]
) -> cloudfront.CfnDistribution.OriginGroupProperty:
    members = [_CONFIG.OriginGroupMemberProperty(origin_id=each) for each in (first, second)]
    return _CONFIG.OriginGroupProperty(
        id=name,
        members=_CONFIG.OriginGroupMembersProperty(quantity=2, items=members),
        failover_criteria=_CONFIG.OriginGroupFailoverCriteriaProperty(
            status_codes=_CONFIG.StatusCodesProperty(quantity=len(codes), items=codes)
        ),
    )
