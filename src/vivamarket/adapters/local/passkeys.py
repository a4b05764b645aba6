"""Web Authentication by the ``webauthn`` library."""

from __future__ import annotations

from typing import Final

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url, encode_cbor, parse_cbor
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from vivamarket.accounts.identity.errors import PasskeyRefused
from vivamarket.accounts.identity.passkeys import (
    ALGORITHMS,
    MadePasskey,
    Passkey,
    PasskeyProof,
    PublicHalf,
    RelyingParty,
)

#: A key of RSA with 4096 bits has about 530.
PUBLIC_KEY_BYTES_MAX: Final = 1_024
#: What the library and those below it raise for bytes that were made up: truncated, not CBOR, no such key.
_REFUSALS: Final = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)


class WebauthnReader:
    """The ``PasskeyReader``."""

    def read_made(self, challenge: str, party: RelyingParty, made: MadePasskey) -> PublicHalf:
        """See ``PasskeyReader``."""
        try:
            found = verify_registration_response(
                credential=RegistrationCredential(
                    id=bytes_to_base64url(made.credential_id),
                    raw_id=made.credential_id,
                    response=AuthenticatorAttestationResponse(
                        client_data_json=made.client_data, attestation_object=_unsigned(made.attestation)
                    ),
                ),
                expected_challenge=challenge.encode(),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                require_user_verification=True,
                supported_pub_key_algs=[Algorithm(number) for number in ALGORITHMS],
            )
        except _REFUSALS as error:
            raise PasskeyRefused(str(error)) from error
        if found.credential_id != made.credential_id:
            raise PasskeyRefused("the device speaks of another credential")
        if len(found.credential_public_key) > PUBLIC_KEY_BYTES_MAX:
            raise PasskeyRefused("oversize key")
        return PublicHalf(
            credential_id=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
        )

    def read_proof(self, challenge: str, party: RelyingParty, passkey: Passkey, proof: PasskeyProof) -> int:
        """See ``PasskeyReader``."""
        try:
            found = verify_authentication_response(
                credential=AuthenticationCredential(
                    id=bytes_to_base64url(proof.credential_id),
                    raw_id=proof.credential_id,
                    response=AuthenticatorAssertionResponse(
                        client_data_json=proof.client_data,
                        authenticator_data=proof.authenticator_data,
                        signature=proof.signature,
                        user_handle=proof.user_handle,
                    ),
                ),
                expected_challenge=challenge.encode(),
                expected_rp_id=party.id,
                expected_origin=party.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _REFUSALS as error:
            raise PasskeyRefused(str(error)) from error
        return found.new_sign_count


def _unsigned(attestation: bytes) -> bytes:
    """Return what the device says without who made the device.

    Nobody asks for that, so the library's readers of makers' certificates stay out of strangers' reach.
    """
    data = parse_cbor(attestation)["authData"]
    if not isinstance(data, bytes):
        raise PasskeyRefused("no authenticator data")
    return encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
