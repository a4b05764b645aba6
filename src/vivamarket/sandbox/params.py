"""Reading of form-encoded, nested parameters (``line_items[0][price_data][unit_amount]=1250``).

Every reader refuses what it does not know, as Stripe does: a misspelt parameter must not pass silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Union
from urllib.parse import parse_qsl

from vivamarket.sandbox.errors import ApiError, bad_parameter

BODY_BYTES_MAX = 256 * 1024
PAIRS_MAX = 2_000
DEPTH_MAX = 6
LIST_INDEX_MAX = 999
METADATA_KEYS_MAX = 50
METADATA_KEY_LENGTH_MAX = 40
METADATA_VALUE_LENGTH_MAX = 500

Value = Union[str, "dict[str, Value]"]
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def parse_form(body: str) -> dict[str, Value]:
    """Return the nested values; lists become mappings with keys ``"0"``, ``"1"``, … in order.

    Raise ``ApiError`` (400) when there are too many pairs or a name is malformed.
    """
    try:
        pairs = parse_qsl(
            body, keep_blank_values=True, max_num_fields=PAIRS_MAX, encoding="utf-8", errors="strict"
        )
    except ValueError:
        raise ApiError("The request could not be parsed.", stored=False) from None
    tree: dict[str, Value] = {}
    for name, value in pairs:
        _put(tree, name, value)
    return tree


def _put(tree: dict[str, Value], name: str, value: str) -> None:
    match = _NAME.fullmatch(name)
    if match is None:
        raise bad_parameter(f"Invalid parameter name: {name[:80]}", name[:80])
    path = [match.group(1), *re.findall(r"\[([^\[\]]*)\]", match.group(2))]
    if len(path) > DEPTH_MAX:
        raise bad_parameter(f"Parameter nested too deeply: {name[:80]}", name[:80])
    node = tree
    for part in path[:-1]:
        below = node.setdefault(part, {})
        if isinstance(below, str):
            raise bad_parameter(f"Invalid parameter: {name[:80]}", name[:80])
        node = below
    last = path[-1] or str(len(node))
    if last in node:
        raise bad_parameter(f"Parameter given twice: {name[:80]}", name[:80])
    node[last] = value


class Params:
    """Parameters of one call (or one nested part of it), read by name and type."""

    def __init__(self, values: Mapping[str, Value], path: str = "") -> None:
        self._values = values
        self._path = path
        self._read: set[str] = set()

    def text(self, name: str, *, length_max: int = 5_000) -> str | None:
        """Return the text, None when absent or empty (Stripe's way to say "unset")."""
        value = self._take(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise bad_parameter(f"Invalid string: {self._name(name)}", self._name(name))
        if len(value) > length_max:
            raise bad_parameter(
                f"Invalid string: at most {length_max} characters.",
                self._name(name),
                "parameter_invalid_string",
            )
        return value

    def required_text(self, name: str, *, length_max: int = 5_000) -> str:
        """Return the text; refuse when it is missing."""
        value = self.text(name, length_max=length_max)
        if value is None:
            raise self.missing(name)
        return value

    def integer(self, name: str, *, minimum: int, maximum: int) -> int | None:
        """Return the whole number within the bounds, None when absent."""
        value = self.text(name)
        if value is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise bad_parameter(
                f"Invalid integer: {value[:40]}", self._name(name), "parameter_invalid_integer"
            )
        number = int(value)
        if not minimum <= number <= maximum:
            raise bad_parameter(
                f"{self._name(name)} must be {minimum} to {maximum}.",
                self._name(name),
                "parameter_invalid_integer",
            )
        return number

    def required_integer(self, name: str, *, minimum: int, maximum: int) -> int:
        """Return the whole number within the bounds; refuse when it is missing."""
        number = self.integer(name, minimum=minimum, maximum=maximum)
        if number is None:
            raise self.missing(name)
        return number

    def boolean(self, name: str) -> bool | None:
        """Return the boolean, None when absent."""
        value = self.text(name)
        if value is None:
            return None
        if value not in {"true", "false"}:
            raise bad_parameter(f"Invalid boolean: {value[:40]}", self._name(name))
        return value == "true"

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """Return one of the allowed words, None when absent."""
        value = self.text(name)
        names = tuple(allowed)
        if value is not None and value not in names:
            raise bad_parameter(f"Invalid {name}: must be one of {', '.join(names)}", self._name(name))
        return value

    def child(self, name: str) -> Params | None:
        """Return the nested mapping, None when absent."""
        value = self._take(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            raise bad_parameter(f"Invalid hash: {self._name(name)}", self._name(name))
        return Params(value, self._name(name))

    def children(self, name: str, *, count_max: int) -> list[Params]:
        """Return the list of nested mappings in order."""
        value = self._take(name)
        if value is None or value == "":
            return []
        if isinstance(value, str) or not all(
            key.isdigit() and int(key) <= LIST_INDEX_MAX and not isinstance(part, str)
            for key, part in value.items()
        ):
            raise bad_parameter(f"Invalid array: {self._name(name)}", self._name(name))
        if len(value) > count_max:
            raise bad_parameter(f"At most {count_max} {name}.", self._name(name))
        ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
        return [
            Params(part, f"{self._name(name)}[{key}]") for key, part in ordered if not isinstance(part, str)
        ]

    def texts(self, name: str, *, count_max: int = 100) -> tuple[str, ...]:
        """Return the list of texts (``expand[]``, ``enabled_events[]``)."""
        value = self._take(name)
        if value is None or value == "":
            return ()
        if isinstance(value, str) or len(value) > count_max:
            raise bad_parameter(f"Invalid array: {self._name(name)}", self._name(name))
        parts = tuple(part for part in value.values() if isinstance(part, str))
        if len(parts) != len(value):
            raise bad_parameter(f"Invalid array: {self._name(name)}", self._name(name))
        return parts

    def metadata(self, name: str = "metadata") -> dict[str, str]:
        """Return free key-value pairs within Stripe's limits."""
        part = self.child(name)
        if part is None:
            return {}
        result: dict[str, str] = {}
        for key, value in part._values.items():
            if not isinstance(value, str) or len(value) > METADATA_VALUE_LENGTH_MAX:
                raise bad_parameter("Metadata values are at most 500 characters.", f"{name}[{key[:40]}]")
            if len(key) > METADATA_KEY_LENGTH_MAX:
                raise bad_parameter("Metadata keys are at most 40 characters.", name)
            if value:
                result[key] = value
        if len(result) > METADATA_KEYS_MAX:
            raise bad_parameter("Metadata holds at most 50 keys.", name)
        return result

    def accept(self, *names: str) -> None:
        """Mark parameters that are understood and change nothing here."""
        self._read.update(names)

    def finish(self) -> None:
        """Refuse parameters nobody read."""
        for name in self._values:
            if name not in self._read:
                raise bad_parameter(
                    f"Received unknown parameter: {self._name(name)[:120]}",
                    self._name(name)[:120],
                    "parameter_unknown",
                )

    def missing(self, name: str) -> ApiError:
        """Return the refusal for a missing required parameter."""
        full = self._name(name)
        return bad_parameter(f"Missing required param: {full}.", full, "parameter_missing")

    def _take(self, name: str) -> Value | None:
        self._read.add(name)
        return self._values.get(name)

    def _name(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name
