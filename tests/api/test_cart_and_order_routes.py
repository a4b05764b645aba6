from typing import Any
from urllib.parse import quote

from tests.helpers.api import ADDRESS, ApiShop
from tests.helpers.checkout import MUG

from vivamarket.kernel.ids import OrderId

CARTS = "/api/v1/carts"
ORDERS = "/api/v1/orders"


async def test_a_cart_is_filled_changed_and_emptied(api: ApiShop) -> None:
    cart = await api.new_cart(quantity=2)
    assert cart["subtotal"] == {"minor_units": 2500, "currency": "EUR"}
    assert cart["free_shipping"]["remaining"] == {"minor_units": 2500, "currency": "EUR"}
    address = f"{CARTS}/{cart['id']}"

    added = (await api.send("POST", f"{address}/lines", {"sku": "MUG/L", "quantity": 5})).json()
    assert [(line["sku"], line["problem"]) for line in added["lines"]] == [
        ("MUG", None),
        ("MUG/L", "not_enough"),
    ]
    assert added["lines"][1]["available_quantity"] == 3

    slashed = quote("MUG/L", safe="")
    changed = (await api.send("PUT", f"{address}/lines/{slashed}", {"quantity": 1})).json()
    assert changed["item_count"] == 3

    removed = await api.send("DELETE", f"{address}/lines/{slashed}")
    assert [line["sku"] for line in removed.json()["lines"]] == ["MUG"]

    emptied = await api.send("PUT", f"{address}/lines/MUG", {"quantity": 0})
    assert emptied.json()["lines"] == []
    assert emptied.json()["version"] == 5


async def test_a_cart_changes_its_currency_and_is_priced_anew(api: ApiShop) -> None:
    cart = await api.new_cart(quantity=2)
    address = f"{CARTS}/{cart['id']}"

    changed = (await api.send("PUT", f"{address}/details", {"currency": "USD"})).json()
    refused = await api.send("PUT", f"{address}/details", {"currency": "JPY"})
    back = (await api.send("PUT", f"{address}/details", {"currency": "EUR"})).json()

    assert (changed["currency"], changed["subtotal"]["currency"]) == ("USD", "USD")
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_currency")
    assert back["subtotal"] == {"minor_units": 2500, "currency": "EUR"}


