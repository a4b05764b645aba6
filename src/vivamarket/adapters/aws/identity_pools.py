"""The user pools of Cognito as data: the stacks, the emulator and the adapter mean the same ones.

A pool knows ids and passwords, no address and no name: nothing but our server can use it, it mails nobody,
and nobody gets in by what it alone allows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vivamarket.accounts.model import PASSWORD_LENGTH_MIN, StaffRole

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import (
        CreateUserPoolClientRequestTypeDef,
        CreateUserPoolRequestTypeDef,
    )

#: The shortest that Cognito gives.
TOKEN_MINUTES = 5
REFRESH_MINUTES = 60


@dataclass(frozen=True, slots=True)
class UserPool:
    """One pool; everything that differs between them."""

    name: str
    #: What groups its users are in, by the names of their roles.
    groups: tuple[str, ...] = ()

    def creation(self, name: str) -> CreateUserPoolRequestTypeDef:
        """Return what makes the pool under that name.

        Nobody signs up there and nobody recovers an account there: the shop does both, with its own codes.
        """
        return {
            "PoolName": name,
            "UserPoolTier": "LITE",
            "DeletionProtection": "ACTIVE",
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
            "UsernameConfiguration": {"CaseSensitive": True},
            "MfaConfiguration": "OFF",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": PASSWORD_LENGTH_MIN,
                    "RequireLowercase": False,
                    "RequireUppercase": False,
                    "RequireNumbers": False,
                    "RequireSymbols": False,
                }
            },
        }

    def client(self, pool_id: str) -> CreateUserPoolClientRequestTypeDef:
        """Return what makes the server's own client of the pool: passwords are checked, nothing else."""
        return {
            "UserPoolId": pool_id,
            "ClientName": "server",
            "GenerateSecret": True,
            "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": True,
            "AccessTokenValidity": TOKEN_MINUTES,
            "IdTokenValidity": TOKEN_MINUTES,
            "RefreshTokenValidity": REFRESH_MINUTES,
            "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"},
        }


CUSTOMERS = UserPool("customers")
STAFF = UserPool("staff", groups=tuple(role.value for role in StaffRole))


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolAccess:
    """Where a pool is and what opens it to the server."""

    pool_id: str
    client_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> PoolAccess:
        """Return the access that a setting holds: the three texts with colons between them."""
        pool_id, client_id, client_secret = text.split(":")
        return cls(pool_id=pool_id, client_id=client_id, client_secret=client_secret)

    @property
    def region(self) -> str:
        """Return where the pool is; its id begins with it."""
        return self.pool_id.partition("_")[0]

    @property
    def issuer(self) -> str:
        """Return who the pool's tokens say made them."""
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.pool_id}"
