from vivamarket.kernel.ids import OrderId
from vivamarket.orders.tokens import OrderTokens

FIRST = OrderId("018bcfe5-6800-7fff-bfff-ffffffffffff")


def test_an_order_has_the_same_token_whenever_it_is_asked_for():
    assert OrderTokens("key").of(FIRST) == OrderTokens("key").of(FIRST)


def test_orders_and_keys_give_different_tokens():
    second = OrderId("018bcfe5-6800-7fff-bfff-fffffffffffe")

    assert len({OrderTokens("key").of(FIRST), OrderTokens("key").of(second), OrderTokens("k").of(FIRST)}) == 3


def test_a_token_is_long_and_fits_an_address():
    token = OrderTokens("key").of(FIRST)

    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()
