"""Mails as files: one ``.eml`` per mail in a folder, and the mailbox that reads them."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.notifications.addresses import checked_address
from vivamarket.notifications.errors import MailNotFound
from vivamarket.notifications.model import Mail, MailHeader, ReceivedMail, require_size
from vivamarket.shop.ports import CurrentShop

_MAIL_ID = re.compile(r"[0-9A-Za-z-]{1,80}")
_SUFFIX = ".eml"
_SCOPE = "mail"
_EOL = "\r\n"
SOURCE_BYTES_MAX = 2 * 1024 * 1024


class FolderMailer:
    """A ``Mailer`` and ``Mailbox`` over a folder.

    A mail is written aside, flushed to disk and renamed, so a file that is there is whole. Its name is the
    mail's id, so a second mail of the same id finds the first; the time of the file is the time of sending.
    Listing costs one look at all files of the folder.
    """

    def __init__(self, folder: Path, shop: CurrentShop) -> None:
        self._folder = folder
        self._shop = shop

    async def send(self, *mails: Mail) -> None:
        """See ``Mailer``."""
        await asyncio.to_thread(self._keep, mails)

    async def newest(self, cursor: str | None, limit: int) -> Page[MailHeader]:
        """See ``Mailbox``."""
        before = _position(cursor) if cursor is not None else None
        return await asyncio.to_thread(self._page, before, limit)

    async def get(self, mail_id: str) -> ReceivedMail:
        """See ``Mailbox``."""
        if not _MAIL_ID.fullmatch(mail_id):
            raise MailNotFound("There is no such mail.", mail_id=mail_id[:80])
        return await asyncio.to_thread(self._read, mail_id)

    async def naming(self, words: Sequence[str], limit: int) -> tuple[ReceivedMail, ...]:
        """Return mails to, or about, any of the words, whatever their case. Reads the whole folder."""
        return await asyncio.to_thread(self._naming, [word.casefold() for word in words], limit)

    async def remove(self, mail_ids: Sequence[str]) -> None:
        """Remove mails; unknown ones are fine."""
        for mail_id in mail_ids:
            await asyncio.to_thread(self._path(mail_id).unlink, missing_ok=True)

    def _naming(self, words: Sequence[str], limit: int) -> tuple[ReceivedMail, ...]:
        if not self._folder.is_dir():
            return ()
        ids = (path.name.removesuffix(_SUFFIX) for path in self._folder.iterdir() if path.suffix == _SUFFIX)
        mails = (self._read(mail_id) for mail_id in sorted(ids))
        found = (mail for mail in mails if _names(mail, words))
        return tuple(mail for mail, _ in zip(found, range(limit), strict=False))

    def _path(self, mail_id: str) -> Path:
        if not _MAIL_ID.fullmatch(mail_id):
            raise ValueError(f"{mail_id!r} cannot name a mail")
        return self._folder / f"{mail_id}{_SUFFIX}"

    def _keep(self, mails: Sequence[Mail]) -> None:
        for mail in mails:
            require_size(mail)
        written = [self._write(self._path(mail.id), self._source(mail)) for mail in mails]
        if any(written):
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _source(self, mail: Mail) -> bytes:
        """Return the mail as RFC 5322 and RFC 2046 write it; the same mail is the same bytes.

        Put together here: the library's ``EmailMessage`` parses each header it is given, and took four
        fifths of the worker's time.
        """
        shop = self._shop.profile
        sender = formataddr((" ".join(shop.name.split()), checked_address(shop.email)))
        boundary = f"=_{mail.id}"
        subject = Header(" ".join(mail.subject.split()), header_name="Subject")
        head = [
            f"To: {checked_address(mail.to)}",
            f"From: {sender}",
            f"Subject: {subject.encode(linesep=_EOL)}",
            f"Date: {format_datetime(mail.written_at)}",
            f"Message-ID: <{mail.id}@{shop.email.rpartition('@')[2]}>",
            f"Content-Language: {mail.locale}",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="{boundary}"',
        ]
        parts = (_part("plain", mail.text), _part("html", mail.html))
        body = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
        return _EOL.join([*head, "", ""]).encode() + body + f"--{boundary}--{_EOL}".encode()

    def _write(self, path: Path, content: bytes) -> bool:
        """Write a whole file, aside first; return False when it is there already."""
        if path.exists():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        return True

    def _page(self, before: tuple[int, str] | None, limit: int) -> Page[MailHeader]:
        if not self._folder.is_dir():
            return Page(())
        with os.scandir(self._folder) as files:
            sent = [
                (file.stat().st_mtime_ns, file.name.removesuffix(_SUFFIX))
                for file in files
                if file.name.endswith(_SUFFIX)
            ]
        wanted = sorted((each for each in sent if before is None or each < before), reverse=True)
        shown = wanted[:limit]
        more = len(wanted) > limit
        headers = tuple(self._read(name).header for _, name in shown)
        return Page(headers, encode_cursor(_SCOPE, [*shown[-1]]) if more else None)

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


def _names(mail: ReceivedMail, words: Sequence[str]) -> bool:
    text = f"{mail.header.to}\n{mail.header.subject}\n{mail.text}\n{mail.html}".casefold()
    return any(word in text for word in words)


def _position(cursor: str) -> tuple[int, str]:
    at, name = decode_cursor(_SCOPE, cursor, 2)
    if not isinstance(at, int) or not isinstance(name, str):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return at, name


def _part(subtype: str, text: str) -> bytes:
    """Return one form of the body, its lines ended and encoded as mail wants it (RFC 2045 §6.7)."""
    lines = _EOL.join(text.rstrip().replace("\r\n", "\n").split("\n")) + _EOL
    head = f'Content-Type: text/{subtype}; charset="utf-8"{_EOL}Content-Transfer-Encoding: quoted-printable'
    return f"{head}{_EOL}{_EOL}".encode() + b2a_qp(lines.encode(), istext=True)
