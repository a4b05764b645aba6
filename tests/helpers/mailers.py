"""Each ``Mailer`` with a way to see what arrived: how that is read back is the rig's matter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.header import decode_header, make_header
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol

from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.cloud import Cloud
from tests.helpers.notifications import PLACED_AT
from tests.helpers.still_shop import still_shop

from vivamarket.adapters.aws.dynamo import Items
from vivamarket.adapters.aws.mail import SesMailer
from vivamarket.adapters.aws.tables import MAILS
from vivamarket.adapters.local.mail import FolderMailer
from vivamarket.notifications import Mail, Mailer
from vivamarket.shop.model import ShopProfile

SEEN_MAX = 100

MAIL = Mail(
    id="019c0000-0000-7000-8000-000000000001",
    to="jo@example.com",
    subject="Tu pedido está confirmado ✓",
    locale="es",
    html="<p>¡Gracias!</p>",
    text="¡Gracias!\n",
    written_at=PLACED_AT,
)


def numbered(number: int) -> Mail:
    return replace(MAIL, id=f"019c0000-0000-7000-8000-{number:012}", subject=f"Mail {number}")


@dataclass(frozen=True)
class Arrived:
    """A mail as its reader sees it; ``sender`` is name and address."""

    to: str
    sender: tuple[str, str]
    subject: str
    html: str
    text: str


@dataclass
class NamedShop:
    """A shop that a test may rename."""

    profile: ShopProfile

    def rename(self, name: str) -> None:
        self.profile = replace(self.profile, name=name)


class MailRig(Protocol):
    """One mailer, the shop it speaks for, and what arrived, oldest first."""

    @property
    def mailer(self) -> Mailer: ...

    @property
    def shop(self) -> NamedShop: ...

    async def arrived(self) -> list[Arrived]: ...


class FolderRig:
    """A folder is both: the mailbox reads what the mailer kept."""

    def __init__(self, folder: Path) -> None:
        self.shop = NamedShop(still_shop(email="shop@shop.example").profile)
        self.mailer = FolderMailer(folder, self.shop)

    async def arrived(self) -> list[Arrived]:
        page = await self.mailer.newest(None, SEEN_MAX)
        mails = [await self.mailer.get(header.id) for header in reversed(page.items)]
        return [
            Arrived(mail.header.to, parseaddr(mail.sender), mail.header.subject, mail.html, mail.text)
            for mail in mails
        ]


class SesRig:
    """SES on the emulator, which notes what it was given; each rig sends from a domain of its own."""

    def __init__(self, cloud: Cloud, items: Items | None = None) -> None:
        self.cloud = cloud
        self.clock = StillClock()
        self.domain = cloud.verified_domain()
        self.shop = NamedShop(still_shop(email=f"shop@{self.domain}").profile)
        self.items = items or cloud.table(MAILS)
        self.mailer = SesMailer(cloud.ses, self.items, self.shop, clock=self.clock, ids=CountedIds())

    async def arrived(self) -> list[Arrived]:
        return [
            Arrived(
                mail["To"][0],
                _as_shown(mail["Source"]),
                mail["Subject"],
                mail["BodyHtml"],
                mail["BodyText"],
            )
            for mail in self.cloud.mails_from(self.domain)
        ]


def _as_shown(sender: str) -> tuple[str, str]:
    """Return name and address as a mail program shows them (RFC 2047)."""
    name, address = parseaddr(sender)
    return str(make_header(decode_header(name))), address
