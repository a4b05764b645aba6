"""Attributes written to cells and details read back the same, whatever they hold."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.catalog.errors import BadProduct
from vivamarket.catalog.model import Attribute, AttributeType
from vivamarket.catalog.transfer.attributes import infer, merge_attributes, read_details, write_attributes
from vivamarket.catalog.transfer.cells import BadCell, write_text
from vivamarket.catalog.transfer.columns import Metafield, attribute_key, metafield_header, read_header
from vivamarket.catalog.validate_attributes import check_attribute
from vivamarket.kernel.money import Money

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=15).filter(str.strip)
labels = st.dictionaries(st.sampled_from(["en", "es"]), words, max_size=2)
keys = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,11}", fullmatch=True)
numbers = st.decimals(-10_000, 10_000, places=2).map(lambda number: format(number.normalize(), "f"))
money = st.builds(Money, st.integers(-(10**6), 10**6), st.sampled_from(["EUR", "JPY", "KWD"]))
values = st.one_of(
    st.tuples(st.just(AttributeType.TEXT), words | numbers | st.sampled_from(["TRUE", "2026-01-01", "[]"])),
    st.tuples(st.just(AttributeType.NUMBER), numbers),
    st.tuples(st.just(AttributeType.BOOLEAN), st.booleans()),
    st.tuples(st.just(AttributeType.DATE), st.dates(date(1900, 1, 1))),
    st.tuples(st.just(AttributeType.MONEY), money),
    st.tuples(st.just(AttributeType.LIST), st.lists(words, min_size=1, max_size=3).map(tuple)),
)  # fmt: skip
attributes = st.builds(
    lambda key, typed, labels, value_labels, facet, unit: Attribute(
        key, typed[0], typed[1], labels, value_labels, facet, unit
    ),
    keys,
    values,
    labels,
    labels,
    st.booleans(),
    st.sampled_from(["", "cm"]),
)


@given(
    found=st.lists(attributes, max_size=4, unique_by=lambda attribute: attribute.key),
    headed=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_attributes_survive_the_way_through_cells(found: list[Attribute], headed: list[bool]) -> None:
    try:
        checked = tuple(check_attribute(attribute) for attribute in found)
    except BadProduct:
        return
    columns = [
        Metafield(0, attribute.key, attribute.key)
        for attribute, has_column in zip(checked, headed, strict=False)
        if has_column
    ]

    cells, details = write_attributes(checked, columns, "en")
    back = merge_attributes((), list(zip(columns, cells, strict=True)), read_details(details), "en")

    assert back == checked


@given(key=keys, label=words)
def test_a_metafield_header_reads_back_as_its_key(key: str, label: str) -> None:
    header = metafield_header(key, label)
    if header is None:
        return

    layout = read_header(["Title", write_text(header)])

    assert [(found.key, found.label) for found in layout.metafields] == [(key, label)]


def test_the_custom_namespace_goes_without_saying() -> None:
    assert attribute_key("custom", "material") == "material"
    assert attribute_key("shopify", "color-pattern") == "shopify.color-pattern"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("true", AttributeType.BOOLEAN),
        ("-12.5", AttributeType.NUMBER),
        ("007", AttributeType.TEXT),
        ("2026-02-30", AttributeType.TEXT),
        ("2026-02-28", AttributeType.DATE),
        ("[]", AttributeType.TEXT),
        ('["a", 1]', AttributeType.TEXT),
        ('{"amount": "1.999", "currency_code": "EUR"}', AttributeType.TEXT),
        ("[" * 100_000, AttributeType.TEXT),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_cell_says_its_type(cell: str, kind: AttributeType) -> None:
    assert infer("a", cell).type is kind


def test_an_attribute_keeps_its_type_and_refuses_what_does_not_fit() -> None:
    before = (Attribute("height", AttributeType.NUMBER, "5", unit="cm"),)
    column = Metafield(0, "height", "Height")

    assert merge_attributes(before, [(column, "6")], None, "en")[0].unit == "cm"
    assert merge_attributes(before, [(column, "")], None, "en") == ()
    with pytest.raises(BadCell):
        merge_attributes(before, [(column, "tall")], None, "en")
