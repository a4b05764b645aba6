"""What only SES does: its refusals, and what a crash or a lost answer leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from tests.helpers.catalog import CountedIds
from tests.helpers.cloud import Cloud
from tests.helpers.mailers import MAIL, SesRig, numbered

from vivamarket.adapters.aws.mail import CLAIM_SECONDS, KNOWN_DAYS, SesMailer
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.notifications import BadMailAddress
from vivamarket.notifications.errors import MailerNotReady, MailRejected

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class Killed(BaseException):
    """The process ends here."""


class TroubledSes:
    """SES whose first call ends as a test wants, before or after the mail was taken."""

    def __init__(self, ses: SESV2Client, trouble: BaseException, *, after_taking: bool = False) -> None:
        self._ses = ses
        self._trouble: BaseException | None = trouble
        self._after_taking = after_taking

    def send_email(self, **request: Any) -> Any:
        trouble, self._trouble = self._trouble, None
        if trouble is None:
            return self._ses.send_email(**request)
        if self._after_taking:
            self._ses.send_email(**request)
        raise trouble


@pytest.fixture
def rig(cloud: Cloud) -> SesRig:
    return SesRig(cloud)


def troubled(rig: SesRig, trouble: BaseException, *, after_taking: bool = False) -> SesMailer:
    client: Any = TroubledSes(rig.cloud.ses, trouble, after_taking=after_taking)
    return SesMailer(client, rig.items, rig.shop, clock=rig.clock, ids=CountedIds())


def answer(code: str, message: str = "", status: int = 400) -> ClientError:
    body: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(body, "SendEmail")


async def test_a_mail_whose_sender_died_is_sent_once_its_claim_has_ended(rig: SesRig) -> None:
    with pytest.raises(Killed):
        await troubled(rig, Killed()).send(MAIL)

    with pytest.raises(Unavailable) as early:
        await rig.mailer.send(MAIL)
    assert (early.value.retry_after_seconds, await rig.arrived()) == (CLAIM_SECONDS, [])

    await rig.clock.sleep(CLAIM_SECONDS)
    await rig.mailer.send(MAIL)
    assert len(await rig.arrived()) == 1


async def test_a_mail_whose_answer_was_lost_is_sent_again_rather_than_never(rig: SesRig) -> None:
    lost = ReadTimeoutError(endpoint_url="ses")
    with pytest.raises(Unavailable):
        await troubled(rig, lost, after_taking=True).send(MAIL)

    await rig.clock.sleep(CLAIM_SECONDS)
    await rig.mailer.send(MAIL)
    await rig.mailer.send(MAIL)

    assert len(await rig.arrived()) == 2


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (answer("TooManyRequestsException", status=429), Unavailable),
        (answer("LimitExceededException"), Unavailable),
        (answer("SendingPausedException"), MailerNotReady),
        (answer("AccountSuspendedException"), MailerNotReady),
        (answer("MailFromDomainNotVerifiedException"), MailerNotReady),
        (answer("MessageRejected", "Virus found"), MailRejected),
        (EndpointConnectionError(endpoint_url="ses"), Unavailable),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
async def test_a_mail_that_was_certainly_not_taken_may_be_sent_at_once(
    rig: SesRig, trouble: Exception, told: type[DomainError]
) -> None:
    mailer = troubled(rig, trouble)
    with pytest.raises(told):
        await mailer.send(MAIL)

    await mailer.send(MAIL)

    assert len(await rig.arrived()) == 1


async def test_a_mistake_of_ours_is_not_hidden_and_frees_the_mail(rig: SesRig) -> None:
    mailer = troubled(rig, answer("AccessDeniedException", status=403))
    with pytest.raises(ClientError):
        await mailer.send(MAIL)

    await mailer.send(MAIL)

    assert len(await rig.arrived()) == 1


async def test_an_unverified_domain_says_what_to_do_and_works_once_it_is_done(rig: SesRig) -> None:
    domain = rig.cloud.name("unverified") + ".example"
    rig.shop.profile = replace(rig.shop.profile, email=f"shop@{domain}")

    with pytest.raises(MailerNotReady, match=rf"Verify the domain of .*@{domain}"):
        await rig.mailer.send(MAIL)
    rig.cloud.ses.create_email_identity(EmailIdentity=domain)
    await rig.mailer.send(MAIL)

    assert len(rig.cloud.mails_from(domain)) == 1


async def test_mails_before_one_that_fails_are_not_sent_again(rig: SesRig) -> None:
    with pytest.raises(BadMailAddress):
        await rig.mailer.send(numbered(1), replace(numbered(2), to="nobody"), numbered(3))

    await rig.mailer.send(numbered(1), numbered(2), numbered(3))

    assert [mail.subject for mail in await rig.arrived()] == ["Mail 1", "Mail 2", "Mail 3"]


async def test_a_domain_beyond_ascii_is_sent_to_by_its_ascii_name(rig: SesRig) -> None:
    await rig.mailer.send(replace(MAIL, to="jo@müller.example"))

    assert [mail.to for mail in await rig.arrived()] == ["jo@xn--mller-kva.example"]


@pytest.mark.parametrize("to", ["josé@example.com", f"jo@{'ü' * 70}.example"])
async def test_an_address_that_ses_cannot_write_is_refused(rig: SesRig, to: str) -> None:
    with pytest.raises(BadMailAddress):
        await rig.mailer.send(replace(MAIL, to=to))

    assert await rig.arrived() == []


async def test_what_is_kept_of_a_mail_names_nobody_and_ends(rig: SesRig) -> None:
    await rig.mailer.send(MAIL)

    item = await rig.items.get(f"MAIL#{MAIL.id}", "MAIL")

    assert item is not None
    assert set(item) == {"pk", "sk", "is_sent", "expires_at"}
    assert item["expires_at"] - int(rig.clock.now().timestamp()) == KNOWN_DAYS * 86_400
