"""The hosted payment page as a browser sees it, and the control API beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from tests.helpers.payment import BASE, SECRET_KEY, SandboxRig

from vivamarket.adapters.stripe import AppTransport
from vivamarket.sandbox.cards import TEST_CARDS
from vivamarket.sandbox.texts import TEXTS

GOOD = {"number": "4242 4242 4242 4242", "expiry": "12 / 28", "cvc": "123"}


class Browser:
    """Walks the pages without a socket."""

    def __init__(self) -> None:
        self.rig = SandboxRig()
        self._transport = AppTransport(self.rig.app)

    async def get(self, url: str) -> tuple[int, Mapping[str, str], str]:
        body, status, headers = await self._transport.request("GET", url, {}, b"")
        return status, headers, body.decode()

    async def post(
        self, url: str, form: dict[str, str], **headers: str
    ) -> tuple[int, Mapping[str, str], str]:
        body, status, answered = await self._transport.request(
            "POST",
            url,
            {name.replace("_", "-"): value for name, value in headers.items()},
            urlencode(form).encode(),
        )
        return status, answered, body.decode()

    async def control(
        self, path: str, order: dict[str, Any], key: str = SECRET_KEY
    ) -> tuple[int, dict[str, Any]]:
        body, status, _ = await self._transport.request(
            "POST", f"{BASE}/_control/{path}", {"authorization": f"Bearer {key}"}, msgspec.json.encode(order)
        )
        return status, msgspec.json.decode(body)

    def status_of(self, session: dict[str, Any]) -> tuple[str, str]:
        found = self.rig.json("GET", f"/v1/checkout/sessions/{session['id']}")
        return found["status"], found["payment_status"]


@pytest.fixture
def browser() -> Browser:
    return Browser()


async def test_the_page_shows_what_is_paid_for_and_escapes_it(browser: Browser) -> None:
    session = browser.rig.session(customer_email="jo@example.com")

    status, headers, html = await browser.get(session["url"])

    assert status == 200
    assert "€25.00" in html
    assert "Mug &lt;blue&gt;" in html
    assert "jo@example.com" in html
    assert TEXTS["en"]["banner"] in html
    assert "<script" not in html
    assert "script-src" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("locale", "language", "words"),
    [
        ("es", "es", "Pagar 25,00\N{NO-BREAK SPACE}€"),
        ("de-AT", "de", "25,00\N{NO-BREAK SPACE}€ bezahlen"),
        ("fr", "en", "Pay €25.00"),
    ],
)
async def test_the_page_speaks_the_language_of_its_session(
    browser: Browser, locale: str, language: str, words: str
) -> None:
    _, _, html = await browser.get(browser.rig.session(locale=locale)["url"])

    assert f'<html lang="{language}">' in html
    assert words in html


async def test_a_good_card_pays_and_leads_back_to_the_shop(browser: Browser) -> None:
    session = browser.rig.session(success_url="https://shop.example/done?s={CHECKOUT_SESSION_ID}")

    status, headers, _ = await browser.post(session["url"], GOOD)

    assert (status, headers["location"]) == (303, f"https://shop.example/done?s={session['id']}")
    assert browser.status_of(session) == ("complete", "paid")
    assert (await browser.post(session["url"], GOOD))[0] == 303


async def test_a_form_may_lead_to_the_shop_it_belongs_to_and_nowhere_else(browser: Browser) -> None:
    _, headers, _ = await browser.get(browser.rig.session()["url"])

    assert "form-action 'self' https://shop.example" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number": ""}, "incomplete_number"),
        ({"number": "4242 4242 4242 4241"}, "invalid_number"),
        ({"number": "4111 1111 1111 1111"}, "not_a_test_card"),
        ({"expiry": "13/28"}, "invalid_expiry"),
        ({"expiry": "02/26"}, "past_expiry"),
        ({"cvc": "12"}, "invalid_cvc"),
        ({"number": "378282246310005"}, "invalid_cvc"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_paid(
    browser: Browser, change: dict[str, str], reason: str
) -> None:
    session = browser.rig.session()

    status, _, html = await browser.post(session["url"], {**GOOD, **change})

    assert status == 422
    assert TEXTS["en"][reason] in html
    assert 'aria-invalid="true"' in html
    assert browser.status_of(session) == ("open", "unpaid")


async def test_a_number_that_may_be_real_is_never_shown_again(browser: Browser) -> None:
    _, _, html = await browser.post(browser.rig.session()["url"], {**GOOD, "number": "4111 1111 1111 1111"})

    assert "4111" not in html


async def test_a_declined_card_is_explained_and_another_may_be_tried(browser: Browser) -> None:
    session = browser.rig.session()

    status, headers, _ = await browser.post(session["url"], {**GOOD, "number": "4000000000009995"})
    _, _, html = await browser.get(f"http://shop.example{headers['location']}")

    assert status == 303
    assert TEXTS["en"]["insufficient_funds"] in html
    assert 'role="alert"' in html
    assert (await browser.post(session["url"], GOOD))[1]["location"].startswith("https://shop.example/")


@pytest.mark.parametrize(
    ("answer", "status"), [("approve", ("complete", "paid")), ("reject", ("open", "unpaid"))]
)
async def test_three_d_secure_asks_on_a_page_of_its_own(
    browser: Browser, answer: str, status: tuple[str, str]
) -> None:
    session = browser.rig.session()
    _, headers, _ = await browser.post(session["url"], {**GOOD, "number": "4000002500003155"})
    challenge = f"http://shop.example{headers['location']}"
    assert challenge.endswith("/challenge")
    assert "3155" in (await browser.get(challenge))[2]

    await browser.post(challenge, {"answer": answer})

    assert browser.status_of(session) == status


@pytest.mark.parametrize("card", [card for card in TEST_CARDS if card.offered], ids=lambda card: card.key)
async def test_each_offered_card_fills_the_form_with_one_press(browser: Browser, card: Any) -> None:
    session = browser.rig.session()
    _, _, html = await browser.get(session["url"])
    assert f"?card={card.key}" in html

    _, _, filled = await browser.get(f"{session['url']}?card={card.key}")

    values = re.findall(r'name="(\w+)" value="([^"]+)"', filled)
    assert (await browser.post(session["url"], dict(values)))[0] == 303


async def test_an_expired_page_says_so_and_leads_back(browser: Browser) -> None:
    session = browser.rig.session()
    browser.rig.clock.turn(86_400)

    status, _, html = await browser.get(session["url"])

    assert status == 410
    assert "canceled=1" in html
    assert (await browser.post(session["url"], GOOD))[0] == 410


@pytest.mark.parametrize(
    "path", ["", "/", "/pay", "/pay/none", "/pay/none/challenge", "/nothing", "/_control"]
)
async def test_an_unknown_address_is_404(browser: Browser, path: str) -> None:
    assert (await browser.get(f"{BASE}{path}"))[0] == 404


async def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    session = browser.rig.session()

    status, _, _ = await browser.post(session["url"], GOOD, sec_fetch_site="cross-site")

    assert status == 403
    assert browser.status_of(session) == ("open", "unpaid")


async def test_control_pays_without_a_browser(browser: Browser) -> None:
    session = browser.rig.session()

    status, answer = await browser.control(
        f"sessions/{session['id']}/pay", {"card": "three_d_secure", "approve": True}
    )

    assert (status, answer["payment_intent_status"]) == (200, "succeeded")


async def test_control_wants_the_secret_key_and_known_orders(browser: Browser) -> None:
    assert (await browser.control("faults", {}, key="guess"))[0] == 401
    assert (await browser.control("faults", {"calls": [{"fault": "explode"}]}))[0] == 400
    assert (await browser.control("faults", {"calls": [{"fault": "slow", "seconds": 1e9}]}))[0] == 400
    assert (await browser.control("sessions/none/pay", {}))[0] == 404
    assert (await browser.control("nothing", {}))[0] == 404


async def test_faults_are_set_and_ended_by_control(browser: Browser) -> None:
    assert (await browser.control("faults", {"calls": [{"fault": "error", "status": 503}]}))[0] == 200
    assert (await browser.get(f"{BASE}/v1/events"))[0] == 503

    await browser.control("faults", {})

    assert (await browser.get(f"{BASE}/v1/events"))[0] == 401
