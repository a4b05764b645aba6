"""The API in the cloud: its addresses are those the code exports, its functions know only what they need."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from infra.environments import ENVIRONMENTS
from infra.handlers import API_HANDLERS, AWAITED, TASK_POOL_SIZE, handler_of
from tests.helpers.templates import FOLDER, resources, templates, text

from vivamarket.settings import VARIABLES

METHODS = {"get", "put", "post", "patch", "delete"}
#: Connections that stay free for engineers, backups and the server itself.
CONNECTIONS_SPARED = 20


@pytest.fixture(scope="module")
def document():
    return json.loads((FOLDER / "api.json").read_text())


@pytest.fixture(scope="module")
def exported():
    path = FOLDER.parents[1] / "web" / "packages" / "api-client" / "openapi.json"
    return json.loads(path.read_text())


def test_the_gateway_has_every_address_of_the_api_and_no_other(document, exported):
    ours = {(path, method) for path, each in exported["paths"].items() for method in METHODS & set(each)}
    theirs = {(path, method) for path, each in document["paths"].items() for method in METHODS & set(each)}
    assert ours
    assert theirs - ours == {("/{page+}", "get")}
    assert ours - theirs == set()


def test_every_address_goes_to_one_function_and_needs_cloudfronts_key(document):
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            called = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            assert called.count(f"-{handler_of(path).name}:live/") == 1, (path, method)
            assert operation["security"] == [{"origin": []}], (path, method)


def test_the_gateway_can_import_it(document):
    """What ``import-rest-api`` refuses: two names at one place, too many resources, unnamed parameters."""
    names: dict[str, set[str]] = {}
    places = set()
    for path, operations in document["paths"].items():
        parts = path.strip("/").split("/")
        for number, part in enumerate(parts):
            places.add("/".join(parts[: number + 1]))
            if part.startswith("{"):
                names.setdefault("/".join(parts[:number]), set()).add(part)
        wanted = {part.strip("{}").removesuffix("+") for part in parts if part.startswith("{")}
        for operation in operations.values():
            assert {each["name"] for each in operation["parameters"]} == wanted, path
    assert [place for place, found in names.items() if len(found) > 1] == []
    assert len(places) <= 300  # resources of one API
    assert document["openapi"].startswith("3.0.")


def test_the_deployment_is_another_one_when_the_document_is():
    from infra.api_document import document_key

    key = document_key((FOLDER / "api.json").read_text())
    for name, template in templates().items():
        if name.split("/")[1].startswith("api"):
            assert key in json.dumps(template["Resources"]["Gateway"]), name
            assert f"Deployment{key[4:14]}" in template["Resources"], name


def test_functions_have_the_settings_of_the_shop_and_no_other():
    known = {variable.name for variable in VARIABLES}
    assert set(AWAITED) & known == set(), "the shop reads it now: take it from AWAITED"
    given = set()
    for each in resources("AWS::Lambda::Function"):
        names = set(each.properties["Environment"]["Variables"])
        assert names <= known | set(AWAITED), each.where
        given |= names
    assert {"VIVA_PROFILE", "VIVA_PUBLIC_URL", "VIVA_SANDBOX", "VIVA_SECRETS"} <= given


def test_no_setting_holds_a_secret():
    for each in resources("AWS::Lambda::Function"):
        assert "resolve:" not in text(each.properties["Environment"]), each.where
        assert "ClientSecret" not in text(each.properties["Environment"]), each.where


def test_every_function_calls_something_that_is_there():
    for each in resources("AWS::Lambda::Function"):
        module, name = each.properties["Handler"].rsplit(".", 1)
        assert callable(getattr(import_module(module), name)), each.where
        assert each.properties["Architectures"] == ["arm64"]
        assert each.properties["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: each.name)
def test_functions_and_tasks_together_leave_connections_free(environment):
    inside = [
        each
        for each in resources("AWS::Lambda::Function", size=environment.name)
        if "-second:" not in each.where
    ]
    used = sum(each.properties["ReservedConcurrentExecutions"] for each in inside)
    used += environment.worker.tasks_max * TASK_POOL_SIZE
    assert used + CONNECTIONS_SPARED <= environment.database.connections_max


def test_a_new_version_is_taken_back_when_it_fails():
    for each in resources("AWS::CodeDeploy::DeploymentGroup"):
        assert each.properties["AutoRollbackConfiguration"]["Enabled"] is True
        assert len(each.properties["AlarmConfiguration"]["Alarms"]) == len(API_HANDLERS)
    for each in resources("AWS::Lambda::Alias"):
        if each.where.split(":")[0].split("/")[1].startswith("api"):
            assert "CodeDeployLambdaAliasUpdate" in each.whole["UpdatePolicy"], each.where


def test_the_gateway_is_throttled_and_logs_nobodys_data():
    for each in resources("AWS::ApiGateway::Stage"):
        (settings,) = each.properties["MethodSettings"]
        assert settings["ThrottlingRateLimit"] == 200
        assert settings["DataTraceEnabled"] is False
        line = text(each.properties["AccessLogSetting"]["Format"])
        assert "sourceIp" not in line
        assert "authorizer" not in line
