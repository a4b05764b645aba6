"""What no stack may ever be: open, unencrypted, forgetful. Read from the templates of all sizes."""

from __future__ import annotations

import pytest
from tests.helpers.templates import (
    FOLDER,
    Resource,
    all_resources,
    listed,
    resources,
    statements,
    templates,
    text,
)

#: Kinds that hold data: the property that encrypts them.
ENCRYPTED = {
    "AWS::RDS::DBInstance": "KmsKeyId",
    "AWS::ElastiCache::ReplicationGroup": "KmsKeyId",
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::SecretsManager::Secret": "KmsKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::CloudTrail::Trail": "KMSKeyId",
    "AWS::ECR::Repository": "EncryptionConfiguration",
    "AWS::DynamoDB::GlobalTable": "SSESpecification",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::Events::EventBus": "KmsKeyIdentifier",
    "AWS::Lambda::Function": "KmsKeyArn",
}
#: Kinds that lose something for ever when their stack is deleted.
STATEFUL = (
    "AWS::RDS::DBInstance",
    "AWS::DynamoDB::GlobalTable",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::Cognito::UserPool",
    "AWS::SecretsManager::Secret",
    "AWS::ECR::Repository",
    "AWS::SQS::Queue",
    "AWS::Backup::BackupVault",
)
#: Settings about passwords that are none.
NO_SECRETS = ("PasswordPolicy",)
INTERNET = ("0.0.0.0/0", "::/0")
#: Where a policy must mean more than one thing by name: a part of the resource, and why.
WIDE_RESOURCES = {
    "-admin-": "every object of the bucket is copied",
    "-files-": "every object of the bucket is copied",
    ":log-stream:worker/*": "a stream of this log for each task",
    ":key/*": "the second region's key, known by the alias that its condition asks for",
}
#: Actions for which IAM knows no resources.
NAMELESS = {
    "cloudwatch:DescribeAlarms",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ecr:GetAuthorizationToken",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


@pytest.mark.parametrize("kind", ENCRYPTED)
def test_what_holds_data_is_encrypted(kind):
    bare = [each.where for each in resources(kind) if not each.properties.get(ENCRYPTED[kind])]
    assert bare == []


@pytest.mark.parametrize("kind", STATEFUL)
def test_what_holds_data_outlives_its_stack(kind):
    lost = [
        each.where
        for each in resources(kind)
        if {each.whole.get("DeletionPolicy"), each.whole.get("UpdateReplacePolicy")} - {"Retain", "Snapshot"}
    ]
    assert lost == []


def test_what_can_refuse_to_be_deleted_does():
    assert all(each.properties["DeletionProtection"] is True for each in resources("AWS::RDS::DBInstance"))
    assert all(
        each.properties["DeletionProtection"] == "ACTIVE" for each in resources("AWS::Cognito::UserPool")
    )
    for table in resources("AWS::DynamoDB::GlobalTable"):
        assert all(replica["DeletionProtectionEnabled"] is True for replica in table.properties["Replicas"])


def test_no_bucket_can_be_made_public():
    for each in resources("AWS::S3::Bucket"):
        block = each.properties["PublicAccessBlockConfiguration"]
        assert len(block) == 4, each.where
        assert all(block.values()), each.where
        assert each.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert each.properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_every_bucket_refuses_what_is_not_sent_over_tls():
    for name, template in templates().items():
        kinds = [each["Type"] for each in template["Resources"].values()]
        assert kinds.count("AWS::S3::Bucket") == kinds.count("AWS::S3::BucketPolicy"), name
    for each in resources("AWS::S3::BucketPolicy"):
        first = each.properties["PolicyDocument"]["Statement"][0]
        assert (first["Effect"], first["Action"], first["Principal"]) == ("Deny", "s3:*", {"AWS": "*"})
        assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_only_distributions_and_logs_come_into_buckets_from_outside():
    for each in resources("AWS::S3::BucketPolicy"):
        for statement in each.properties["PolicyDocument"]["Statement"][1:]:
            assert "amazonaws.com" in statement["Principal"]["Service"], each.where
            assert statement["Condition"], each.where


def test_nothing_but_https_leaves_and_nothing_enters_from_the_internet():
    for each in resources("AWS::EC2::SecurityGroup"):
        for rule in each.properties.get("SecurityGroupIngress", ()):
            assert rule.get("CidrIp") not in INTERNET, each.where
        for rule in each.properties.get("SecurityGroupEgress", ()):
            if rule.get("CidrIp") in INTERNET:
                assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (443, 443, "tcp"), each.where
    for each in resources("AWS::EC2::SecurityGroupIngress"):
        assert "SourceSecurityGroupId" in each.properties, each.where


def test_the_databases_subnets_know_no_way_out():
    for name, template in templates().items():
        if "/network" not in name:
            continue
        routes = [each for each in template["Resources"].values() if each["Type"] == "AWS::EC2::Route"]
        tables = {text(each["Properties"]["RouteTableId"]) for each in routes}
        assert tables
        assert not any("dataSubnet" in table for table in tables), name


def test_database_and_cache_speak_tls_only_and_to_nobody_outside():
    for each in resources("AWS::RDS::DBInstance"):
        assert each.properties["PubliclyAccessible"] is False
    for each in resources("AWS::RDS::DBParameterGroup"):
        assert each.properties["Parameters"]["rds.force_ssl"] == "1"
    for each in resources("AWS::ElastiCache::ReplicationGroup"):
        assert each.properties["TransitEncryptionMode"] == "required"
        assert "resolve:secretsmanager" in text(each.properties["AuthToken"])


def test_every_log_ends_some_day():
    for each in resources("AWS::Logs::LogGroup"):
        assert each.properties["RetentionInDays"] >= 30, each.where


def test_no_secret_stands_in_a_template():
    for each in all_resources():
        for name, value in each.properties.items():
            if any(word in name for word in ("Password", "AuthToken", "SecretString")):
                known = name == "GenerateSecretString" or name.endswith(NO_SECRETS)
                filled_in = any(word in text(value) for word in ("resolve:secretsmanager", "Fn::GetAtt"))
                assert known or filled_in, each.where


def test_every_key_is_renewed():
    assert all(each.properties["EnableKeyRotation"] is True for each in resources("AWS::KMS::Key"))


def test_no_role_may_do_everything_of_a_service():
    for where, action in _actions():
        assert "*" not in action, f"{where.where}: {action}"


def test_what_a_role_may_do_names_its_things_or_has_a_reason():
    for each, statement in statements():
        assert statement["Effect"] == "Allow"
        for resource in map(text, listed(statement["Resource"])):
            if resource == "*":
                assert set(listed(statement["Action"])) <= NAMELESS, each.where
            elif "*" in resource:
                assert any(part in resource for part in WIDE_RESOURCES), f"{each.where}: {resource}"


def test_every_template_can_be_sent_inline():
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*/*.yaml")}
    assert sizes
    assert max(sizes.values()) <= 51_200


def _actions() -> list[tuple[Resource, str]]:
    found = [
        (each, str(action)) for each, statement in statements() for action in listed(statement["Action"])
    ]
    assert found
    return found
