"""``PasswordPool`` in a Cognito user pool: a holder is a user whose name is the id.

Checked by ``AdminInitiateAuth``, which only a server with our role and the client's secret may call. The
tokens it answers with are verified, read once and dropped: no browser sees them, no session lives by them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import ClientError

from vivamarket.accounts.identity.errors import TokenRefused
from vivamarket.adapters.aws.identity_pools import PoolAccess
from vivamarket.adapters.aws.identity_tokens import PoolTokens
from vivamarket.adapters.aws.outages import code_of, outages_told
from vivamarket.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

    from vivamarket.adapters.aws.clients import Threads

T = TypeVar("T")
#: What Cognito takes as a password, by its API reference: no blank at either end, one line, 256 characters.
_TAKEN = re.compile(r"\S+.*\S+")
_LENGTH_MAX = 256
#: Wrong, or not to be let in by it: what is said to a stranger is the same.
_NO_MATCH = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    }
)
_NOT_TAKEN = frozenset({"InvalidPasswordException", "PasswordHistoryPolicyViolationException"})


class CognitoPasswords:
    """The ``PasswordPool`` in one user pool; ``cognito`` gives its client, always the same one."""

    def __init__(
        self,
        cognito: Callable[[], CognitoIdentityProviderClient],
        access: PoolAccess,
        tokens: PoolTokens,
        threads: Threads,
    ) -> None:
        self._cognito = cognito
        self._access = access
        self._tokens = tokens
        self._threads = threads

    @property
    def _client(self) -> CognitoIdentityProviderClient:
        return self._cognito()

    async def matches(self, holder_id: str, password: str) -> bool:
        """See ``PasswordPool``."""
        if not _is_taken(password):
            return False
        try:
            answer = await self._told(
                partial(
                    self._client.admin_initiate_auth,
                    UserPoolId=self._access.pool_id,
                    ClientId=self._access.client_id,
                    AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                    AuthParameters={
                        "USERNAME": holder_id,
                        "PASSWORD": password,
                        "SECRET_HASH": self._secret_hash(holder_id),
                    },
                )
            )
        except ClientError as error:
            if code_of(error) not in _NO_MATCH or _is_of_the_secret(error):
                raise
            return False
        # Without a token the pool asks for more, such as a new password: the shop's own reset gives one.
        token = answer.get("AuthenticationResult", {}).get("AccessToken")
        return token is not None and await self._is_of(holder_id, token)

    async def keep(self, holder_id: str, password: str) -> bool:
        """See ``PasswordPool``."""
        if not _is_taken(password):
            return False
        try:
            try:
                await self._set(holder_id, password)
            except self._client.exceptions.UserNotFoundException:
                await self._add(holder_id)
                await self._set(holder_id, password)
        except ClientError as error:
            if code_of(error) in _NOT_TAKEN:
                return False
            raise
        return True

    async def forget(self, holder_id: str) -> None:
        """See ``PasswordPool``."""
        try:
            await self._told(
                partial(self._client.admin_delete_user, UserPoolId=self._access.pool_id, Username=holder_id)
            )
        except self._client.exceptions.UserNotFoundException:
            return

    async def _is_of(self, holder_id: str, token: str) -> bool:
        try:
            claims = await self._tokens.verify(token)
        except TokenRefused as error:
            raise Unavailable("The identity service gave an answer that cannot be believed.") from error
        return claims.username == holder_id

    async def _set(self, holder_id: str, password: str) -> None:
        await self._told(
            partial(
                self._client.admin_set_user_password,
                UserPoolId=self._access.pool_id,
                Username=holder_id,
                Password=password,
                Permanent=True,
            )
        )

    async def _add(self, holder_id: str) -> None:
        """Add the user, with a password that Cognito makes up and nobody is told."""
        try:
            await self._told(
                partial(
                    self._client.admin_create_user,
                    UserPoolId=self._access.pool_id,
                    Username=holder_id,
                    MessageAction="SUPPRESS",
                )
            )
        except self._client.exceptions.UsernameExistsException:
            return  # another process was faster

    async def _told(self, call: Callable[[], T]) -> T:
        with outages_told("The identity service"):
            return await self._threads.run(call)

    def _secret_hash(self, username: str) -> str:
        """Return the proof that we know the client's secret, as Cognito wants it for each user."""
        message = (username + self._access.client_id).encode()
        return base64.b64encode(
            hmac.digest(self._access.client_secret.encode(), message, hashlib.sha256)
        ).decode()


def _is_of_the_secret(error: ClientError) -> bool:
    """Return whether the fault is our client's secret; the service has no other name for it."""
    return "secret" in error.response.get("Error", {}).get("Message", "").lower()


def _is_taken(password: str) -> bool:
    return len(password) <= _LENGTH_MAX and _TAKEN.fullmatch(password) is not None
