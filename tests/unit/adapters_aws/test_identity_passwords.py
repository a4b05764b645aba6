"""What Cognito says beyond right and wrong, and that its answer is believed only with its signature."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from tests.helpers.catalog import CountedIds
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.clients import AwsAccess, Emulator
from vivamarket.adapters.aws.identity_passwords import CognitoPasswords
from vivamarket.adapters.aws.identity_pools import CUSTOMERS, PoolAccess
from vivamarket.adapters.aws.identity_tokens import PoolKeys, PoolTokens
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.kernel.errors import Unavailable

PASSWORD = "correct horse battery"
IDS = CountedIds()


class NoKeys:
    """A pool that publishes no key at all."""

    async def read(self) -> bytes:
        return b'{"keys": []}'


@pytest.fixture(scope="module")
def access(cloud: Cloud) -> PoolAccess:
    return cloud.pool(CUSTOMERS)


@pytest.fixture
def pool(cloud: Cloud, access: PoolAccess) -> CognitoPasswords:
    return cloud.passwords(access)


@pytest.fixture
async def holder(pool: CognitoPasswords) -> str:
    holder = IDS.uuid7()
    await pool.keep(holder, PASSWORD)
    return holder


async def test_whom_the_pool_disabled_is_not_let_in(
    cloud: Cloud, access: PoolAccess, pool: CognitoPasswords, holder: str
) -> None:
    cloud.cognito.admin_disable_user(UserPoolId=access.pool_id, Username=holder)

    assert not await pool.matches(holder, PASSWORD)


async def test_whom_the_pool_asks_for_a_new_password_is_let_in_with_the_shops_own(
    cloud: Cloud, access: PoolAccess, pool: CognitoPasswords, holder: str
) -> None:
    cloud.cognito.admin_set_user_password(
        UserPoolId=access.pool_id, Username=holder, Password=PASSWORD, Permanent=False
    )
    assert not await pool.matches(holder, PASSWORD)

    await pool.keep(holder, PASSWORD)

    assert await pool.matches(holder, PASSWORD)


async def test_the_pool_knows_neither_an_address_nor_a_name(
    cloud: Cloud, access: PoolAccess, holder: str
) -> None:
    user = cloud.cognito.admin_get_user(UserPoolId=access.pool_id, Username=holder)

    assert [each["Name"] for each in user["UserAttributes"]] == ["sub"]
    assert user["UserStatus"] == "CONFIRMED"


#: The emulator looks at no secret, and locks nobody out: what it does not say is told as AWS writes it.
ACCESS = PoolAccess(pool_id="eu-central-1_pool", client_id="client", client_secret="secret")


def answering(cloud: Cloud, code: str, message: str, status: int = 400) -> tuple[CognitoPasswords, Stubber]:
    """Return a pool that answers the next sign-in with this error."""
    client = AwsAccess("eu-central-1", Emulator("http://127.0.0.1:9")).cognito()
    stubber = Stubber(client)
    stubber.add_client_error("admin_initiate_auth", code, message, status, expected_params=ASKED)
    stubber.activate()
    clock = SystemClock()
    tokens = PoolTokens(PoolKeys(NoKeys(), clock), clock, issuer=ACCESS.issuer, client_id="client")
    return CognitoPasswords(lambda: client, ACCESS, tokens, cloud.threads), stubber


#: The hash is ``base64(HMAC-SHA256("secret", "jo" + "client"))``, worked out with OpenSSL.
ASKED = {
    "UserPoolId": "eu-central-1_pool",
    "ClientId": "client",
    "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
    "AuthParameters": {
        "USERNAME": "jo",
        "PASSWORD": PASSWORD,
        "SECRET_HASH": "s0VLEfMjiNXPkqDTf1BnVEi0XOXBiJhCqGuiW3uZCy4=",
    },
}


@pytest.mark.parametrize(
    "message", ["Incorrect username or password.", "Password attempts exceeded", "User is disabled."]
)
async def test_a_refusal_is_no_match_whatever_its_reason(cloud: Cloud, message: str) -> None:
    pool, stubber = answering(cloud, "NotAuthorizedException", message)

    assert not await pool.matches("jo", PASSWORD)

    stubber.assert_no_pending_responses()


async def test_a_wrong_secret_of_ours_is_not_taken_for_a_wrong_password(cloud: Cloud) -> None:
    message = "Unable to verify secret hash for client client"
    pool, _ = answering(cloud, "NotAuthorizedException", message)

    with pytest.raises(ClientError, match="secret hash"):
        await pool.matches("jo", PASSWORD)


@pytest.mark.parametrize(
    ("code", "status"), [("TooManyRequestsException", 400), ("InternalErrorException", 500)]
)
async def test_a_pool_that_is_busy_or_away_is_an_outage(cloud: Cloud, code: str, status: int) -> None:
    pool, _ = answering(cloud, code, "later", status)

    with pytest.raises(Unavailable):
        await pool.matches("jo", PASSWORD)


async def test_an_answer_that_is_not_signed_by_the_pool_is_not_believed(
    cloud: Cloud, access: PoolAccess, holder: str
) -> None:
    clock = SystemClock()
    tokens = PoolTokens(PoolKeys(NoKeys(), clock), clock, issuer=access.issuer, client_id=access.client_id)
    pool = CognitoPasswords(lambda: cloud.cognito, access, tokens, cloud.threads)

    with pytest.raises(Unavailable):
        await pool.matches(holder, PASSWORD)


async def test_the_secret_stands_in_no_text(access: PoolAccess) -> None:
    assert access.client_secret not in f"{access} {access!r}"
