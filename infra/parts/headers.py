"""Headers that CloudFront adds: those of the embedded server, from the one place where they are written."""

from __future__ import annotations

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront

from infra.stage import Stage

#: Beside what the shop itself says: a browser that was here once comes back over TLS only.
TLS_DAYS = 365
_SECURITY = cloudfront.CfnResponseHeadersPolicy


def headers_policy(
    stage: Stage, stack: cdk.Stack, name: str, *headers: Mapping[str, str]
) -> cloudfront.CfnResponseHeadersPolicy:
    """Make a policy that sends these headers, whatever the origin says."""
    left = {key: value for each in headers for key, value in each.items()}
    security = _SECURITY.SecurityHeadersConfigProperty(
        strict_transport_security=_SECURITY.StrictTransportSecurityProperty(
            access_control_max_age_sec=TLS_DAYS * 86_400,
            include_subdomains=False,
            override=True,
            preload=False,
        ),
        content_security_policy=_csp(left.pop("content-security-policy", None)),
        content_type_options=_no_sniffing(left.pop("x-content-type-options", None)),
        frame_options=_frames(left.pop("x-frame-options", None)),
        referrer_policy=_referrer(left.pop("referrer-policy", None)),
    )
    custom = [
        _SECURITY.CustomHeaderProperty(header=key, value=value, override=True)
        for key, value in sorted(left.items())
    ]
    config = _SECURITY.ResponseHeadersPolicyConfigProperty(
        name=stage.name(name),
        comment="What the embedded server sends (api/config.py), and TLS only",
        security_headers_config=security,
        custom_headers_config=_SECURITY.CustomHeadersConfigProperty(items=custom) if custom else None,
    )
    id_ = "".join(part.title() for part in name.split("-"))
    return cloudfront.CfnResponseHeadersPolicy(stack, f"{id_}Headers", response_headers_policy_config=config)


# CloudFront takes these as settings of their own and refuses them as plain headers.


def _csp(value: str | None) -> cloudfront.CfnResponseHeadersPolicy.ContentSecurityPolicyProperty | None:
    if value is None:
        return None
    return _SECURITY.ContentSecurityPolicyProperty(content_security_policy=value, override=True)


def _no_sniffing(
    value: str | None,
) -> cloudfront.CfnResponseHeadersPolicy.ContentTypeOptionsProperty | None:
    assert value in {None, "nosniff"}, "CloudFront knows no other value"
    return None if value is None else _SECURITY.ContentTypeOptionsProperty(override=True)


def _frames(value: str | None) -> cloudfront.CfnResponseHeadersPolicy.FrameOptionsProperty | None:
    return None if value is None else _SECURITY.FrameOptionsProperty(frame_option=value, override=True)


def _referrer(value: str | None) -> cloudfront.CfnResponseHeadersPolicy.ReferrerPolicyProperty | None:
    return None if value is None else _SECURITY.ReferrerPolicyProperty(referrer_policy=value, override=True)
