"""Where a transfer's file lies: one object for what was sent in, parts for what is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from vivamarket.media.errors import ObjectNotFound
from vivamarket.media.ports import ObjectStore
from vivamarket.transfers.errors import TransferFileGone
from vivamarket.transfers.model import Transfer, TransferId

CONTENT_TYPE = "text/csv; charset=utf-8"
#: An export is written in parts of about this size, so that neither end holds the whole of it.
PART_BYTES = 4 * 1024 * 1024
PARTS_MAX = 4_096


class TransferFiles:
    """The files in the object store, below ``transfers/``."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def put_upload(self, transfer_id: TransferId, data: bytes) -> None:
        """Keep what was sent in."""
        await self._objects.put(_upload_key(transfer_id), data, content_type=CONTENT_TYPE)

    async def upload(self, transfer_id: TransferId) -> bytes:
        """Return what was sent in. Raise ``TransferFileGone``."""
        try:
            return await self._objects.get(_upload_key(transfer_id))
        except ObjectNotFound:
            raise TransferFileGone("The file has been removed. Send it in again.") from None

    async def put_part(self, transfer_id: TransferId, number: int, data: bytes) -> None:
        """Keep one part of an export; parts are numbered from zero."""
        await self._objects.put(_part_key(transfer_id, number), data, content_type=CONTENT_TYPE)

    async def parts(self, transfer: Transfer) -> AsyncIterator[bytes]:
        """Return what yields an export's parts in their order. Raise ``TransferFileGone``."""
        keys = [found.key async for found in self._objects.list(f"{_folder(transfer.id)}/part-")]
        if not keys:
            raise TransferFileGone("The file has been removed. Ask for a new export.")
        return self._read(keys)

    async def remove(self, transfer_id: TransferId) -> None:
        """Remove whatever there is; nothing is fine."""
        keys = [found.key async for found in self._objects.list(f"{_folder(transfer_id)}/")]
        for key in keys:
            await self._objects.delete(key)

    async def _read(self, keys: Sequence[str]) -> AsyncIterator[bytes]:
        for key in keys:
            yield await self._objects.get(key)


def _folder(transfer_id: TransferId) -> str:
    return f"transfers/{transfer_id}"


def _upload_key(transfer_id: TransferId) -> str:
    return f"{_folder(transfer_id)}/upload.csv"


def _part_key(transfer_id: TransferId, number: int) -> str:
    return f"{_folder(transfer_id)}/part-{number:05}.csv"
