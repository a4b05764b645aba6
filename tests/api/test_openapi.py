"""The document says what the API does, and the committed copies say what the document says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types
from tests.helpers.content_recipes import CONTENT_WITHOUT_KEY
from tests.helpers.house_recipes import HOUSE_WITHOUT_KEY
from tests.helpers.route_recipes import ACCOUNT_WITHOUT_KEY

from vivamarket.api import openapi_document

COMMITTED = Path(__file__).parents[2] / "web" / "packages" / "api-client" / "openapi.json"
MUTATING = ("post", "put", "patch", "delete")
#: Signed by the provider, its event id is the key; and what begins and ends a session.
WITHOUT_KEY = {
    "receiveStripeEvent",
    "signInStaff",
    "signOutStaff",
    *ACCOUNT_WITHOUT_KEY,
    *HOUSE_WITHOUT_KEY,
    *CONTENT_WITHOUT_KEY,
}

DOCUMENT: dict[str, Any] = json.loads(openapi_document())
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method, path, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


def test_the_committed_document_is_the_present_one() -> None:
    assert COMMITTED.read_bytes() == openapi_document(), "run ./viva openapi"


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda part: str(part)[:60])
def test_every_operation_is_named_and_told(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["operationId"].isidentifier()
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(ids) == len(set(ids))


def test_every_mutating_route_takes_an_idempotency_key() -> None:
    for method, path, operation in OPERATIONS:
        if method not in MUTATING or operation["operationId"] in WITHOUT_KEY:
            continue
        keys = [each for each in operation["parameters"] if each["name"] == "Idempotency-Key"]
        assert len(keys) == 1, f"{method} {path} has no Idempotency-Key"
        assert keys[0]["required"] is True
        assert keys[0]["in"] == "header"
        assert {"409", "422"} <= operation["responses"].keys()


def test_every_problem_answer_is_described_with_an_example() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        content = response["content"]["application/problem+json"]
        assert content["schema"]["$ref"].endswith("/Problem"), name
        assert content["examples"]


def test_every_reference_leads_somewhere() -> None:
    text = openapi_document().decode()
    for kind in ("schemas", "responses"):
        prefix = f"#/components/{kind}/"
        named = {part.split('"')[0] for part in text.split(f'"{prefix}')[1:]}
        assert named <= DOCUMENT["components"][kind].keys()


def test_every_schema_is_a_json_schema() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_request_bodies_refuse_unknown_fields() -> None:
    for _, path, operation in OPERATIONS:
        body = operation.get("requestBody")
        if body is None or path.startswith("/api/v1/webhooks/") or path == "/api/v1/staff/media":
            continue
        reference = body["content"]["application/json"]["schema"]["$ref"]
        schema = DOCUMENT["components"]["schemas"][reference.rsplit("/", 1)[1]]
        assert schema["additionalProperties"] is False, path


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the document."""
    if isinstance(part, list):
        for each in part:
            yield from schemas_in(each)
    elif isinstance(part, dict):
        yield part
        for each in part.values():
            yield from schemas_in(each)


def test_every_list_says_what_it_holds() -> None:
    lists = [each for each in schemas_in(DOCUMENT) if each.get("type") == "array"]

    assert len(lists) > 50
    for each in lists:
        assert each["items"], each
        assert {} not in each["items"].get("oneOf", []), each
