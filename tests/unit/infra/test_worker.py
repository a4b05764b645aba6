"""The worker in the cloud: the queues its adapters mean, and containers that may do little."""

from __future__ import annotations

import json

import pytest
from infra.environments import ENVIRONMENTS
from infra.handlers import AWAITED, WORKER_COMMAND
from tests.helpers.templates import listed, resources, text

from vivamarket.adapters.aws.queues import BUS, QUEUES, RECEIVES_MAX
from vivamarket.serve import ROLES
from vivamarket.settings import VARIABLES

SIZES = [each.name for each in ENVIRONMENTS]


@pytest.mark.parametrize("size", SIZES)
def test_bus_rules_and_queues_are_those_the_adapters_mean(size):
    assert {each.properties["Name"] for each in resources("AWS::Events::EventBus", size=size)} == {
        f"vivamarket-{size}-{BUS}"
    }
    queues = {
        each.properties["QueueName"]: each.properties for each in resources("AWS::SQS::Queue", size=size)
    }
    rules = {each.properties["Name"]: each.properties for each in resources("AWS::Events::Rule", size=size)}
    for wanted in QUEUES:
        name, dead = f"vivamarket-{size}-{wanted.name}", f"vivamarket-{size}-{wanted.dead_name}"
        attributes = wanted.attributes("")
        assert queues[name]["MessageRetentionPeriod"] == int(attributes["MessageRetentionPeriod"])
        assert queues[name]["VisibilityTimeout"] == int(attributes["VisibilityTimeout"])
        assert queues[name]["RedrivePolicy"]["maxReceiveCount"] == RECEIVES_MAX
        assert "Dead" in text(queues[name]["RedrivePolicy"]["deadLetterTargetArn"])
        assert dead in queues
        assert rules[name]["EventPattern"] == json.loads(wanted.pattern)
        assert "DeadLetterConfig" in rules[name]["Targets"][0]


def test_a_queue_takes_messages_of_its_rule_only_and_over_tls():
    for each in resources("AWS::SQS::QueuePolicy"):
        refused, allowed = each.properties["PolicyDocument"]["Statement"]
        assert (refused["Effect"], refused["Condition"]["Bool"]) == ("Deny", {"aws:SecureTransport": "false"})
        assert allowed["Principal"] == {"Service": "events.amazonaws.com"}
        assert "Rule" in text(allowed["Condition"]["ArnEquals"]["aws:SourceArn"])


def test_a_task_runs_the_worker_and_may_do_little():
    assert WORKER_COMMAND[-1] in ROLES
    known = {variable.name for variable in VARIABLES} | set(AWAITED)
    for each in resources("AWS::ECS::TaskDefinition"):
        (container,) = each.properties["ContainerDefinitions"]
        assert container["Command"] == list(WORKER_COMMAND)
        assert container["ReadonlyRootFilesystem"] is True
        assert container["User"] != "0"
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert {variable["Name"] for variable in container["Environment"]} <= known
        assert "@" in text(container["Image"])  # by what is in it, not by a name that may move


def test_tasks_are_added_above_seventy_percent_and_none_runs_in_a_standby():
    for each in resources("AWS::ApplicationAutoScaling::ScalingPolicy"):
        config = each.properties["TargetTrackingScalingPolicyConfiguration"]
        assert config["TargetValue"] == 70
        assert "-second" not in each.where
    for each in resources("AWS::ECS::Service"):
        assert each.properties["NetworkConfiguration"]["AwsvpcConfiguration"]["AssignPublicIp"] == "DISABLED"
        assert (each.properties["DesiredCount"] == 0) == ("-second" in each.where)


def test_mail_goes_over_tls_and_not_to_who_complained():
    for each in resources("AWS::SES::ConfigurationSet"):
        assert each.properties["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
        assert listed(each.properties["SuppressionOptions"]["SuppressedReasons"]) == ["BOUNCE", "COMPLAINT"]