async def test_a_cart_unchanged_answers_304(api: ApiShop) -> None:
    cart = await api.new_cart()
    address = f"{CARTS}/{cart['id']}"
    first = await api.get(address)

    again = await api.get(address, headers={"if-none-match": first.headers["etag"]})
    await api.send("POST", f"{address}/lines", {"sku": MUG, "quantity": 1})
    changed = await api.get(address, headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


async def test_the_same_key_has_one_effect_and_the_same_bytes(api: ApiShop) -> None:
    cart = await api.new_cart()
    address = f"{CARTS}/{cart['id']}/lines"

    first = await api.send("POST", address, {"sku": MUG, "quantity": 1}, key="one-wish-1")
    again = await api.send("POST", address, {"quantity": 1, "sku": MUG}, key="one-wish-1")
    other = await api.send("POST", address, {"sku": MUG, "quantity": 2}, key="one-wish-1")

    assert first.content == again.content
    assert (await api.get(f"{CARTS}/{cart['id']}")).json()["item_count"] == 2
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_refusal_is_kept_like_any_answer(api: ApiShop) -> None:
    cart = await api.new_cart()
    address = f"{CARTS}/{cart['id']}/lines"

    refused = await api.send("POST", address, {"sku": "NEW", "quantity": 1}, key="one-wish-2")
    again = await api.send("POST", address, {"sku": "NEW", "quantity": 1}, key="one-wish-2")

    assert (refused.status_code, refused.json()["code"]) == (404, "sku_not_sold")
    assert again.content == refused.content
    assert again.headers["content-type"] == "application/problem+json"


async def test_all_problems_of_the_details_are_told_at_once(api: ApiShop) -> None:
    cart = await api.new_cart()
    details = {"email": "nobody", "shipping_address": {**ADDRESS, "postal_code": "1"}}

    problem = (await api.send("PUT", f"{CARTS}/{cart['id']}/details", details)).json()

    assert problem["code"] == "bad_details"
    assert set(problem["problems"]) == {"email", "shipping_address.postal_code"}


async def test_a_quote_says_what_is_missing_until_it_is_complete(api: ApiShop) -> None:
    cart = await api.new_cart()
    early = (await api.get(f"{CARTS}/{cart['id']}/quote")).json()
    _, late = await api.ready_cart()

    assert early["missing"] == ["email", "shipping_address", "shipping_method"]
    assert (late["complete"], late["missing"]) == (True, [])
    assert late["total"] == {"minor_units": 1250 + 390, "currency": "EUR"}
    assert late["tax_included"] is True
    assert [option["method"] for option in late["shipping_options"]] == ["standard", "express"]


async def test_an_order_is_placed_paid_and_read_with_its_token(api: ApiShop) -> None:
    order, token = await api.placed()
    assert (order["status"], order["total"]["minor_units"]) == ("pending_payment", 1640)
    assert order["lines"][0]["product_slug"] == "blue-mug"

    address = f"{ORDERS}/{order['id']}"
    started = (await api.send("POST", f"{address}/payment", {}, headers=token)).json()
    assert started["redirect_url"].startswith("https://pay.example/")
    resumed = (await api.send("POST", f"{address}/payment", headers=token)).json()
    assert resumed == started

    api.shop.provider.pay(started["redirect_url"].rsplit("/", 1)[1])
    settled = (await api.send("POST", f"{address}/settle", headers=token)).json()
    read = (await api.get(address, headers=token)).json()

    assert settled["status"] == read["status"] == "paid"
    assert settled["payment"]["status"] == "succeeded"
    assert "order.paid" in [step["kind"] for step in read["timeline"]]
    assert read["expires_at"] is None


async def test_placing_twice_with_one_key_makes_one_order(api: ApiShop) -> None:
    cart, quote_ = await api.ready_cart()
    body = {"cart_id": cart["id"], "quote_hash": quote_["hash"]}

    first = await api.send("POST", ORDERS, body, key="place-once-1")
    again = await api.send("POST", ORDERS, body, key="place-once-1")
    second = await api.send("POST", ORDERS, body)

    assert first.status_code == 201
    assert again.content == first.content
    assert (second.status_code, second.json()["code"]) == (409, "cart_already_ordered")
    assert second.json()["order_id"] == first.json()["order"]["id"]


async def test_another_quote_than_the_confirmed_one_is_shown_and_refused(api: ApiShop) -> None:
    cart, _ = await api.ready_cart()

    answer = await api.send("POST", ORDERS, {"cart_id": cart["id"], "quote_hash": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (409, "quote_changed")
    assert answer.json()["quote"]["total"] == {"minor_units": 1640, "currency": "EUR"}


async def test_what_is_not_there_cannot_be_ordered(api: ApiShop) -> None:
    cart, quote_ = await api.ready_cart(quantity=11)

    answer = await api.send("POST", ORDERS, {"cart_id": cart["id"], "quote_hash": quote_["hash"]})

    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
    assert answer.json()["skus"] == [{"sku": "MUG", "available": 10}]


async def test_an_incomplete_checkout_names_what_is_missing(api: ApiShop) -> None:
    cart = await api.new_cart()

    answer = await api.send("POST", ORDERS, {"cart_id": cart["id"], "quote_hash": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (422, "checkout_incomplete")
    assert "email" in answer.json()["missing"]


async def test_an_unpaid_order_is_canceled_and_a_paid_one_is_not(api: ApiShop) -> None:
    order, token = await api.placed()
    canceled = await api.send("POST", f"{ORDERS}/{order['id']}/cancel", headers=token)
    paid, paid_token = await api.placed()
    await api.shop.pay(OrderId(paid["id"]))
    await api.shop.checkout.settle(OrderId(paid["id"]))

    refused = await api.send("POST", f"{ORDERS}/{paid['id']}/cancel", headers=paid_token)

    assert canceled.json()["status"] in {"canceling", "canceled"}
    assert (refused.status_code, refused.json()["code"]) == (422, "order_not_cancelable")


async def test_without_its_token_an_order_is_not_shown(api: ApiShop) -> None:
    order, _ = await api.placed()
    _, foreign = await api.placed()
    address = f"{ORDERS}/{order['id']}"

    missing = await api.get(address)
    wrong = await api.get(address, headers=foreign)

    assert (missing.status_code, missing.json()["code"]) == (401, "unauthenticated")
    assert missing.headers["www-authenticate"] == "Bearer"
    assert (wrong.status_code, wrong.json()["code"]) == (404, "order_not_found")
    for action in ("payment", "settle", "cancel"):
        refused = await api.send("POST", f"{address}/{action}", headers=foreign)
        assert refused.status_code == 404


async def test_a_provider_that_is_away_is_a_503_that_is_not_kept(api: ApiShop) -> None:
    order, token = await api.placed()
    address = f"{ORDERS}/{order['id']}/payment"
    break_provider(api)

    away = await api.send("POST", address, headers=token, key="pay-attempt-1")
    api.shop.provider.before = lambda call: None
    back = await api.send("POST", address, headers=token, key="pay-attempt-1")

    assert (away.status_code, away.json()["code"]) == (503, "payment_provider_unavailable")
    assert int(away.headers["retry-after"]) > 0
    assert back.status_code == 200


def break_provider(api: ApiShop) -> None:
    from vivamarket.payments.errors import GatewayUnavailable

    def refuse(call: str) -> None:
        raise GatewayUnavailable(f"{call} found nobody")

    api.shop.provider.before = refuse


async def test_a_signed_event_is_kept_and_an_unsigned_one_refused(api: ApiShop) -> None:
    order, token = await api.placed()
    payment = (await api.send("POST", f"{ORDERS}/{order['id']}/payment", headers=token)).json()
    event = api.shop.provider.event("evt_1", payment["payment_id"], api.shop.clock.now())
    address = "/api/v1/webhooks/stripe"

    kept = await api.client.post(address, content=event, headers={"stripe-signature": "signed"})
    again = await api.client.post(address, content=event, headers={"stripe-signature": "signed"})
    forged = await api.client.post(address, content=event, headers={"stripe-signature": "forged"})
    unsigned = await api.client.post(address, content=event)

    assert (kept.status_code, again.status_code) == (200, 200)
    assert (forged.status_code, forged.json()["code"]) == (400, "bad_webhook_signature")
    assert (unsigned.status_code, unsigned.json()["code"]) == (400, "bad_parameter")


async def test_no_answer_holds_another_shoppers_data(api: ApiShop) -> None:
    """I18: two shoppers, every read there is; each sees nothing of the other."""
    mine, _ = await api.ready_cart()
    secret = "very-private@example.org"
    other = await api.new_cart()
    details: dict[str, Any] = {"email": secret, "note": "the other shopper's note"}
    await api.send("PUT", f"{CARTS}/{other['id']}/details", details)
    order, token = await api.placed()

    answers = [
        await api.get(f"{CARTS}/{mine['id']}"),
        await api.get(f"{CARTS}/{mine['id']}/quote"),
        await api.get(f"{ORDERS}/{order['id']}", headers=token),
        await api.get("/api/v1/shop"),
        await api.get("/api/v1/products"),
        await api.get("/api/v1/products/blue-mug"),
        await api.get("/api/v1/search?q=mug"),
        await api.get("/api/v1/live?skus=MUG"),
        await api.get(f"{CARTS}/token-guessed-by-nobody"),
        await api.get("/health/ready"),
    ]

    for answer in answers:
        for private in (secret, "other shopper", other["id"]):
            assert private not in answer.text
