"""The API's OpenAPI document as API Gateway imports it: the same addresses, and which function answers each.

API Gateway knows OpenAPI 3.0, ours is 3.1; its schemas stay with the application, which checks every request
itself. Nothing else is lost: whatever the document names is an address of the gateway, and nothing beside it.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from infra.handlers import API_HANDLERS, Handler, handler_of
from vivamarket.api.app import openapi_document

METHODS = ("get", "put", "post", "patch", "delete")
#: The key that only CloudFront knows, so that nobody comes around its firewall.
ORIGIN_KEY = "origin"
#: Below a second more than our functions' own limit, so that theirs is the answer.
INTEGRATION_TIMEOUT_MS = 25_000


def api_document() -> str:
    """Return the document: the same text for the same API."""
    exported = json.loads(openapi_document())
    paths = {
        path: {
            method: _operation(path, handler_of(path), operation.get("operationId"))
            for method, operation in operations.items()
            if method in METHODS
        }
        for path, operations in exported["paths"].items()
    }
    # What is no address of the API is told so by the application, in its own words.
    paths["/api/{rest+}"] = {
        "x-amazon-apigateway-any-method": _operation("/api/{rest+}", handler_of("/api/"), None)
    }
    paths["/{page+}"] = {"get": _operation("/{page+}", handler_of("/"), None)}
    document = {
        "openapi": "3.0.1",
        "info": {"title": exported["info"]["title"], "version": exported["info"]["version"]},
        "paths": paths,
        "components": {
            "securitySchemes": {ORIGIN_KEY: {"type": "apiKey", "name": "x-api-key", "in": "header"}}
        },
        "x-amazon-apigateway-api-key-source": "HEADER",
        "x-amazon-apigateway-binary-media-types": ["*/*"],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"


def document_key(text: str) -> str:
    """Return where in the bucket of artifacts the document is: under the hash of what is in it."""
    return f"api/{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"


def _operation(path: str, handler: Handler, name: str | None) -> dict[str, Any]:
    assert handler in API_HANDLERS
    named: dict[str, Any] = {} if name is None else {"operationId": name}
    parameters = [
        {"name": each.removesuffix("+"), "in": "path", "required": True, "schema": {"type": "string"}}
        for each in re.findall(r"{([^}]+)}", path)
    ]
    return {
        **named,
        "parameters": parameters,
        "responses": {"default": {"description": "What the application answers"}},
        "security": [{ORIGIN_KEY: []}],
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "passthroughBehavior": "when_no_match",
            "timeoutInMillis": INTEGRATION_TIMEOUT_MS,
            "uri": {"Fn::Sub": _INVOKE % handler.name},
        },
    }


#: The template that includes the document fills in where it is, and in which environment.
_INVOKE = (
    "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-%s:live/invocations"
)
