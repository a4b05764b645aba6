"""Whatever is sent, no answer is a 500, and every refusal is a problem."""

import json
import re
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.api import ADDRESS, ApiShop

from vivamarket.api import openapi_document

REQUESTS_MAX = 250
DOCUMENT: dict[str, Any] = json.loads(openapi_document())
OPERATIONS = sorted(
    (path, method, tuple(parameter["name"] for parameter in operation.get("parameters", [])))
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
)

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "en",
            "es",
            "EUR",
            "USD",
            "blue-mug",
            "cups",
            "MUG",
            "MUG/L",
            "%",
            "../..",
            "\x00",
            "null",
            "outbox",
            "ORDER",
            "ENDPOINT",
        ]
    ),
    st.integers().map(str),
)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
LIKELY: list[dict[str, Any]] = [
    {"currency": "EUR", "locale": "en", "lines": [{"sku": "MUG", "quantity": 1}]},
    {"sku": "MUG", "quantity": 2},
    {"quantity": 0},
    {"email": "jo@example.com", "shipping_address": ADDRESS, "shipping_method": "standard", "note": "hi"},
    {"cart_id": "CART", "quote_hash": "0" * 64},
    {
        "lines": [{"position": 1, "quantity": 1}],
        "goodwill": {"minor_units": 1, "currency": "EUR"},
        "reason": "",
    },
    {"everything": True},
    {"url": "https://erp.example/", "event_types": ["order.paid"], "description": "", "enabled": True},
    {"email": "jo@example.com", "password": "correct horse battery", "name": "Jo", "locale": "en"},
    {"email": "jo@example.com", "password": "correct horse battery", "code": "x"},
    {"challenge": "x.0.1.y", "code": "000000"},
    {"secret": "JBSWY3DPEHPK3PXP", "code": "000000", "password": "correct horse battery"},
    {"old": "correct horse battery", "new": "another long password"},
    {"currency": "EUR", "locale": "en", "cart_id": "CART"},
]


@st.composite
def near_misses(draw: st.DrawFn) -> Any:
    """A body that is almost right: one field replaced, removed or added."""
    body = dict(draw(st.sampled_from(LIKELY)))
    name = draw(st.sampled_from(sorted(body)) | texts)
    if draw(st.booleans()):
        body[name] = draw(values)
    else:
        body.pop(name, None)
    return body


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str], bytes]:
    """One request to a random operation, half of its parameters filled with something."""
    path, method, names = draw(st.sampled_from(OPERATIONS))
    path = re.sub(r"\{[^}]+\}", lambda _: quote(draw(texts | st.just("CART")), safe="") or "-", path)
    query = [
        f"{name}={quote(draw(texts), safe='')}"
        for name in names
        if name not in {"Idempotency-Key", "Stripe-Signature", "attributes"} and draw(st.booleans())
    ]
    if "attributes" in names:
        query.append(f"attr.{quote(draw(texts), safe='')}={quote(draw(texts), safe='')}")
    headers = {
        "content-type": draw(st.sampled_from(["application/json", "application/json", "text/plain", ""]))
    }
    if draw(st.integers(0, 9)):
        headers["idempotency-key"] = f"fuzz-{draw(st.integers(0, 10**12)):020d}-key"
    if draw(st.booleans()):
        headers["authorization"] = draw(
            st.sampled_from(["Bearer x", "Bearer ", "Basic eDp4", "Bearer " + "t" * 500])
        )
    headers["stripe-signature"] = draw(st.sampled_from(["forged", "t=1,v1=0", ""]))
    body = draw(st.binary(max_size=60) | (near_misses() | values).map(_encoded))
    return method.upper(), f"{path}?{'&'.join(query)}", headers, body


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def drawn() -> list[tuple[str, str, dict[str, str], bytes]]:
    """Return the same requests every time."""
    found: list[tuple[str, str, dict[str, str], bytes]] = []

    @settings(
        max_examples=REQUESTS_MAX, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests())
    def collect(request: tuple[str, str, dict[str, str], bytes]) -> None:
        found.append(request)

    collect()
    return found


async def test_no_request_makes_it_break(api: ApiShop) -> None:
    await api.sign_in()
    customer = await api.identity.joined("customer@example.com")
    api.client.cookies.set("viva_access", customer.access_token, domain="shop.test", path="/")
    cart = await api.new_cart()
    order, _ = await api.placed()
    hook = {"url": "https://erp.example/", "event_types": ["order.paid"]}
    endpoint = (await api.send("POST", "/api/v1/staff/webhook-endpoints", hook)).json()["endpoint"]
    statuses: set[int] = set()
    for method, address, headers, body in drawn():
        path = address.replace("CART", cart["id"]).replace("ENDPOINT", endpoint["id"])
        path = path.replace("ORDER", order["number"])
        content = body.replace(b"CART", cart["id"].encode()) if method != "GET" else b""
        answer = await api.client.request(method, path, headers=headers, content=content)

        statuses.add(answer.status_code)
        assert answer.status_code < 500, f"{method} {path} {headers} {body!r}: {answer.text}"
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"]
    assert {200, 400, 404, 422} <= statuses
