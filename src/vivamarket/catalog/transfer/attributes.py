"""Metafield columns ↔ typed attributes.

A cell alone says much: ``TRUE`` is a boolean, ``12.5`` a number, ``2026-05-01`` a date, a JSON list of
texts a list, Shopify's JSON for money and measures what it says, anything else text. What a cell cannot
say (another type, labels, a unit, the order) stands in our column ``Attribute details``, which an export
writes only for products that need it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import msgspec
from msgspec import Struct

from vivamarket.catalog.model import Attribute, AttributeType, AttributeValue
from vivamarket.catalog.transfer.cells import BadCell, read_text, write_text
from vivamarket.catalog.transfer.columns import Metafield
from vivamarket.catalog.validate_attributes import is_number
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.money import Money

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Details(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One attribute's entry in ``Attribute details``; ``cell`` only where no column holds the value."""

    key: str
    type: AttributeType
    unit: str = ""
    labels: Mapping[str, str] = {}
    value_labels: Mapping[str, str] = {}
    facet: bool = True
    cell: str | None = None


_decoder = msgspec.json.Decoder(tuple[Details, ...])
_encoder = msgspec.json.Encoder()


def infer(key: str, cell: str) -> Attribute:
    """Return the attribute that a cell says by itself."""
    if cell.lower() in ("true", "false"):
        return Attribute(key, AttributeType.BOOLEAN, cell.lower() == "true")
    if is_number(cell):
        return Attribute(key, AttributeType.NUMBER, cell)
    if _DATE.fullmatch(cell):
        try:
            return Attribute(key, AttributeType.DATE, date.fromisoformat(cell))
        except ValueError:
            return Attribute(key, AttributeType.TEXT, cell)
    if cell[:1] in ("[", "{"):
        return _infer_json(key, cell)
    return Attribute(key, AttributeType.TEXT, cell)


def _infer_json(key: str, cell: str) -> Attribute:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return Attribute(key, AttributeType.TEXT, cell)
    match value:
        case [str(), *_] if all(isinstance(entry, str) for entry in value):
            return Attribute(key, AttributeType.LIST, tuple(value))
        case {"amount": str() as amount, "currency_code": str() as currency}:
            try:
                return Attribute(key, AttributeType.MONEY, Money.parse(amount, currency))
            except DomainError:
                return Attribute(key, AttributeType.TEXT, cell)
        case {"value": int() | float() as number, "unit": str() as unit} if is_number(repr(number)):
            return Attribute(key, AttributeType.NUMBER, repr(number), unit=unit)
    return Attribute(key, AttributeType.TEXT, cell)


def read_value(kind: AttributeType, cell: str) -> AttributeValue:
    """Return the cell's value as that type; raise ``BadCell`` (``bad_attribute``)."""
    try:
        match kind:
            case AttributeType.BOOLEAN if cell.lower() in ("true", "false"):
                return cell.lower() == "true"
            case AttributeType.NUMBER if is_number(cell):
                return cell
            case AttributeType.DATE:
                return date.fromisoformat(cell)
            case AttributeType.MONEY | AttributeType.LIST if cell.startswith(("[", "{")):
                found = _infer_json("", cell)
                if found.type is kind:
                    return found.value
            case AttributeType.LIST:
                return tuple(part.strip() for part in cell.split(";") if part.strip())
            case AttributeType.TEXT:
                return cell
    except ValueError:
        pass
    raise BadCell("bad_attribute", f"{cell[:40]!r} is not a {kind.value}.")


def write_value(attribute: Attribute) -> str:
    """Return the cell's text that ``read_value`` reads back."""
    value = attribute.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return json.dumps({"amount": value.decimal(), "currency_code": value.currency})
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return str(value)


def read_details(cell: str) -> tuple[Details, ...]:
    """Read ``Attribute details``; raise ``BadCell`` (``bad_details``)."""
    if not cell.strip():
        return ()
    try:
        return _decoder.decode(cell)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadCell("bad_details", f"Attribute details cannot be read: {error}.") from error


def merge_attributes(
    existing: Sequence[Attribute],
    cells: Sequence[tuple[Metafield, str]],
    details: Sequence[Details] | None,
    locale: str,
) -> tuple[Attribute, ...]:
    """Return the product's attributes after the file: absent columns leave, empty cells erase.

    With ``details`` (the file has the column) these decide type, words and order; without, an attribute
    keeps what it had and takes the cell's value. Raise ``BadCell``.
    """
    known = {attribute.key: attribute for attribute in existing}
    told = {entry.key: entry for entry in details or ()}
    result = {
        attribute.key: attribute
        for attribute in existing
        if all(metafield.key != attribute.key for metafield, _ in cells)
    }
    if details is not None:
        result = {}
    values = {metafield.key: (cell, metafield.label) for metafield, cell in cells}
    values |= {entry.key: (entry.cell, "") for entry in told.values() if entry.cell is not None}
    for key, (cell, label) in values.items():
        text = read_text(cell)
        if not text:
            continue
        before = None if details is not None else known.get(key)
        result[key] = _read_one(key, text, label=label, told=told.get(key), before=before, locale=locale)
    order = [entry.key for entry in told.values()] if details is not None else list(known)
    return tuple([result[key] for key in dict.fromkeys([*order, *result]) if key in result])


def _read_one(
    key: str, text: str, *, label: str, told: Details | None, before: Attribute | None, locale: str
) -> Attribute:
    if told is not None:
        return Attribute(
            key=key,
            type=told.type,
            value=read_value(told.type, text),
            labels=dict(told.labels),
            value_labels=dict(told.value_labels),
            facet=told.facet,
            unit=told.unit,
        )
    if before is not None:
        value = read_value(before.type, text)
        return before if value == before.value else replace(before, value=value, value_labels={})
    found = infer(key, text)
    return replace(found, labels={locale: label}) if label and label != key else found


def write_attributes(
    attributes: Sequence[Attribute], columns: Sequence[Metafield], locale: str
) -> tuple[list[str], str]:
    """Return the cells of the metafield columns and the cell of ``Attribute details`` ("" if not needed)."""
    by_key = {attribute.key: attribute for attribute in attributes}
    cells = []
    for column in columns:
        found = by_key.get(column.key)
        cells.append(write_text(write_value(found)) if found is not None else "")
    try:
        plain = merge_attributes((), list(zip(columns, cells, strict=True)), None, locale)
    except BadCell:
        plain = ()
    if plain == tuple(attributes):
        return cells, ""
    placed = {column.key for column in columns}
    details = [
        Details(
            key=attribute.key,
            type=attribute.type,
            unit=attribute.unit,
            labels=attribute.labels,
            value_labels=attribute.value_labels,
            facet=attribute.facet,
            cell=None if attribute.key in placed else write_text(write_value(attribute)),
        )
        for attribute in attributes
    ]
    return cells, _encoder.encode(details).decode()
