"""A NAT instance: a tenth of a gateway's price, for a shop that begins."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from infra.parts.reasons import accept
from infra.stage import Stage

INSTANCE_TYPE = "t4g.nano"
#: Amazon Linux 2023 for arm64, whichever is newest when the stack is deployed.
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
DISK_GIB = 8
#: Forward what comes from inside under the instance's own address; survives a restart.
SET_UP = """#!/bin/bash
set -euo pipefail
for attempt in $(seq 60); do dnf install -y nftables && break; sleep 5; done  # until its address is there
echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-nat.conf
sysctl --system
cat > /etc/sysconfig/nftables.conf <<'RULES'
table ip nat {
  chain postrouting {
    type nat hook postrouting priority 100;
    ip saddr %(cidr)s masquerade
  }
}
RULES
systemctl enable --now nftables
"""


def nat_instance(stage: Stage, stack: cdk.Stack, vpc: ec2.Vpc, cidr: str) -> str:
    """Make the instance, send what leaves the inside subnets through it, and return its id."""
    group = ec2.SecurityGroup(
        stack,
        "NatGroup",
        vpc=vpc,
        security_group_name=stage.name("nat"),
        description="The way out: HTTPS from inside the network",
        allow_all_outbound=False,
    )
    group.add_ingress_rule(ec2.Peer.ipv4(cidr), ec2.Port.tcp(443), "HTTPS from inside")
    group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS, packages and the payment provider")
    role = iam.Role(stack, "NatRole", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    profile = iam.CfnInstanceProfile(stack, "NatProfile", roles=[role.role_name])
    image = ec2.MachineImage.from_ssm_parameter(IMAGE).get_image(stack).image_id
    disk = ec2.CfnInstance.EbsProperty(
        encrypted=True, volume_size=DISK_GIB, volume_type="gp3", delete_on_termination=True
    )
    template = ec2.CfnLaunchTemplate(
        stack,
        "NatTemplate",
        launch_template_data=ec2.CfnLaunchTemplate.LaunchTemplateDataProperty(
            metadata_options=ec2.CfnLaunchTemplate.MetadataOptionsProperty(
                http_tokens="required", http_put_response_hop_limit=1
            )
        ),
    )
    instance = ec2.CfnInstance(
        stack,
        "Nat",
        instance_type=INSTANCE_TYPE,
        image_id=image,
        iam_instance_profile=profile.ref,
        launch_template=ec2.CfnInstance.LaunchTemplateSpecificationProperty(
            launch_template_id=template.ref, version=template.attr_latest_version_number
        ),
        subnet_id=vpc.public_subnets[0].subnet_id,
        security_group_ids=[group.security_group_id],
        source_dest_check=False,
        monitoring=True,
        ebs_optimized=True,
        block_device_mappings=[ec2.CfnInstance.BlockDeviceMappingProperty(device_name="/dev/xvda", ebs=disk)],
        user_data=cdk.Fn.base64(SET_UP % {"cidr": cidr}),
    )
    address = ec2.CfnEIP(stack, "NatAddress", domain="vpc", instance_id=instance.ref)
    address.node.add_dependency(vpc.internet_connectivity_established)
    for number, subnet in enumerate(vpc.private_subnets, start=1):
        ec2.CfnRoute(
            stack,
            f"WayOut{number}",
            route_table_id=subnet.route_table.route_table_id,
            destination_cidr_block="0.0.0.0/0",
            instance_id=instance.ref,
        )
    accept(
        instance,
        "AwsSolutions-EC29",
        "The instance keeps nothing; a stack that is deleted takes it along, and the stack is protected.",
    )
    return str(instance.ref)
