import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.pages.markup import BadTemplate, Template, json_in_script

HOSTILE = """Jo's "best" <b>mug</b> & cup </script><!-- 🍵 \u2028"""


def test_a_value_is_escaped_in_text_and_attributes() -> None:
    page = Template('<a title="@@name@@">@@name@@</a>').render({"name": HOSTILE}).decode()

    assert "<b>" not in page
    assert page.count("&lt;/script&gt;") == 2
    assert 'title="Jo&#x27;s &quot;best&quot;' in page


def test_json_cannot_end_its_script_and_reads_back_the_same() -> None:
    page = Template("<script>@@json:data@@</script>").render({"data": {"name": HOSTILE}}).decode()

    body = page.removeprefix("<script>").removesuffix("</script>")
    assert "<" not in body
    assert json.loads(body) == {"name": HOSTILE}


@given(st.text())
def test_any_text_survives_json_in_a_script(text: str) -> None:
    encoded = json_in_script({"text": text.encode("utf-8", "replace").decode()})

    assert b"<" not in encoded
    assert json.loads(encoded) == {"text": text.encode("utf-8", "replace").decode()}


@given(st.text(alphabet="@:a<>/vm-if&\"'"))
def test_a_value_is_never_read_as_a_mark(text: str) -> None:
    page = (
        Template('<p>@@name@@</p><vm-if name="shown">!</vm-if>')
        .render({"name": text, "shown": True})
        .decode()
    )

    assert page.endswith("</p>!")
    assert page.count("<") == 2


def test_blocks_are_shown_repeated_or_left_out() -> None:
    template = Template(
        '<vm-if name="big">BIG </vm-if><vm-each name="rows"><vm-if name="on">+</vm-if>@@n@@;</vm-each>'
    )

    page = template.render({"big": "", "rows": [{"n": "1", "on": True}, {"n": "2", "on": False}]}).decode()

    assert page == "+1;2;"


@pytest.mark.parametrize(
    "source",
    [
        '<vm-if name="a">',
        "</vm-if>",
        '<vm-each name="a"></vm-if>',
        "@@json:@@",
        "<vm-if>",
        "@@html:a"[:8] + ":@@",
    ],
)
def test_a_broken_template_is_refused_when_it_is_read(source: str) -> None:
    with pytest.raises(BadTemplate):
        Template(source)


def test_a_missing_value_is_a_mistake_that_shows() -> None:
    with pytest.raises(KeyError):
        Template("@@name@@").render({}).decode()
