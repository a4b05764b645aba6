"""``Mailer`` over SES, and an item for each mail that says whether it was sent.

=============  ==============  ======  ====================================================================
what           ``pk``          ``sk``  holds
=============  ==============  ======  ====================================================================
one mail       ``MAIL#{id}``   ``MAIL``  ``is_sent``; until then ``claim`` and ``claimed_until`` (seconds)
=============  ==============  ======  ====================================================================

SES does not know a mail again, so the shop must: a mail is claimed, handed over, and marked as sent. Who
dies in between leaves the claim, and with it a mail that SES may have taken or not. Its claim ends after
``CLAIM_SECONDS``, and whoever comes then sends the mail: twice is better than never, as ``Mailer`` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formataddr
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from vivamarket.adapters.aws.clients import Threads
from vivamarket.adapters.aws.dynamo import ConditionFailed, Items, delete, put
from vivamarket.adapters.aws.outages import code_of, outages_told, status_of
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import IdSource
from vivamarket.notifications.addresses import bad_address, checked_address
from vivamarket.notifications.errors import MailerNotReady, MailRejected
from vivamarket.notifications.model import Mail, require_size
from vivamarket.shop.ports import CurrentShop

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

#: Longer than one question to SES may take, so that nobody else asks meanwhile.
CLAIM_SECONDS = 60
#: So long a mail is known again. Events are repeated for hours, and by staff for as long as they keep them.
KNOWN_DAYS = 400
_DAY_SECONDS = 86_400
_NAME = "The mail service"
_SK = "MAIL"

#: What the owner must do, by SES's name of the refusal.
_NOT_READY = {
    "AccountSuspendedException": "AWS does not let this account send: read its mail from AWS Support.",
    "MailFromDomainNotVerifiedException": "Set the DNS records of the MAIL FROM domain that SES shows.",
    "SendingPausedException": "Sending is paused in SES: resume it there when the cause is mended.",
}
_UNVERIFIED = (
    "SES may not send this mail yet. Verify the domain of {sender} under SES → Identities; if it is the "
    "recipient that is refused, the account is still in the sandbox: ask for production access."
)


class SesMailer:
    """The ``Mailer`` of a shop in AWS. SES takes no address whose part before the @ is not ASCII."""

    def __init__(
        self, client: SESV2Client, items: Items, shop: CurrentShop, *, clock: Clock, ids: IdSource
    ) -> None:
        self._client = client
        self._items = items
        self._shop = shop
        self._clock = clock
        self._ids = ids
        self._threads = Threads("ses")

    async def send(self, *mails: Mail) -> None:
        """See ``Mailer``."""
        for mail in mails:
            request = self._request(mail)
            claim = await self._claim(mail.id)
            if claim is not None:
                await self._send(mail.id, claim, request)

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._threads.close()

    async def _claim(self, mail_id: str) -> str | None:
        """Return the claim on the mail, None when it was sent. Raise ``Unavailable`` when it is taken."""
        now, claim = self._now_seconds(), self._ids.uuid7()
        item = {
            "pk": _pk(mail_id),
            "sk": _SK,
            "is_sent": False,
            "claim": claim,
            "claimed_until": now + CLAIM_SECONDS,
            "expires_at": now + KNOWN_DAYS * _DAY_SECONDS,
        }
        free = "attribute_not_exists(pk) OR (is_sent = :no AND claimed_until <= :now)"
        try:
            await self._items.put(item, free, no=False, now=now)
        except ConditionFailed:
            known = await self._items.get(_pk(mail_id), _SK)
            if known is not None and known["is_sent"]:
                return None
            raise Unavailable(
                "The mail is being sent; ask again in a minute.", retry_after_seconds=CLAIM_SECONDS
            ) from None
        return claim

    async def _send(self, mail_id: str, claim: str, request: SendEmailRequestTypeDef) -> None:
        try:
            await self._threads.run(lambda: self._ask(request))
        except _NotSent as refusal:
            await self._give_up(mail_id, claim)
            raise refusal.error from refusal.__cause__
        sent = {
            "pk": _pk(mail_id),
            "sk": _SK,
            "is_sent": True,
            "expires_at": self._now_seconds() + KNOWN_DAYS * _DAY_SECONDS,
        }
        await self._items.write([put(sent)])

    async def _give_up(self, mail_id: str, claim: str) -> None:
        """Free a mail that SES certainly did not take, for the next attempt."""
        try:
            await self._items.write([delete((_pk(mail_id), _SK), "claim = :claim", claim=claim)])
        except ConditionFailed:
            return  # ours had ended, and somebody else sends it

    def _ask(self, request: SendEmailRequestTypeDef) -> None:
        with outages_told(_NAME), _refusals_told(str(request["FromEmailAddress"])):
            self._client.send_email(**request)

    def _request(self, mail: Mail) -> SendEmailRequestTypeDef:
        require_size(mail)
        shop = self._shop.profile
        return {
            "FromEmailAddress": formataddr((" ".join(shop.name.split()), _ascii_address(shop.email))),
            "Destination": {"ToAddresses": [_ascii_address(mail.to)]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": " ".join(mail.subject.split()), "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": "UTF-8"},
                        "Html": {"Data": mail.html, "Charset": "UTF-8"},
                    },
                    "Headers": [
                        {"Name": "Auto-Submitted", "Value": "auto-generated"},
                        {"Name": "Content-Language", "Value": mail.locale},
                    ],
                }
            },
        }

    def _now_seconds(self) -> int:
        return int(self._clock.now().timestamp())


class _NotSent(Exception):
    """SES certainly did not take the mail; ``error`` says why."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


@contextmanager
def _refusals_told(sender: str) -> Iterator[None]:
    try:
        yield
    except (ConnectTimeoutError, EndpointConnectionError) as error:
        raise _NotSent(Unavailable(f"{_NAME} does not answer; try again shortly.")) from error
    except ClientError as error:
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise _NotSent(_told(error, sender)) from error


def _told(error: ClientError, sender: str) -> Exception:
    """Return the port's error for a refusal, and the very error when it is a mistake of ours."""
    code, message = code_of(error), error.response.get("Error", {}).get("Message", "")
    if code in _NOT_READY:
        return MailerNotReady(_NOT_READY[code])
    if code == "MessageRejected" and "not verified" in message:
        return MailerNotReady(_UNVERIFIED.format(sender=sender))
    if code in {"TooManyRequestsException", "LimitExceededException"}:
        return Unavailable("The mail service has enough for now; try again shortly.", retry_after_seconds=60)
    if code in {"MessageRejected", "BadRequestException"}:
        return MailRejected(f"The mail service refuses this mail: {message[:200]}")
    return error


def _ascii_address(address: str) -> str:
    """Return the address as SES takes it, its domain in ASCII (RFC 5890). Raise ``BadMailAddress``."""
    local, _, domain = checked_address(address).rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise bad_address(address) from None


def _pk(mail_id: str) -> str:
    return f"MAIL#{mail_id}"
