"""From bytes to products' rows: decoding, splitting, and the defects that refuse a whole file.

A file is read twice: once to the end before anything is written, so that a file that is cut, garbled or
contradicts itself changes nothing; then again to import it. Memory does not grow with the file but for
its handles and SKUs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from vivamarket.catalog.model import IMAGES_MAX, VARIANTS_MAX
from vivamarket.catalog.slugs import normalize_handle, slugify
from vivamarket.catalog.transfer.cells import CELL_CHARACTERS_MAX
from vivamarket.catalog.transfer.columns import Layout, read_header
from vivamarket.catalog.transfer.report import FileRefused, RowRefused

#: No line and no cell is held beyond this; a longer one refuses the file.
LINE_CHARACTERS_MAX = 32 * 1024 * 1024
ROWS_PER_PRODUCT_MAX = VARIANTS_MAX + IMAGES_MAX


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read again from the start."""

    open: Callable[[], BinaryIO]
    size_bytes: int
    #: A file with more is refused whole; None when its rows are its owner's own business.
    rows_max: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` counts as a spreadsheet does."""

    number: int
    cells: list[str]


@dataclass(slots=True)
class Group:
    """The rows of one product."""

    handle: str
    rows: list[Row]
    defect: RowRefused | None = None


@dataclass(slots=True)
class Inspection:
    """What a first reading of the whole file found."""

    layout: Layout
    rows: int = 0
    repeated_handles: set[str] = field(default_factory=set)
    #: row → the row that has the same SKU first
    repeated_skus: dict[int, int] = field(default_factory=dict)


class Reader:
    """One pass over a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        # Kept for as long as this reader: a wrapper that goes away closes its stream.
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="strict", newline="")
        self.rows = 0
        self._records = self._split()
        header = next(self._records, None)
        if header is None:
            raise FileRefused("empty_file", "The file is empty.")
        self.layout = read_header(header.cells)
        self.last_width = self.layout.width

    def bytes_read(self) -> int:
        """Return how far into the file this pass is."""
        return self._stream.tell()

    def groups(self) -> Iterator[Group]:
        """Yield the products' rows in the file's order. Raise ``FileRefused`` where the file is damaged."""
        group: Group | None = None
        for row in self._records:
            if not any(row.cells):
                continue
            self.last_width = len(row.cells)
            handle, defect = self._handle(row)
            if group is not None and (not handle or handle == group.handle):
                if len(group.rows) < ROWS_PER_PRODUCT_MAX:
                    group.rows.append(row)
                else:
                    group.defect = RowRefused(
                        "too_many_rows",
                        f"A product has at most {ROWS_PER_PRODUCT_MAX} rows.",
                        row=row.number,
                    )
                group.defect = group.defect or defect
                continue
            if group is not None:
                yield group
            group = Group(handle, [row], defect)
        if group is not None:
            yield group

    def _handle(self, row: Row) -> tuple[str, RowRefused | None]:
        """Return the row's handle, "" when it continues the product above, and what is wrong with the row."""
        fields, cells = self.layout.fields, row.cells
        defect: RowRefused | None
        if len(cells) != self.layout.width:
            reason = f"The row has {len(cells)} cells; the header has {self.layout.width}."
            defect = RowRefused("cell_count", reason, row=row.number)
            cells = cells + [""] * (self.layout.width - len(cells))
        else:
            defect = _too_long(row, self.layout)
        handle = cells[fields["handle"]] if "handle" in fields else ""
        if handle.strip():
            found = normalize_handle(handle[:CELL_CHARACTERS_MAX])
        else:
            title = cells[fields["title"]] if "title" in fields else ""
            if not title.strip():
                return "", defect
            found = slugify(title[:CELL_CHARACTERS_MAX])
        if not found and defect is None:
            reason = "No handle can be made of this; write one of letters, digits and dashes."
            defect = RowRefused("bad_handle", reason, row=row.number, column=self.layout.name("handle"))
        return found or f"?{row.number}", defect

    def _split(self) -> Iterator[Row]:
        csv.field_size_limit(LINE_CHARACTERS_MAX)
        reader = csv.reader(self._lines(), strict=True)
        try:
            for cells in reader:
                self.rows += 1
                yield Row(self.rows, cells)
        except UnicodeDecodeError as error:
            # Text is decoded ahead of the rows; its lines tell how far ahead, but for line breaks in cells.
            row = self.rows + 1 + error.object.count(b"\n", 0, error.start)
            raise FileRefused(
                "not_utf8",
                f"The file is not UTF-8 text (byte {error.object[error.start]:#04x}, about row {row}). "
                "Save it as “CSV UTF-8”.",
                row=row,
            ) from error
        except csv.Error as error:
            raise self._defect(str(error)) from error

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(LINE_CHARACTERS_MAX):
            if len(line) >= LINE_CHARACTERS_MAX:
                raise FileRefused(
                    "line_too_long",
                    f"A line is longer than {LINE_CHARACTERS_MAX} characters.",
                    row=self.rows + 1,
                )
            if "\0" in line:
                raise FileRefused(
                    "nul_byte",
                    "The file holds NUL bytes; it may be UTF-16. Save it as “CSV UTF-8”.",
                    row=self.rows + 1,
                )
            yield line

    def _defect(self, words: str) -> FileRefused:
        row = self.rows + 1
        if "unexpected end" in words:
            return FileRefused(
                "quote_not_closed",
                f"A quote opened in row {row} is never closed: the file is cut off.",
                row=row,
            )
        if "field larger" in words:
            return FileRefused(
                "line_too_long", f"A cell is longer than {LINE_CHARACTERS_MAX} characters.", row=row
            )
        return FileRefused("bad_quoting", f"Row {row} is not valid CSV: {words}.", row=row)


def inspect(source: Source) -> Inspection:
    """Read the whole file once. Raise ``FileRefused`` for anything that makes it unfit as a whole."""
    with source.open() as stream:
        reader = Reader(stream)
        found = Inspection(reader.layout)
        seen: set[str] = set()
        first_row_of: dict[str, int] = {}
        sku_index = reader.layout.fields.get("sku")
        for group in reader.groups():
            if source.rows_max is not None and reader.rows > source.rows_max:
                raise FileRefused(
                    "too_many_rows",
                    f"The file has more than {source.rows_max:,} rows. Cut it into several files.",
                    row=reader.rows,
                )
            if group.handle in seen:
                found.repeated_handles.add(group.handle)
            seen.add(group.handle)
            if sku_index is not None:
                for row in group.rows:
                    sku = row.cells[sku_index].strip() if len(row.cells) > sku_index else ""
                    if sku and first_row_of.setdefault(sku, row.number) != row.number:
                        found.repeated_skus[row.number] = first_row_of[sku]
        if reader.last_width < reader.layout.width and reader.rows > 1:
            raise FileRefused(
                "file_cut",
                f"The last row has {reader.last_width} cells instead of {reader.layout.width}: "
                "the file is cut off.",
                row=reader.rows,
            )
        found.rows = reader.rows
    return found


def _too_long(row: Row, layout: Layout) -> RowRefused | None:
    if max(map(len, row.cells)) <= CELL_CHARACTERS_MAX:
        return None
    index = next(index for index, cell in enumerate(row.cells) if len(cell) > CELL_CHARACTERS_MAX)
    length = len(row.cells[index])
    row.cells[index] = ""
    return RowRefused(
        "cell_too_long",
        f"The cell has {length} characters; at most {CELL_CHARACTERS_MAX} are read.",
        row=row.number,
        column=layout.names[index],
    )
