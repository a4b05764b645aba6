"""Where a prefix ends, compared by code points as the database does."""

from __future__ import annotations

import pytest

from vivamarket.inventory.paging import prefix_end


@pytest.mark.parametrize("prefix", ["A", "AB-", "ñ", "\ud7ff", "A\U0010ffff", "Z\U0010ffff\U0010ffff"])
def test_what_begins_with_a_prefix_lies_before_its_end_and_what_follows_does_not(prefix: str) -> None:
    end = prefix_end(prefix)

    assert prefix < end
    assert all(prefix + rest < end for rest in ("", "0", "zz", "\U0010ffff" * 9))
    assert not end.startswith(prefix)
    assert end.encode().decode() == end


def test_no_prefix_ends_after_every_sku() -> None:
    assert prefix_end("") > "\U0010ffff" * 64
    assert prefix_end("\U0010ffff") == prefix_end("")
