"""``network``: a private place for database and cache, and one way out to the payment provider."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from infra.parts.logs import log_group
from infra.parts.nat import nat_instance
from infra.parts.reasons import accept
from infra.stacks.guard import Guard
from infra.stage import Stage

POSTGRES_PORT = 5432
VALKEY_PORT = 6379
HTTPS_PORT = 443
#: PostgreSQL, Valkey, and where the answers to calls come back.
UNPRIVILEGED_PORTS = (1_024, 65_535)
CIDR = "10.20.0.0/16"


@dataclass(frozen=True, slots=True)
class Network:
    """What the other stacks take from here."""

    stack: cdk.Stack
    vpc: ec2.Vpc
    #: Functions and tasks of the shop.
    shop: ec2.SecurityGroup
    #: The function that renews the database's password.
    rotation: ec2.SecurityGroup
    database: ec2.SecurityGroup
    cache: ec2.SecurityGroup
    #: None where a gateway is the way out.
    nat_instance_id: str | None

    @property
    def inside_subnets(self) -> list[str]:
        """Return the subnets that code runs in: out by NAT, nothing in."""
        return [each.subnet_id for each in self.vpc.private_subnets]

    @property
    def data_subnets(self) -> list[str]:
        """Return the subnets that reach nothing outside and are reached by nothing outside."""
        return [each.subnet_id for each in self.vpc.isolated_subnets]


def network(stage: Stage, guarded: Guard) -> Network:
    """Make the stack."""
    stack = stage.stack("network", "VPC in two zones, its groups, ways out and flow logs")
    is_instance = stage.environment.nat == "instance"
    vpc = ec2.Vpc(
        stack,
        "Vpc",
        vpc_name=stage.name("vpc"),
        ip_addresses=ec2.IpAddresses.cidr(CIDR),
        availability_zones=list(stage.region.zones),
        nat_gateways=0 if is_instance else 1,
        restrict_default_security_group=False,  # CDK would do it by code of its own; nothing uses it
        subnet_configuration=[
            ec2.SubnetConfiguration(
                name="outside",
                subnet_type=ec2.SubnetType.PUBLIC,
                cidr_mask=24,
                map_public_ip_on_launch=False,
            ),
            ec2.SubnetConfiguration(
                name="inside",
                subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS,
                cidr_mask=22,
            ),
            ec2.SubnetConfiguration(name="data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
        ],
        gateway_endpoints={
            "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
        },
    )
    nat_id = nat_instance(stage, stack, vpc, CIDR) if is_instance else None
    _flow_logs(stage, stack, vpc, guarded)
    _close_data_subnets(stack, vpc)
    groups = _groups(stage, stack, vpc)
    return Network(stack, vpc, *groups, nat_id)


def _groups(
    stage: Stage, stack: cdk.Stack, vpc: ec2.Vpc
) -> tuple[ec2.SecurityGroup, ec2.SecurityGroup, ec2.SecurityGroup, ec2.SecurityGroup]:
    def group(name: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            stack,
            f"{name.title()}Group",
            vpc=vpc,
            security_group_name=stage.name(name),
            description=description,
            allow_all_outbound=False,
        )

    shop = group("shop", "Functions and tasks of the shop")
    rotation = group("rotation", "The function that renews the password of the database")
    database = group("database", "PostgreSQL")
    cache = group("cache", "Valkey")
    for client in (shop, rotation):
        client.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS_PORT), "AWS and the payment provider")
        client.connections.allow_to(database, ec2.Port.tcp(POSTGRES_PORT), "PostgreSQL over TLS")
    shop.connections.allow_to(cache, ec2.Port.tcp(VALKEY_PORT), "Valkey over TLS")
    return shop, rotation, database, cache


def _close_data_subnets(stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    """Let only the network's own addresses reach the data subnets, and only those be answered."""
    acl = ec2.NetworkAcl(
        stack,
        "DataAcl",
        vpc=vpc,
        subnet_selection=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
    )
    accept(acl, "AwsSolutions-VPC3", "One rule for the two data subnets, beside the groups that say who may.")
    for name, direction in (("In", ec2.TrafficDirection.INGRESS), ("Out", ec2.TrafficDirection.EGRESS)):
        acl.add_entry(
            name,
            cidr=ec2.AclCidr.ipv4(CIDR),
            rule_number=100,
            traffic=ec2.AclTraffic.tcp_port_range(*UNPRIVILEGED_PORTS),
            direction=direction,
            rule_action=ec2.Action.ALLOW,
        )


def _flow_logs(stage: Stage, stack: cdk.Stack, vpc: ec2.Vpc, guarded: Guard) -> None:
    """Write down who talked to whom."""
    group = log_group(
        stack,
        "FlowLogs",
        name=f"/vivamarket/{stage.environment.name}/flow",
        key=guarded.operations_key,
        days=stage.environment.log_days,
    )
    role = iam.Role(stack, "FlowLogsRole", assumed_by=iam.ServicePrincipal("vpc-flow-logs.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources=[group.attr_arn],
        )
    )
    ec2.CfnFlowLog(
        stack,
        "FlowLog",
        resource_id=vpc.vpc_id,
        resource_type="VPC",
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=cdk.Fn.select(0, cdk.Fn.split(":*", group.attr_arn)),
        deliver_logs_permission_arn=role.role_arn,
        max_aggregation_interval=600,
    )
