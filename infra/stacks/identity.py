"""``identity``: customers and staff in two pools, for staff must have a second factor, customers may."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito

from infra.parts.reasons import accept
from infra.stage import Stage
from vivamarket.accounts.model import PASSWORD_LENGTH_MIN, StaffRole

ACCESS_MINUTES = 15
CUSTOMER_REFRESH_DAYS = 30
STAFF_REFRESH_DAYS = 1
INVITATION_DAYS = 7


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of people and the one client, our server, that signs them in."""

    id: str
    arn: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What the other stacks take from here."""

    stack: cdk.Stack
    customers: Pool
    staff: Pool


def identity(stage: Stage) -> Identity:
    """Make the stack."""
    stack = stage.stack("identity", "customers and staff")
    customers = _pool(stage, stack, "Customers", mfa="OPTIONAL", refresh_days=CUSTOMER_REFRESH_DAYS)
    staff = _pool(stage, stack, "Staff", mfa="ON", refresh_days=STAFF_REFRESH_DAYS)
    for precedence, role in enumerate(StaffRole):
        cognito.CfnUserPoolGroup(
            stack,
            f"{role.value.title()}Group",
            user_pool_id=staff.id,
            group_name=role.value,
            description="What the role may do is decided by the shop (accounts/roles.py)",
            precedence=precedence,
        )
    return Identity(stack, customers, staff)


def _pool(stage: Stage, stack: cdk.Stack, who: str, *, mfa: str, refresh_days: int) -> Pool:
    pool = cognito.CfnUserPool(
        stack,
        who,
        user_pool_name=stage.name(who.lower()),
        user_pool_tier="ESSENTIALS",
        deletion_protection="ACTIVE",
        username_attributes=["email"],
        username_configuration=cognito.CfnUserPool.UsernameConfigurationProperty(case_sensitive=False),
        mfa_configuration=mfa,
        enabled_mfas=["SOFTWARE_TOKEN_MFA"],
        # Accounts are made by our server, which answers the same for known and unknown addresses.
        admin_create_user_config=cognito.CfnUserPool.AdminCreateUserConfigProperty(
            allow_admin_create_user_only=True
        ),
        policies=cognito.CfnUserPool.PoliciesProperty(
            password_policy=cognito.CfnUserPool.PasswordPolicyProperty(
                minimum_length=PASSWORD_LENGTH_MIN,
                require_lowercase=False,
                require_numbers=False,
                require_symbols=False,
                require_uppercase=False,
                temporary_password_validity_days=INVITATION_DAYS,
            )
        ),
        account_recovery_setting=cognito.CfnUserPool.AccountRecoverySettingProperty(
            recovery_mechanisms=[cognito.CfnUserPool.RecoveryOptionProperty(name="admin_only", priority=1)]
        ),
    )
    pool.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
    accept(
        pool,
        "AwsSolutions-COG1",
        "Length instead of kinds of characters, as NIST SP 800-63B asks; the shop refuses passwords as it "
        "does without Cognito.",
    )
    accept(
        pool,
        "AwsSolutions-COG8",
        "The plus tier looks at the browser's address, and Cognito meets only our server; the shop's own "
        "limits per address and account stand before it.",
    )
    if mfa != "ON":
        accept(pool, "AwsSolutions-COG2", "A second factor is a customer's own choice; staff must have one.")
    return Pool(pool.ref, pool.attr_arn, _client(stack, who, pool, refresh_days).ref)


def _client(
    stack: cdk.Stack, who: str, pool: cognito.CfnUserPool, refresh_days: int
) -> cognito.CfnUserPoolClient:
    """Make the client of our server: no browser ever meets Cognito, no hosted page, no OAuth."""
    return cognito.CfnUserPoolClient(
        stack,
        f"{who}Client",
        user_pool_id=pool.ref,
        client_name="server",
        generate_secret=True,
        explicit_auth_flows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        prevent_user_existence_errors="ENABLED",
        enable_token_revocation=True,
        access_token_validity=ACCESS_MINUTES,
        id_token_validity=ACCESS_MINUTES,
        refresh_token_validity=refresh_days,
        token_validity_units=cognito.CfnUserPoolClient.TokenValidityUnitsProperty(
            access_token="minutes", id_token="minutes", refresh_token="days"
        ),
        supported_identity_providers=["COGNITO"],
    )
