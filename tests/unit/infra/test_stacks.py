"""What each size promises, read from its templates."""

from __future__ import annotations

import pytest
from tests.helpers.templates import resources, templates

from vivamarket.accounts.model import StaffRole
from vivamarket.adapters.aws import tables
from vivamarket.adapters.aws.identity_pools import CUSTOMERS, STAFF
from vivamarket.adapters.aws.tables import TABLES, Table

SIZES = ("small", "standard", "global")


def test_every_size_has_its_stacks():
    for size in SIZES:
        have = {name.split("/")[1] for name in templates() if name.startswith(f"{size}/")}
        assert {
            "guard",
            "network",
            "files",
            "data",
            "identity",
            "api",
            "web",
            "worker",
            "watch",
            "recovery",
        } <= have


def test_all_tables_of_the_adapters_are_listed():
    known = {each.name for each in vars(tables).values() if isinstance(each, Table)}
    assert {each.name for each in TABLES} == known


@pytest.mark.parametrize("size", SIZES)
def test_the_stacks_make_the_tables_the_adapters_mean(size):
    made = {
        each.properties["TableName"]: each.properties
        for each in resources("AWS::DynamoDB::GlobalTable", size=size)
    }
    assert set(made) == {f"vivamarket-{size}-{table.name}" for table in TABLES}
    for table in TABLES:
        name = f"vivamarket-{size}-{table.name}"
        for key, value in table.creation(name).items():
            if key != "StreamSpecification":
                assert made[name][key] == value
        assert ("TimeToLiveSpecification" in made[name]) == table.expires
        if table.expires:
            wanted = table.expiry(name)["TimeToLiveSpecification"]
            assert made[name]["TimeToLiveSpecification"] == wanted
        if table.has_stream:
            assert made[name]["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize("size", SIZES)
def test_every_table_can_go_back_to_any_second_of_a_month(size):
    for table in resources("AWS::DynamoDB::GlobalTable", size=size):
        for replica in table.properties["Replicas"]:
            recovery = replica["PointInTimeRecoverySpecification"]
            assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


def test_small_has_one_database_server_and_no_nat_gateway():
    (database,) = resources("AWS::RDS::DBInstance", size="small")
    assert database.properties["MultiAZ"] is False
    kinds = {each["Type"] for each in templates()["small/network"]["Resources"].values()}
    assert "AWS::EC2::NatGateway" not in kinds
    assert "AWS::EC2::Instance" in kinds


def test_standard_has_a_database_that_takes_over_and_threat_detection():
    (database,) = resources("AWS::RDS::DBInstance", size="standard")
    assert database.properties["MultiAZ"] is True
    assert resources("AWS::GuardDuty::Detector", size="standard")
    assert resources("AWS::EC2::NatGateway", size="standard")


def test_global_has_everything_that_must_not_be_lost_in_two_regions():
    first, second = resources("AWS::RDS::DBInstance", size="global")
    sources = [each.properties.get("SourceDBInstanceIdentifier") for each in (first, second)]
    assert [source is None for source in sources] == [True, False] or [
        source is None for source in sources
    ] == [
        False,
        True,
    ]
    for table in resources("AWS::DynamoDB::GlobalTable", size="global"):
        assert [replica["Region"] for replica in table.properties["Replicas"]] == ["us-east-1", "us-west-2"]
    copied = [
        each
        for each in resources("AWS::S3::Bucket", size="global")
        if "ReplicationConfiguration" in each.properties
    ]
    assert {each.where.split(":")[1] for each in copied} >= {"FilesBucket", "AdminBucket"}


def test_every_role_of_staff_is_a_group():
    for size in SIZES:
        groups = {
            each.properties["GroupName"] for each in resources("AWS::Cognito::UserPoolGroup", size=size)
        }
        assert groups == {role.value for role in StaffRole}


@pytest.mark.parametrize("pool", [CUSTOMERS, STAFF], ids=lambda pool: pool.name)
@pytest.mark.parametrize("size", SIZES)
def test_the_pools_are_those_the_adapter_means(size, pool):
    name = f"vivamarket-{size}-{pool.name}"
    made = templates()[f"{size}/identity"]["Resources"][pool.name.title()]["Properties"]
    assert made["UserPoolName"] == name
    asked = {key: value for key, value in pool.creation(name).items() if key != "PoolName"}
    assert {key: made[key] for key in asked} == asked
    client = templates()[f"{size}/identity"]["Resources"][f"{pool.name.title()}Client"]["Properties"]
    wanted = {key: value for key, value in pool.client("").items() if key != "UserPoolId"}
    assert {key: client[key] for key in wanted} == wanted


def test_all_sizes_but_small_have_a_second_database_server_and_a_firewall():
    for size in ("standard", "global"):
        servers = resources("AWS::RDS::DBInstance", size=size)
        first = [each for each in servers if "SourceDBInstanceIdentifier" not in each.properties]
        assert [each.properties["MultiAZ"] for each in first] == [True]
        assert resources("AWS::WAFv2::WebACL", size=size)
