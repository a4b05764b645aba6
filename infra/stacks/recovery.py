"""``recovery``: a copy of everything each day, in a vault of another region too."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam

from infra.parts.grants import Shop
from infra.parts.reasons import accept
from infra.stage import Stage

#: What is tagged so is copied: database and tables. Files have versions and, in `global`, a second bucket.
TAG = ("vivamarket:backup", "daily")
AT = "cron(0 3 * * ? *)"
START_MINUTES = 60
DONE_MINUTES = 300
KEPT_DAYS = 35
#: Nobody, with whatever rights, removes a copy before.
LOCKED_DAYS = 7


def recovery(shop: Shop) -> cdk.Stack:
    """Make the stack of the first region: vault, plan, and what is copied."""
    stage = shop.stage
    stack = stage.stack("recovery", "daily copies, and where they go")
    vault = _vault(stage, stack, shop.guard.data_key.key_arn)
    there = (
        f"arn:aws:backup:{stage.environment.backup_region}:{cdk.Aws.ACCOUNT_ID}:backup-vault:"
        f"{stage.name('copies')}"
    )
    kept = backup.CfnBackupPlan.LifecycleResourceTypeProperty(delete_after_days=KEPT_DAYS)
    plan = backup.CfnBackupPlan(
        stack,
        "Plan",
        backup_plan=backup.CfnBackupPlan.BackupPlanResourceTypeProperty(
            backup_plan_name=stage.name("daily"),
            backup_plan_rule=[
                backup.CfnBackupPlan.BackupRuleResourceTypeProperty(
                    rule_name="daily",
                    target_backup_vault=vault.ref,
                    schedule_expression=AT,
                    start_window_minutes=START_MINUTES,
                    completion_window_minutes=DONE_MINUTES,
                    lifecycle=kept,
                    copy_actions=[
                        backup.CfnBackupPlan.CopyActionResourceTypeProperty(
                            destination_backup_vault_arn=there, lifecycle=kept
                        )
                    ],
                )
            ],
        ),
    )
    backup.CfnBackupSelection(
        stack,
        "Selection",
        backup_plan_id=plan.ref,
        backup_selection=backup.CfnBackupSelection.BackupSelectionResourceTypeProperty(
            selection_name="tagged",
            iam_role_arn=_role(stack).role_arn,
            list_of_tags=[
                backup.CfnBackupSelection.ConditionResourceTypeProperty(
                    condition_key=TAG[0], condition_type="STRINGEQUALS", condition_value=TAG[1]
                )
            ],
        ),
    )
    return stack


def copies(stage: Stage) -> cdk.Stack:
    """Make the stack of the region where copies go; nothing else of the shop need be there."""
    stack = stage.stack("copies", "the vault of copies", region=stage.environment.backup_region)
    # AWS Backup's own key of that region; a database's copy is encrypted anew with it.
    _vault(stage, stack, None)
    return stack


def _vault(stage: Stage, stack: cdk.Stack, key_arn: str | None) -> backup.CfnBackupVault:
    vault = backup.CfnBackupVault(
        stack,
        "Vault",
        backup_vault_name=stage.name("daily" if key_arn else "copies"),
        encryption_key_arn=key_arn,
        lock_configuration=backup.CfnBackupVault.LockConfigurationTypeProperty(
            min_retention_days=LOCKED_DAYS
        ),
    )
    vault.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    return vault


def _role(stack: cdk.Stack) -> iam.Role:
    policies = [f"service-role/AWSBackupServiceRolePolicyFor{each}" for each in ("Backup", "Restores")]
    role = iam.Role(
        stack,
        "BackupRole",
        assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
        managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(each) for each in policies],
    )
    for each in policies:
        accept(
            role,
            f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{each}]",
            "The policies that AWS Backup documents for its role; it works on what the tag names.",
        )
    return role
