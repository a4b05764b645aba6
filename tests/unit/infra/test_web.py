"""CloudFront answers as the embedded server does: the same headers, the same addresses."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.templates import FOLDER, resources

from vivamarket.api.config import AdminConfig, StaticConfig

STATIC, ADMIN = StaticConfig(), AdminConfig()
#: The policy's name, and what the embedded server sends in its place.
POLICIES = {
    "pages": {**STATIC.headers, **STATIC.html_headers},
    "files": dict(STATIC.headers),
    "admin": {**ADMIN.headers, **ADMIN.html_headers},
    "admin-files": dict(ADMIN.headers),
}
CHECKOUT = FOLDER.parents[1]


@pytest.mark.parametrize("name", POLICIES)
def test_the_headers_are_those_of_the_embedded_server(name):
    for each in resources("AWS::CloudFront::ResponseHeadersPolicy"):
        config = each.properties["ResponseHeadersPolicyConfig"]
        if config["Name"].split("-", 2)[2] == name:
            assert _sent(config) == POLICIES[name]
            assert config["SecurityHeadersConfig"]["StrictTransportSecurity"]["Override"] is True


def test_the_firewall_is_one_for_cloudfront():
    for size in ("standard", "global"):
        (acl,) = resources("AWS::WAFv2::WebACL", size=size)
        assert acl.where.startswith(f"{size}/web:")
        assert acl.properties["Scope"] == "CLOUDFRONT"
        (shown,) = resources("AWS::CloudFront::Distribution", size=size)
        assert shown.properties["DistributionConfig"]["WebACLId"] == {"Fn::GetAtt": ["Firewall", "Arn"]}


def test_nobody_sees_a_bucket_but_through_cloudfront_and_tls():
    for each in resources("AWS::CloudFront::Distribution"):
        config = each.properties["DistributionConfig"]
        for origin in config["Origins"]:
            assert "OriginAccessControlId" in origin or origin["Id"] == "api"
        for behavior in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]:
            assert behavior["ViewerProtocolPolicy"] in {"redirect-to-https", "https-only"}
        assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_what_is_no_page_is_answered_by_the_application():
    for each in resources("AWS::CloudFront::Distribution"):
        config = each.properties["DistributionConfig"]
        assert "CustomErrorResponses" not in config  # they would take the API's own words away
        (group,) = [one for one in config["OriginGroups"]["Items"] if one["Id"] == "pages-or-api"]
        assert [one["OriginId"] for one in group["Members"]["Items"]] == ["pages", "api"]
        assert {403, 404} <= set(group["FailoverCriteria"]["StatusCodes"]["Items"])
        assert config["DefaultCacheBehavior"]["TargetOriginId"] == "pages-or-api"


def test_global_takes_files_from_the_second_region():
    (each,) = resources("AWS::CloudFront::Distribution", size="global")
    groups = each.properties["DistributionConfig"]["OriginGroups"]["Items"]
    assert {group["Id"] for group in groups} == {"pages-or-api", "media-both", "pages-both", "admin-both"}


ADDRESSES = {
    "/en/": {"uri": "/en.html"},
    "/en/products/oak-table/": {"uri": "/en/products/oak-table.html"},
    "/en/products/oak-table": {"status": 308, "location": "/en/products/oak-table/?q=1"},
    "/sitemap.xml": {"uri": "/sitemap.xml"},
    "/admin": {"status": 308, "location": "/admin/"},
    "/admin/orders/7": {"uri": "/admin/index.html"},
    "/admin/assets/index.js": {"uri": "/admin/assets/index.js"},
}
LANGUAGES = {
    "": "/en/",
    "es-MX,en;q=0.5": "/es/",
    "fr;q=1, es;q=0.4, en;q=0.6": "/en/",
    "xx;q=nonsense": "/en/",
}


def test_addresses_and_languages_are_read_as_the_embedded_server_reads_them():
    (function,) = resources("AWS::CloudFront::Function", size="small")
    events = [_event(path, "", {"q": {"value": "1"}}) for path in ADDRESSES]
    events += [_event("/", accepted, {}) for accepted in LANGUAGES]
    answers = _run(function.properties["FunctionCode"], events)
    assert answers[: len(ADDRESSES)] == list(ADDRESSES.values())
    assert [each["location"] for each in answers[len(ADDRESSES) :]] == list(LANGUAGES.values())
    assert len(function.properties["FunctionCode"].encode()) <= 10_240  # what CloudFront takes


def _sent(config: dict[str, Any]) -> dict[str, str]:
    security = config["SecurityHeadersConfig"]
    sent = {one["Header"]: one["Value"] for one in config.get("CustomHeadersConfig", {}).get("Items", ())}
    if "ContentSecurityPolicy" in security:
        sent["content-security-policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    if "ContentTypeOptions" in security:
        sent["x-content-type-options"] = "nosniff"
    if "FrameOptions" in security:
        sent["x-frame-options"] = security["FrameOptions"]["FrameOption"]
    if "ReferrerPolicy" in security:
        sent["referrer-policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    return sent


def _event(path: str, accepted: str, querystring: dict[str, Any]) -> dict[str, Any]:
    headers = {"accept-language": {"value": accepted}} if accepted else {}
    return {"request": {"uri": path, "headers": headers, "querystring": querystring}}


def _run(code: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Call the function for each event, in Node."""
    script = f"""{code}
    const answer = (made) => made.statusCode
      ? {{ status: made.statusCode, location: made.headers.location.value }} : {{ uri: made.uri }};
    console.log(JSON.stringify({json.dumps(events)}.map((event) => answer(handler(event)))));
    """
    done = subprocess.run([_node(), "-e", script], capture_output=True, text=True, check=True, timeout=30)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def _node() -> str:
    """Return Node as ``./viva`` found or fetched it."""
    noted = CHECKOUT / ".viva" / "stamps" / "node.json"
    folder = json.loads(noted.read_text())["folder"] if noted.exists() else None
    found = shutil.which("node", path=folder) or shutil.which("node")
    assert found is not None, "Node.js is missing; ./viva prepare npm fetches it"
    return str(Path(found))
