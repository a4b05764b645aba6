"""The OpenAPI 3.1 document: generated from the routes, completed here, committed, checked for drift."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Server, Tag

from vivamarket.api.errors import PROBLEM_MEDIA_TYPE

API_VERSION = "1.0.0"

_DESCRIPTION = """\
The REST API of a VivaMarket shop.

- **Errors** are `application/problem+json` (RFC 9457) with a stable `code` and a `request_id`.
- **Money** is `{"minor_units": 1250, "currency": "EUR"}`: integers of the currency's smallest unit.
- **Lists** are keyset pages: pass `next_cursor` back as `cursor`.
- **Every change** needs an `Idempotency-Key`; repeating a request with its key repeats its answer. Signing in
  and what changes an account take none: their answers carry a session, which is never kept.
- **Catalogue answers** carry an `ETag`; send it back in `If-None-Match` and get 304 while it holds.
- **Carts** are opened by their unguessable id, **orders** by the token that placing them returned.
- Send `X-Request-Id` to name a request yourself; every answer carries one.
"""

_TAGS = (
    ("Shop", "The shop itself: languages, currencies, countries."),
    ("Catalogue", "Categories, products, live prices and stock."),
    ("Search", "Finding products, facets, suggestions."),
    ("Cart", "What a shopper wishes to buy."),
    ("Orders", "What was promised: placing, paying, following."),
    ("Webhooks", "What others tell us."),
    ("Account", "Customers who keep an account: signing up, in and out, and what proves who they are."),
    ("Staff", "For the people who run the shop."),
    ("Health", "For load balancers."),
)

_PUBLIC_NAMES = {"ProductDetail": "Product", "CategoryNode": "Category", "AddressFields": "NewAddress"}

_ATTRIBUTE_FILTERS: dict[str, Any] = {
    "name": "attributes",
    "in": "query",
    "required": False,
    "description": (
        "Attribute and option filters, each written `attr.<key>=<value>`, such as `attr.color=red`; "
        "repeatable. Values of one key are alternatives."
    ),
    "style": "form",
    "explode": True,
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": r"^attr\..+"},
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    },
    "example": {"attr.color": ["red", "blue"]},
}

_EVENT_BODY: dict[str, Any] = {
    "required": True,
    "description": "The event exactly as the provider signed it.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}

_PICTURE_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file itself.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def openapi_config() -> OpenAPIConfig:
    """Return what Litestar needs to describe the API. It serves nothing of it; ``docs`` does."""
    return OpenAPIConfig(
        title="VivaMarket API",
        version=API_VERSION,
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="VivaMarket"),
        servers=[Server(url="/", description="The shop you are looking at.")],
        tags=[Tag(name=name, description=text) for name, text in _TAGS],
        components=Components(
            security_schemes={
                "orderToken": SecurityScheme(
                    type="http", scheme="bearer", description="The token that placing the order returned."
                ),
                "staffSession": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name="viva_staff",
                    description=(
                        "The cookie that signing in set (`signInStaff`); `__Host-viva_staff` over https."
                    ),
                ),
                "customerSession": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name="viva_access",
                    description="The cookie that signing in set; `__Host-viva_access` over https.",
                ),
                "customerToken": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="JWT",
                    description="A customer's access token, for programs; verified by `getSigningKeys`.",
                ),
                "csrfToken": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="header",
                    name="X-CSRF-Token",
                    description="`csrf_token` of the session, with every change.",
                ),
            }
        ),
        use_handler_docstrings=True,
    )


def openapi_of(app: Litestar) -> dict[str, Any]:
    """Return the app's document with what annotations cannot say."""
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi_schema.to_schema()))
    _name_items(document)
    paths: dict[str, dict[str, Any]] = document["paths"]
    paths["/api/v1/search"]["get"]["parameters"].append(_ATTRIBUTE_FILTERS)
    paths["/api/v1/webhooks/stripe"]["post"]["requestBody"] = _EVENT_BODY
    paths["/api/v1/staff/media"]["post"]["requestBody"] = _PICTURE_BODY
    _add_readiness(paths["/health/ready"]["get"])
    _add_redirect(paths["/api/v1/products/{slug}"]["get"])
    for item in paths.values():
        for operation in item.values():
            _complete(operation)
            _close(operation.get("requestBody", {}), document["components"]["schemas"])
    document["components"]["schemas"]["Money"].update(
        description="An amount in the currency's smallest unit (ISO 4217): 1250 EUR is 12.50 €.",
        examples=[{"minor_units": 1250, "currency": "EUR"}],
    )
    _share_problems(document)
    return _renamed(document)


def _name_items(part: Any) -> None:
    """Say what lists hold: of `tuple[Line, ...]` with a limit Litestar writes "a line, or anything"."""
    if isinstance(part, list):
        for each in part:
            _name_items(each)
    elif isinstance(part, dict):
        choices = part["items"].get("oneOf", []) if isinstance(part.get("items"), dict) else []
        if {} in choices:
            (part["items"],) = [each for each in choices if each != {}]
        for each in part.values():
            _name_items(each)


def _share_problems(document: dict[str, Any]) -> None:
    """Write each kind of problem answer once and refer to it: 400, 404, … read the same everywhere."""
    shared: dict[str, Any] = document["components"].setdefault("responses", {})
    for item in document["paths"].values():
        for operation in item.values():
            responses = operation["responses"]
            for status, response in responses.items():
                if PROBLEM_MEDIA_TYPE in response.get("content", {}):
                    shared[f"Problem{status}"] = response
                    responses[status] = {"$ref": f"#/components/responses/Problem{status}"}


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Give schemas their public names: in Python the wire form of a `Cart` is a `CartOut`."""
    schemas: dict[str, dict[str, Any]] = document["components"]["schemas"]
    names = {name: _PUBLIC_NAMES.get(name, name.removesuffix("Out")) for name in schemas}
    text = msgspec.json.encode(document).decode()
    for name, public in names.items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{public}"')
    renamed: dict[str, Any] = msgspec.json.decode(text)
    components = renamed["components"]["schemas"]
    renamed["components"]["schemas"] = {
        public: {**components[name], "title": public} for name, public in names.items()
    }
    return renamed


def encode_document(document: dict[str, Any]) -> bytes:
    """Return the document as it is committed: sorted, indented, one newline at its end."""
    return msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2) + b"\n"


def _complete(operation: dict[str, Any]) -> None:
    for response in operation["responses"].values():
        response.setdefault("headers", {})["X-Request-Id"] = {
            "description": "Names this request in logs and in problems.",
            "schema": {"type": "string"},
        }
        response["headers"].pop("cache-control", None)


def _close(part: Any, schemas: dict[str, dict[str, Any]]) -> None:
    """Say of every schema in a request body that it takes no unknown fields; all our bodies refuse them."""
    if isinstance(part, list):
        for each in part:
            _close(each, schemas)
    elif isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in schemas and schemas[name].get("additionalProperties") is not False:
            schemas[name]["additionalProperties"] = False
            _close(schemas[name], schemas)
        for each in part.values():
            _close(each, schemas)


def _add_readiness(operation: dict[str, Any]) -> None:
    ready = operation["responses"]["200"]
    operation["responses"]["503"] = {**ready, "description": "A check is failing, or it is on its way out."}


def _add_redirect(operation: dict[str, Any]) -> None:
    operation["responses"]["301"] = {
        "description": "The slug is of former times; the product's present address is in `Location`.",
        "headers": {"Location": {"schema": {"type": "string"}, "required": True}},
    }
