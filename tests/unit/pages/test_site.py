import base64
import hashlib
import re
from pathlib import Path

import pytest
from tests.helpers.pages import write_export

from vivamarket.pages.site import BadExport, Shell, Site

PAGE = b"""<head><meta charSet="utf-8"/><script>one()</script><script src="/a.js"></script>\
<script type="application/json">{}</script></head><body>@@slot:main@@\
<script>two("@@slot:main@@")</script></body>"""


def test_a_shell_is_filled_and_no_slot_is_left() -> None:
    page = Shell.of(PAGE).render({"head": b"<title>x</title>", "main": b"<p>hello</p>"}).decode()

    assert "@@" not in page
    assert '<body><p>hello</p><script>two("")</script>' in page
    assert page.index("charSet") < page.index("<title>x</title>") < page.index("one()")


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page() -> None:
    page = Shell.of(PAGE).render({"head": b"", "main": b""}).decode()

    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    allowed = set(re.findall(r"'sha256-([^']+)'", policy[1]))
    wanted = {base64.b64encode(hashlib.sha256(body).digest()).decode() for body in (b"one()", b'two("")')}
    assert allowed == wanted
    assert "unsafe" not in policy[1]


def test_a_missing_build_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="no usable storefront build"):
        Site.load(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fragments.json").write_text('{"format": 9, "build": "x", "locales": {}}')

    with pytest.raises(BadExport, match="format 9"):
        Site.load(tmp_path)


def test_the_build_changes_when_any_shell_does(tmp_path: Path) -> None:
    before = Site.load(write_export(tmp_path)).build
    cart = tmp_path / "es" / "cart" / "index.html"
    cart.write_text(cart.read_text() + "<!-- -->")

    assert Site.load(tmp_path).build != before


def test_assets_are_all_files_but_pages(tmp_path: Path) -> None:
    site = Site.load(write_export(tmp_path))

    assert list(site.assets) == ["_next/static/app.js"]
