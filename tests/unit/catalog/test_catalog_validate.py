"""The rules of form: what is refused, and in which spelling the rest is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.catalog import NOON, category, eur, product, shirt

from vivamarket.catalog.codec import decode_category, decode_product, encode_category, encode_product
from vivamarket.catalog.errors import BadCategory, BadProduct
from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    Option,
    Price,
    Product,
    ProductImage,
    Schedule,
    Text,
    Variant,
)
from vivamarket.catalog.slugs import is_slug, normalize_handle, slugify
from vivamarket.catalog.transfer.cells import BadCell, read_text, write_text
from vivamarket.catalog.validate import check_category, check_product, clean_html
from vivamarket.kernel.ids import CategoryId, Sku
from vivamarket.kernel.money import Money
from vivamarket.media.model import check_key

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


def check(found: Product) -> Product:
    return check_product(found, required_locale="en")


def test_texts_are_kept_on_one_line_and_descriptions_without_what_runs() -> None:
    found = check(
        product(
            texts={
                "en": Text(
                    "  Blue \n Mug ",
                    "mug",
                    "<p onclick=x>Hi<script>alert(1)</script><a href='javascript:x'>y</a></p>",
                )
            },
            vendor=" North  wind ",
            tags=("a", " A ", "b "),
        )
    )  # fmt: skip

    assert found.text("en").title == "Blue Mug"
    assert found.text("en").description_html == '<p>Hi<a rel="noopener noreferrer">y</a></p>'
    assert (found.vendor, found.tags) == ("North wind", ("a", "b"))


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"texts": {"es": Text("Taza", "taza")}}, "title", "missing"),
        ({"texts": {"en": Text(" ", "mug")}}, "title", "missing"),
        ({"texts": {"en": Text("Mug", "Big Mug")}}, "slug", "bad_slug"),
        ({"texts": {"en": Text("M\0g", "mug")}}, "title", "control_character"),
        ({"texts": {"en": Text("Mug", "mug", "x" * 70_000)}}, "description_html", "too_long"),
        ({"variants": ()}, "variants", "bad_count"),
        ({"variants": (Variant(Sku("A"), ("S",)),)}, "variants", "bad_option_values"),
        ({"variants": (Variant(Sku("A")), Variant(Sku("B")))}, "variants", "repeated"),
        ({"variants": (Variant(Sku("A")), Variant(Sku("A")))}, "sku", "repeated"),
        ({"variants": (Variant(Sku("A"), prices=eur("-1")),)}, "prices", "negative"),
        ({"variants": (Variant(Sku("A"), prices={"USD": eur("1")["EUR"]}),)}, "prices", "currency_mismatch"),
        ({"variants": (Variant(Sku("A"), prices={"EUR": Price(Money(5, "EUR"), Money(5, "EUR"))}),)},
         "prices", "compare_at_too_low"),
        ({"variants": (Variant(Sku("A"), weight_grams=-1),)}, "weight_grams", "out_of_range"),
        ({"variants": (Variant(Sku("A"), tax_class="Very High"),)}, "tax_class", "bad_tax_class"),
        ({"options": (Option("Size", ()),)}, "options", "bad_values"),
        ({"options": (Option("Size", ("S",)), Option("size", ("M",)))}, "options", "repeated"),
        ({"options": tuple(Option(str(n), ("x",)) for n in range(4))}, "options", "too_many"),
        ({"tags": ("a,b",)}, "tags", "comma"),
        ({"images": (ProductImage(None),)}, "images", "missing"),
        ({"schedule": Schedule(NOON, NOON)}, "schedule", "empty"),
        ({"schedule": Schedule(datetime(2026, 1, 1))}, "schedule", "not_utc"),  # noqa: DTZ001  # the case itself
        ({"attributes": (Attribute("a b", AttributeType.TEXT, "x"),)}, "attributes", "bad_key"),
        ({"attributes": (Attribute("a", AttributeType.NUMBER, "1e5"),)}, "attributes", "not_a_number"),
        ({"attributes": (Attribute("a", AttributeType.BOOLEAN, "yes"),)}, "attributes", "wrong_type"),
        ({"attributes": (Attribute("a", AttributeType.LIST, ()),)}, "attributes", "bad_list"),
        ({"attributes": (Attribute("a", AttributeType.TEXT, "x"),) * 2}, "attributes", "repeated"),
        ({"category_ids": (CategoryId("home"),)}, "product", "bad_id"),
        ({"extra": {"x": "y\0"}}, "extra", "control_character"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_refused_by_field_and_reason(
    fields: dict[str, Any], field: str, reason: str
) -> None:
    with pytest.raises(BadProduct) as refusal:
        check(product(**fields))

    assert (refusal.value.fields["field"], refusal.value.fields["reason"]) == (field, reason)


def test_a_bad_sku_is_refused() -> None:
    with pytest.raises(BadProduct):
        check(product(variants=(Variant(Sku(" A")),)))


def test_a_whole_number_becomes_text() -> None:
    found = check(product(attributes=(Attribute("a", AttributeType.NUMBER, 5),)))

    assert found.attributes[0].value == "5"


def test_a_category_follows_the_same_rules() -> None:
    found = check_category(category(1, "Home"), required_locale="en")

    assert decode_category(encode_category(found)) == found
    with pytest.raises(BadCategory):
        check_category(replace(found, texts={"en": Text("", "home")}), required_locale="en")
    with pytest.raises(BadCategory):
        check_category(replace(found, position=-1), required_locale="en")
    with pytest.raises(BadCategory):
        check_category(replace(found, parent_id=CategoryId("home")), required_locale="en")


@given(title=texts, vendor=texts, description=st.text(max_size=200), tags=st.lists(texts, max_size=4))
def test_checking_twice_changes_nothing_and_documents_lose_nothing(
    title: str, vendor: str, description: str, tags: list[str]
) -> None:
    try:
        once = check(
            replace(shirt(), texts={"en": Text(title, "shirt", description)}, vendor=vendor, tags=tuple(tags))
        )
    except BadProduct:
        return

    assert check(once) == once
    assert decode_product(encode_product(once)) == once


@given(html=st.text("<>&;/abpsc \"='", max_size=60))
def test_cleaning_html_twice_changes_nothing(html: str) -> None:
    once = clean_html(html)

    assert clean_html(once) == once
    assert "<script" not in once


@given(title=st.text(max_size=60))
def test_a_slug_made_of_a_title_is_a_slug(title: str) -> None:
    slug = slugify(title)

    assert slug == "" or is_slug(slug)
    assert slugify(slug) == slug
    assert normalize_handle(slug) == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Crème Brûlée", "creme-brulee"),
        ("Straße 5", "strasse-5"),
        ("Ñandú", "nandu"),
        ("茶碗", "茶碗"),
        ("🙂", ""),
    ],
)
def test_slugs_are_spelled_as_people_type_them(title: str, slug: str) -> None:
    assert slugify(title) == slug


@pytest.mark.parametrize("letter", ["a", "茶", "ก", "\N{MATHEMATICAL BOLD SMALL A}"])
def test_the_longest_slug_of_any_script_is_still_the_name_of_a_file(letter: str) -> None:
    slug = slugify(letter * 300)

    assert is_slug(slug)
    assert check_key(f"pages/en/p/{slug}.html")
    assert not is_slug(slug + slug)


@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20))
def test_a_written_cell_reads_back_and_never_begins_like_a_formula(text: str) -> None:
    text = text.strip()

    cell = write_text(text)

    assert read_text(cell) == text
    assert cell[:1] not in ("=", "@")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-x", "@SUM(A1)"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(cell: str) -> None:
    with pytest.raises(BadCell) as refusal:
        read_text(cell)

    assert refusal.value.code == "formula_cell"


def test_times_are_in_utc() -> None:
    found = check(product(schedule=Schedule(datetime(2026, 1, 1, tzinfo=UTC), None)))

    assert found.schedule.covers(NOON)
