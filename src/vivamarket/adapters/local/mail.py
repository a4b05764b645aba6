"""Mails as files: one ``.eml`` per mail in a folder, and the mailbox that reads them."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor
from vivamarket.notifications.errors import BadMailAddress, MailNotFound
from vivamarket.notifications.model import Mail, MailHeader, ReceivedMail

#: Local part, @, domain, without what has a meaning of its own in a header (RFC 5322 §3.2.3 "specials").
_ADDRESS = re.compile(
    r"([^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,64})@([^\s\x00-\x1f\x7f\"(),:;<>@\[\\\]]{1,189})"
)
_MAIL_ID = re.compile(r"[0-9A-Za-z-]{1,80}")
_SUFFIX = ".eml"
_SCOPE = "mail"
SOURCE_BYTES_MAX = 2 * 1024 * 1024


class FolderMailer:
    """A ``Mailer`` and ``Mailbox`` over a folder.

    A mail is written aside, flushed to disk and renamed, so a file that is there is whole. Its name is the
    mail's id: ids that sort by time (UUIDv7) make the folder's order the order of sending, and a second
    mail of the same id finds the first. Listing costs one look at all names of the folder.
    """

    def __init__(self, folder: Path, *, sender_name: str, sender_address: str) -> None:
        self._folder = folder
        self._sender = Address(sender_name, addr_spec=sender_address)

    async def send(self, mail: Mail) -> None:
        """See ``Mailer``."""
        await asyncio.to_thread(self._write, self._path(mail.id), self._message(mail).as_bytes())

    async def newest(self, cursor: str | None, limit: int) -> Page[MailHeader]:
        """See ``Mailbox``."""
        before = str(decode_cursor(_SCOPE, cursor, 1)[0]) if cursor is not None else None
        return await asyncio.to_thread(self._page, before, limit)

    async def get(self, mail_id: str) -> ReceivedMail:
        """See ``Mailbox``."""
        if not _MAIL_ID.fullmatch(mail_id):
            raise MailNotFound("There is no such mail.", mail_id=mail_id[:80])
        return await asyncio.to_thread(self._read, mail_id)

    def _path(self, mail_id: str) -> Path:
        if not _MAIL_ID.fullmatch(mail_id):
            raise ValueError(f"{mail_id!r} cannot name a mail")
        return self._folder / f"{mail_id}{_SUFFIX}"

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP if mail.to.isascii() else policy.SMTPUTF8)
        message["To"] = _address(mail.to)
        message["From"] = self._sender
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(mail.written_at)
        message["Message-ID"] = f"<{mail.id}@{self._sender.domain}>"
        message["Content-Language"] = mail.locale
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        # The library draws the boundary between the parts at random; the same mail is the same bytes.
        message.set_boundary(f"=_{mail.id}")
        return message

    def _write(self, path: Path, content: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _page(self, before: str | None, limit: int) -> Page[MailHeader]:
        if not self._folder.is_dir():
            return Page(())
        names = (path.stem for path in self._folder.iterdir() if path.suffix == _SUFFIX)
        wanted = sorted((name for name in names if before is None or name < before), reverse=True)
        shown = wanted[:limit]
        more = len(wanted) > limit
        headers = tuple(self._read(name).header for name in shown)
        return Page(headers, encode_cursor(_SCOPE, [shown[-1]]) if more else None)

    def _read(self, mail_id: str) -> ReceivedMail:
        try:
            with self._path(mail_id).open("rb") as file:
                source = file.read(SOURCE_BYTES_MAX)
        except FileNotFoundError:
            raise MailNotFound("There is no such mail.", mail_id=mail_id) from None
        message = message_from_bytes(source, _class=EmailMessage, policy=policy.default)
        html, text = message.get_body(("html",)), message.get_body(("plain",))
        date = message["Date"]
        return ReceivedMail(
            header=MailHeader(
                id=mail_id,
                to=str(message["To"] or ""),
                subject=str(message["Subject"] or ""),
                sent_at=date.datetime.astimezone(UTC) if date is not None else datetime.fromtimestamp(0, UTC),
            ),
            sender=str(message["From"] or ""),
            html=str(html.get_content()) if html is not None else "",
            text=str(text.get_content()) if text is not None else "",
            source=source.decode("utf-8", "replace"),
        )


def _address(text: str) -> Address:
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise BadMailAddress("This is not an address that mail can go to.", to=text[:200])
    return Address(username=match.group(1), domain=match.group(2))
