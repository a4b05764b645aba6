"""The demo catalogue keeps the shop's own rules, and is as rich as the shop promises."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache
from importlib import resources

import pytest
from msgspec.structs import replace

from vivamarket.catalog.model import Product
from vivamarket.catalog.validate import check_category, check_product
from vivamarket.demo.catalogue import DemoCatalogue, load
from vivamarket.demo.catalogue.build import barcode
from vivamarket.demo.catalogue.schema import Term, Words, check_languages, read_categories, read_languages
from vivamarket.demo.loader import HOME_PICTURE

demo = cache(load)
LOCALES = tuple(read_languages())


def products() -> tuple[Product, ...]:
    return demo().products


def test_it_loads_the_same_each_time() -> None:
    assert load() == load()


@pytest.mark.parametrize("product", products(), ids=lambda product: product.text("en").slug)
def test_a_product_keeps_the_catalogues_rules(product: Product) -> None:
    checked = check_product(product, required_locale="en")

    assert checked.texts == product.texts
    assert checked.variants == product.variants


def test_categories_keep_the_catalogues_rules() -> None:
    for category in demo().categories:
        check_category(category, required_locale="en")


def test_there_are_about_120_products_in_12_categories() -> None:
    roots = [category for category in demo().categories if category.parent_id is None]

    assert len(roots) == 12
    assert 115 <= len(products()) <= 135
    assert len(demo().categories) > len(roots)


def test_parents_come_before_children() -> None:
    seen: set[str | None] = {None}
    for category in demo().categories:
        assert category.parent_id in seen
        seen.add(category.id)


def test_no_id_slug_sku_or_barcode_is_given_twice() -> None:
    variants = [variant for product in products() for variant in product.variants]
    names = [
        *(product.id for product in products()),
        *(category.id for category in demo().categories),
        *(variant.sku for variant in variants),
        *(variant.barcode for variant in variants),
        *((locale, product.texts[locale].slug) for product in products() for locale in LOCALES),
    ]

    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_category_slugs_are_their_own_in_each_language() -> None:
    for locale in LOCALES:
        slugs = [category.texts[locale].slug for category in demo().categories]
        assert len(set(slugs)) == len(slugs)


def test_every_text_is_there_in_every_language_and_not_copied() -> None:
    for product in products():
        texts = [product.texts[locale] for locale in LOCALES]
        assert len({text.title for text in texts}) == len(LOCALES)
        assert len({text.description_html for text in texts}) == len(LOCALES)
        for text in texts:
            assert 80 <= len(text.description_html) <= 700
            assert 20 <= len(text.seo_description) <= 161


def test_many_products_have_variants_and_some_a_former_price() -> None:
    with_variants = [product for product in products() if len(product.variants) > 1]
    reduced = [
        p for p in products() if any(price.compare_at for v in p.variants for price in v.prices.values())
    ]

    assert 0.35 <= len(with_variants) / len(products()) <= 0.55
    assert 0.10 <= len(reduced) / len(products()) <= 0.20


def test_prices_end_as_prices_do_in_both_currencies() -> None:
    for variant in itertools.chain.from_iterable(product.variants for product in products()):
        assert set(variant.prices) == {"EUR", "USD"}
        for price in variant.prices.values():
            assert price.amount.minor_units % 100 in {50, 90}
            assert price.compare_at is None or price.compare_at.minor_units % 100 in {50, 90}


def test_every_variant_weighs_something_and_has_a_shop_internal_barcode() -> None:
    for variant in itertools.chain.from_iterable(product.variants for product in products()):
        digits = [int(digit) for digit in variant.barcode]
        assert variant.weight_grams > 0
        assert re.fullmatch(r"2\d{12}", variant.barcode)
        assert sum(digits[0::2]) % 10 == -3 * sum(digits[1::2]) % 10


def test_a_barcode_is_a_known_one() -> None:
    assert barcode("FF-APPLE-2KG") == "2332665180338"


def test_stock_has_every_case_a_shop_has() -> None:
    stock = demo().stock

    def on_hand(product: Product) -> list[int]:
        return [stock[variant.sku] for variant in product.variants if variant.tracked]

    counts = [on_hand(product) for product in products()]
    assert sum(1 for count in counts if count and not any(count)) >= 5  # sold out
    assert sum(1 for count in counts if any(count) and not all(count)) >= 10  # one variant sold out
    assert sum(1 for count in counts if any(0 < number <= 4 for number in count)) >= 10  # low
    assert any(not variant.tracked for product in products() for variant in product.variants)
    assert any(variant.continue_selling for product in products() for variant in product.variants)


def test_every_stocked_sku_is_sold() -> None:
    sold = {variant.sku for product in products() for variant in product.variants if variant.tracked}

    assert set(demo().stock) == sold


def test_every_word_of_the_vocabulary_is_used_and_translated() -> None:
    languages = read_languages()
    entries = [product for file in read_categories() for product in file.products]
    facts = {(key, value) for product in entries for key, value in product.facts.items()}
    options = {
        (key, value) for product in entries for key, values in product.options.items() for value in values
    }

    for language in languages.values():
        for terms, used in ((language.facts, facts), (language.options, options)):
            for key, term in terms.items():
                assert [value for value in term.values if (key, value) not in used] == []
                assert any(used_key == key for used_key, _ in used)


def test_a_language_that_lacks_a_text_a_point_or_a_value_is_refused() -> None:
    languages = read_languages()
    german = languages["de"]
    apples = Words(title="Äpfel", text="Rot.")
    facts = {**german.facts, "light": Term(name="Licht")}

    for broken in (
        replace(german, texts={key: said for key, said in german.texts.items() if key != "FF-APPLE"}),
        replace(german, texts={**german.texts, "FF-APPLE": apples}),
        replace(german, facts=facts),
    ):
        with pytest.raises(ValueError, match=r"words/de\.yaml"):
            check_languages({**languages, "de": broken})


def test_words_that_differ_between_languages_have_labels() -> None:
    for product in products():
        for option in product.options:
            for value in option.values:
                is_word = re.search(r"[a-z]{3}", value) is not None
                assert value in option.value_labels or not is_word, (product.text("en").slug, value)


def test_every_picture_is_there_and_none_is_left_over() -> None:
    named = {picture.file for gallery in demo().pictures.values() for picture in gallery} | {HOME_PICTURE}
    folder = resources.files("vivamarket.demo").joinpath("pictures")
    there = {entry.name for entry in folder.iterdir() if entry.name.endswith(".webp")}

    assert there == named


def test_every_record_has_pictures_with_words_in_every_language() -> None:
    catalogue: DemoCatalogue = demo()

    names = [*(product.id for product in products()), *(shelf.id for shelf in catalogue.categories)]
    for name in names:
        gallery = catalogue.pictures[name]
        assert gallery
        assert all(set(picture.alt) == set(LOCALES) for picture in gallery)


def test_every_color_that_is_sold_is_shown() -> None:
    for product in products():
        colors = {value for option in product.options if option.name == "color" for value in option.values}
        assert {picture.color for picture in demo().pictures[product.id] if picture.color} == colors


def test_new_products_are_spread_over_the_year() -> None:
    months = {product.created_at.strftime("%Y-%m") for product in products()}

    assert len(months) >= 8
