import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.kernel.idempotency import BadIdempotencyKey, attempt, require_unguessable
from vivamarket.kernel.ids import BadId, parse_sku, parse_uuid, uuid7
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**74 - 1))
def test_a_uuid7_carries_version_variant_and_time(milliseconds, random_bits):
    made = uuid.UUID(uuid7(milliseconds, random_bits))

    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert made.int >> 80 == milliseconds


def test_later_uuid7s_sort_later():
    assert uuid7(1_000, 2**74 - 1) < uuid7(1_001, 0)


@pytest.mark.parametrize("text", ["", "x", "018bcfe56800", "{018bcfe5-6800-7fff-bfff-ffffffffffff}"])
def test_what_is_no_uuid_is_refused(text):
    with pytest.raises(BadId):
        parse_uuid(text)


@pytest.mark.parametrize("text", ["", " A", "A ", "A\nB", "A\x00", "x" * 65])
def test_what_is_no_sku_is_refused(text):
    with pytest.raises(BadId):
        parse_sku(text)


KEY_PARTS = st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=20)), max_size=4)


@given(KEY_PARTS)
def test_a_cursor_gives_back_its_key(key):
    assert decode_cursor("products", encode_cursor("products", key), len(key)) == key


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_refused(text):
    with pytest.raises(BadCursor):
        decode_cursor("products", text, 2)


def test_a_cursor_of_another_list_is_refused():
    with pytest.raises(BadCursor):
        decode_cursor("orders", encode_cursor("products", ["a"]), 1)


def test_the_fingerprint_depends_on_route_caller_and_body():
    base = attempt("key-12345", route="POST /carts", caller="a", body=b"{}")

    others = [
        attempt("key-12345", route="POST /orders", caller="a", body=b"{}"),
        attempt("key-12345", route="POST /carts", caller="b", body=b"{}"),
        attempt("key-12345", route="POST /carts", caller="a", body=b"[]"),
        attempt("key-12345", route="POST /cart", caller="sa", body=b"{}"),
    ]
    assert base == attempt("key-12345", route="POST /carts", caller="a", body=b"{}")
    assert base.fingerprint not in {each.fingerprint for each in others}


def test_the_same_key_of_another_caller_is_another_key():
    keys = {attempt("key-12345", route="POST /carts", caller=each, body=b"").key for each in ("", "a", "b")}

    assert len(keys) == 3


def test_a_key_that_somebody_else_may_choose_too_does_not_name_a_caller():
    require_unguessable("9bf2a3cc-11d7-4bfc-a1b8-4d2b5a1b8c07")
    with pytest.raises(BadIdempotencyKey):
        require_unguessable("checkout-1")


@pytest.mark.parametrize("key", [None, "", "short", "x" * 129, "with space", "ünïcode-key"])
def test_a_malformed_idempotency_key_is_refused(key):
    with pytest.raises(BadIdempotencyKey):
        attempt(key, route="POST /carts", caller="a", body=b"")
