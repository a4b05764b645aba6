"""Somebody is told of trouble, and finds written what to do; and there is a copy of everything elsewhere."""

from __future__ import annotations

import json
import re

import pytest
from infra.environments import ENVIRONMENTS
from tests.helpers.templates import FOLDER, resources, templates, text

PAGE = FOLDER.parents[1] / "docs" / "operate" / "cloud-alarms.md"
SIZES = [each.name for each in ENVIRONMENTS]


def test_every_alarm_tells_operations_and_names_what_to_do():
    headings = set(re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE))
    rung = set()
    for each in resources("AWS::CloudWatch::Alarm"):
        (told,) = each.properties["AlarmActions"]
        assert "notify-ops" in text(told) or told == {"Ref": "NotifyOps"}, each.where
        name = re.sub(r"^vivamarket-[a-z]+-|-\d$", "", each.properties["AlarmName"])
        assert name in headings, each.where
        rung.add(name)
        if "/watch" in each.where:
            assert each.properties["AlarmDescription"].endswith(f"docs/operate/cloud-alarms.md#{name}")
    assert headings == rung, "a page that tells of alarms which nobody has"


@pytest.mark.parametrize("size", SIZES)
def test_the_alarms_of_the_design_are_there(size):
    rings = {
        (each.properties["MetricName"], each.properties["Threshold"])
        for each in resources("AWS::CloudWatch::Alarm", size=size)
    }
    assert {
        ("CPUUtilization", 70),
        ("EngineCPUUtilization", 70),
        ("5XXError", 5),
        ("Latency", 3_000),
        ("ApproximateAgeOfOldestMessage", 300),
        ("ApproximateNumberOfMessagesVisible", 0),
        ("FreeStorageSpace", 3 * 1024**3),
    } <= rings
    assert (("ReplicaLag", 5) in rings) == (size == "global")


def test_seventy_percent_must_last_twice_five_minutes():
    for each in resources("AWS::CloudWatch::Alarm"):
        if each.properties["MetricName"] in {"CPUUtilization", "EngineCPUUtilization"}:
            assert (each.properties["Period"], each.properties["EvaluationPeriods"]) == (300, 2), each.where


def test_a_database_that_says_nothing_rings():
    for each in resources("AWS::CloudWatch::Alarm"):
        if each.properties["MetricName"] == "CPUUtilization":
            assert each.properties["TreatMissingData"] == "breaching", each.where


def test_the_topic_is_encrypted_and_only_services_of_this_account_speak():
    for each in resources("AWS::SNS::Topic"):
        assert each.properties["KmsMasterKeyId"]
        assert [one["Protocol"] for one in each.properties["Subscription"]] == ["email"]
    for each in resources("AWS::SNS::TopicPolicy"):
        refused, allowed = each.properties["PolicyDocument"]["Statement"]
        assert refused["Effect"] == "Deny"
        assert "aws:SourceAccount" in allowed["Condition"]["StringEquals"]


def test_the_dashboard_has_a_plot_for_each_alarm():
    for each in resources("AWS::CloudWatch::Dashboard"):
        body, filled_in = each.properties["DashboardBody"]["Fn::Sub"]
        slots = set(re.findall(r"\$\{(\w+)\}", body))
        assert slots == set(filled_in), each.where
        template = templates()[each.where.split(":")[0]]
        alarms = [one for one in template["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
        assert len(json.loads(body)["widgets"]) == len(alarms)


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: each.name)
def test_somebody_is_told_before_a_month_costs_too_much(environment):
    (budget,) = resources("AWS::Budgets::Budget", size=environment.name)
    limit = budget.properties["Budget"]["BudgetLimit"]
    assert limit == {"Amount": environment.budget_dollars, "Unit": "USD"}
    kinds = [
        one["Notification"]["NotificationType"] for one in budget.properties["NotificationsWithSubscribers"]
    ]
    assert kinds == ["FORECASTED", "ACTUAL"]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: each.name)
def test_copies_are_made_each_day_and_go_to_another_region(environment):
    (plan,) = resources("AWS::Backup::BackupPlan", size=environment.name)
    (rule,) = plan.properties["BackupPlan"]["BackupPlanRule"]
    assert rule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    (copy,) = rule["CopyActions"]
    assert f":{environment.backup_region}:" in text(copy["DestinationBackupVaultArn"])
    assert environment.backup_region != environment.region.name
    vaults = {
        each.properties["BackupVaultName"]
        for each in resources("AWS::Backup::BackupVault", size=environment.name)
    }
    assert f"vivamarket-{environment.name}-copies" in text(copy["DestinationBackupVaultArn"])
    assert f"vivamarket-{environment.name}-copies" in vaults


def test_what_must_not_be_lost_is_tagged_for_the_daily_copy():
    (selection,) = resources("AWS::Backup::BackupSelection", size="small")
    (asked,) = selection.properties["BackupSelection"]["ListOfTags"]
    wanted = {"Key": asked["ConditionKey"], "Value": asked["ConditionValue"]}
    for each in resources("AWS::RDS::DBInstance"):
        assert wanted in each.properties["Tags"], each.where
    for each in resources("AWS::DynamoDB::GlobalTable"):
        for replica in each.properties["Replicas"]:
            assert wanted in replica["Tags"], each.where
