"""What an access token may not be: every provider refuses all of it. One joins in ``house`` (conftest)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt import PyJWK
from tests.helpers.hostile_tokens import CORPUS, Genuine
from tests.helpers.identity import EMAIL, IdentityHouse

from vivamarket.accounts.identity.access import TOKEN_LENGTH_MAX
from vivamarket.accounts.identity.errors import NotAccepted
from vivamarket.adapters.local.box import AesBox
from vivamarket.adapters.local.jwt_signer import JwtSigner

STOLEN = AesBox("the key of another shop")

#: What a token of the shop says beyond what every issuer's does: whose session it is.
SESSIONS: dict[str, Callable[[Genuine], str]] = {
    "no subject": lambda genuine: genuine.signed(sub=None),
    "a subject that is a number": lambda genuine: genuine.signed(sub=1),
    "somebody else's session": lambda genuine: genuine.signed(sub="019a0000-0000-7000-8000-000000000000"),
    "no session": lambda genuine: genuine.signed(sid=None),
    "a session that is no id": lambda genuine: genuine.signed(sid="' OR 1=1 --"),
    "a session that never was": lambda genuine: genuine.signed(sid="019a0000-0000-7000-8000-000000000000"),
}


async def genuine_of(house: IdentityHouse) -> Genuine:
    token = (await house.joined()).access_token
    (key,) = await house.stores.keys.all()
    public_key = PyJWK(dict(key.public)).key
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    return Genuine(
        token=token,
        sign=lambda claims: house.signer.sign(key, claims),
        public_key=public_key,
        now=int(house.clock.now().timestamp()),
        length_max=TOKEN_LENGTH_MAX,
    )


async def test_every_hostile_token_is_refused_alike(house: IdentityHouse) -> None:
    genuine = await genuine_of(house)
    assert (await house.provider.verify(genuine.token)).customer.email == EMAIL
    assert (await house.provider.verify(genuine.signed())).customer.email == EMAIL
    tokens = {name: make(genuine) for name, make in (CORPUS | SESSIONS).items()}
    assert genuine.token not in tokens.values()

    assert [name for name, token in tokens.items() if not await is_refused(house, token)] == []


async def is_refused(house: IdentityHouse, token: str) -> bool:
    """Return whether the token is refused without a word about why."""
    try:
        await house.provider.verify(token)
    except NotAccepted as refusal:
        return not refusal.fields
    return False


async def test_a_token_of_another_shop_is_refused(house: IdentityHouse) -> None:
    genuine = await genuine_of(house)
    elsewhere = JwtSigner(STOLEN)

    with pytest.raises(NotAccepted):
        await house.provider.verify(elsewhere.sign(elsewhere.new_key(house.clock.now()), genuine.claims))
