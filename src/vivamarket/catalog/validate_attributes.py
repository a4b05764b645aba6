"""The rules of form for typed attributes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from vivamarket.catalog.errors import BadProduct
from vivamarket.catalog.model import Attribute, AttributeType, AttributeValue
from vivamarket.kernel.money import Money

ATTRIBUTE_LENGTH_MAX = 5_000
ATTRIBUTE_LIST_MAX = 100
UNIT_LENGTH_MAX = 16

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_number(text: str) -> bool:
    """Return whether the text is a plain decimal number in canonical form."""
    return _NUMBER.fullmatch(text) is not None


def check_attribute(attribute: Attribute) -> Attribute:
    """Return the attribute in canonical spelling; raise ``BadProduct`` when its parts do not fit."""
    if not _KEY.fullmatch(attribute.key):
        raise _refusal(attribute, "bad_key", "a key is letters, digits, dots, dashes and underscores")
    if len(attribute.unit) > UNIT_LENGTH_MAX or _CONTROL.search(attribute.unit):
        raise _refusal(attribute, "bad_unit", f"a unit has at most {UNIT_LENGTH_MAX} characters")
    for words in (*attribute.labels.values(), *attribute.value_labels.values()):
        if not words or len(words) > ATTRIBUTE_LENGTH_MAX or _CONTROL.search(words):
            raise _refusal(attribute, "bad_label", "a label is not empty and has no control characters")
    value = _value(attribute)
    return attribute if value == attribute.value else replace(attribute, value=value)


def _value(attribute: Attribute) -> AttributeValue:
    value = attribute.value
    match attribute.type:
        case AttributeType.TEXT:
            return _text(attribute, value)
        case AttributeType.NUMBER:
            number = str(value) if type(value) is int else value
            if not isinstance(number, str) or not is_number(number):
                raise _refusal(attribute, "not_a_number", "write a plain decimal number such as 12.5")
            return number
        case AttributeType.BOOLEAN if type(value) is bool:
            return value
        case AttributeType.DATE if isinstance(value, date) and not isinstance(value, datetime):
            return value
        case AttributeType.MONEY if isinstance(value, Money):
            return value
        case AttributeType.LIST if isinstance(value, tuple):
            if not 1 <= len(value) <= ATTRIBUTE_LIST_MAX:
                raise _refusal(attribute, "bad_list", f"a list has 1 to {ATTRIBUTE_LIST_MAX} entries")
            return tuple([_text(attribute, entry) for entry in value])
        case _:
            pass
    raise _refusal(attribute, "wrong_type", f"the value is not a {attribute.type.value}")


def _text(attribute: Attribute, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refusal(attribute, "empty", "the value is empty")
    if len(value) > ATTRIBUTE_LENGTH_MAX:
        raise _refusal(attribute, "too_long", f"the value has more than {ATTRIBUTE_LENGTH_MAX} characters")
    if _CONTROL.search(value):
        raise _refusal(attribute, "control_character", "the value holds an invisible control character")
    return value.strip().replace("\r\n", "\n").replace("\r", "\n")


def _refusal(attribute: Attribute, reason: str, message: str) -> BadProduct:
    return BadProduct(
        f"Attribute {attribute.key[:80]!r}: {message}.",
        field="attributes",
        reason=reason,
        key=attribute.key[:80],
    )
