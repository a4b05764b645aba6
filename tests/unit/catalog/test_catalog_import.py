"""What an import takes, leaves, erases and refuses."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import asyncpg
import pytest
from tests.helpers.catalog import StillClock, product
from tests.helpers.transfer import FakeStock, import_text, imported, source

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.model import Attribute, AttributeType, Product, ProductStatus
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.reading import Reader, inspect
from vivamarket.catalog.transfer.report import FileRefused
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.kernel.money import Money


@pytest.fixture
def store(pool: asyncpg.Pool) -> CatalogStore:
    return PostgresCatalogStore(pool, StillClock())


def table(*rows: dict[str, str]) -> str:
    """Return CSV text with the columns in the order they first appear."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def mug(**cells: str) -> dict[str, str]:
    return {"URL handle": "mug", "Title": "Mug", "SKU": "MUG", "Price": "12.50"} | cells


async def by_handle(store: CatalogStore, handle: str) -> Product:
    return await store.get(ProductId((await store.by_slug("en", handle)).id))


# Creating


async def test_a_title_alone_makes_a_product(store: CatalogStore) -> None:
    report = await import_text(store, "Title\nBlue Mug\nCrème brûlée\n")

    assert imported(report) == {"created": 2}
    assert report.rows == 2
    found = await by_handle(store, "blue-mug")
    assert found.status is ProductStatus.ACTIVE
    assert [variant.sku for variant in found.variants] == ["blue-mug"]
    assert (await by_handle(store, "creme-brulee")).text("en").title == "Crème brûlée"
    assert imported(await import_text(store, "Title\nBlue Mug\nCrème brûlée\n")) == {"unchanged": 2}


async def test_rows_of_one_handle_are_one_product(store: CatalogStore) -> None:
    text = table(
        {"Handle": "shirt", "Title": "Shirt", "Option1 Name": "Size", "Option1 Value": "S",
         "Variant SKU": "S-S", "Variant Price": "20", "Variant Inventory Qty": "3", "Image Src": "https://pics.example/2.jpg",
         "Image Position": "2", "Image Alt Text": "Back"},
        {"Handle": "shirt", "Option1 Value": "M", "Variant SKU": "S-M", "Variant Price": "21",
         "Variant Inventory Qty": "-2", "Image Src": "https://pics.example/1.jpg", "Image Position": "1"},
        {"Handle": "shirt", "Image Src": "https://pics.example/3.jpg"},
    )  # fmt: skip
    stock = FakeStock()

    report = await import_text(store, text, stock=stock)

    assert imported(report) == {"created": 1}
    found = await by_handle(store, "shirt")
    assert [(variant.sku, variant.option_values) for variant in found.variants] == [
        ("S-S", ("S",)),
        ("S-M", ("M",)),
    ]
    assert [option.name for option in found.options] == ["Size"]
    assert [image.source_url[-5:] for image in found.images] == ["1.jpg", "2.jpg", "3.jpg"]
    assert found.images[1].alt == {"en": "Back"}
    assert stock.counts == {Sku("S-S"): 3, Sku("S-M"): 0}
    assert report.unfetched == [found.id]


async def test_a_blank_handle_continues_the_product_above(store: CatalogStore) -> None:
    text = table(
        {"Title": "Shirt", "Option1 name": "Size", "Option1 value": "S", "Price": "20"},
        {"Option1 value": "M", "Price": "21"},
    )

    await import_text(store, text)

    found = await by_handle(store, "shirt")
    assert [variant.sku for variant in found.variants] == ["shirt-s", "shirt-m"]


async def test_metafields_become_typed_attributes(store: CatalogStore) -> None:
    field = "product.metafields"
    text = table(
        mug(
            **{
                f"Material ({field}.custom.material)": "Clay",
                f"Height ({field}.size.height)": '{"value": 9.5, "unit": "cm"}',
                f"Safe ({field}.custom.safe)": "TRUE",
                f"Uses ({field}.custom.uses)": '["tea", "soup"]',
                f"Deposit ({field}.custom.deposit)": '{"amount": "2.50", "currency_code": "EUR"}',
                f"None ({field}.custom.none)": "",
            }
        )
    )

    await import_text(store, text)

    attributes = {each.key: each for each in (await by_handle(store, "mug")).attributes}
    assert attributes["material"] == Attribute("material", AttributeType.TEXT, "Clay", {"en": "Material"})
    assert (attributes["size.height"].value, attributes["size.height"].unit) == ("9.5", "cm")
    assert attributes["safe"].value is True
    assert attributes["uses"].value == ("tea", "soup")
    assert attributes["deposit"].value == Money(250, "EUR")
    assert "none" not in attributes


async def test_categories_are_found_or_added(store: CatalogStore) -> None:
    text = table(
        mug(Categories="home > kitchen; gifts"),
        {"URL handle": "pot", "Title": "Pot", "Categories": "kitchen"},
    )

    report = await import_text(store, text)

    slugs = {node.id: node.text("en").slug for node in await store.categories()}
    assert report.categories_created == 3
    assert [slugs[each] for each in (await by_handle(store, "mug")).category_ids] == ["kitchen", "gifts"]
    assert [slugs[each] for each in (await by_handle(store, "pot")).category_ids] == ["kitchen"]


async def test_a_shopify_category_places_the_product_until_staff_move_it(store: CatalogStore) -> None:
    text = table(mug(**{"Product category": "Home & Garden > Kitchen"}))
    await import_text(store, text)
    found = await by_handle(store, "mug")
    titles = [node.text("en").title for node in await store.categories()]
    assert titles == ["Home & Garden", "Kitchen"]
    await store.put(replace(found, category_ids=()), found.version)

    assert imported(await import_text(store, text)) == {"unchanged": 1}


# Changing


async def test_an_absent_column_leaves_and_an_empty_one_erases(store: CatalogStore) -> None:
    await import_text(
        store,
        table(
            mug(
                Vendor="Northwind",
                Tags="a, b",
                Barcode="123",
                Description="<p>Fine</p>",
                **{"Price [USD]": "14"},
            )
        ),
    )

    report = await import_text(
        store, table({"URL handle": "mug", "Title": "Big Mug", "Vendor": "", "Price": "13"})
    )

    assert imported(report) == {"changed": 1}
    found = await by_handle(store, "mug")
    assert (found.text("en").title, found.vendor, found.tags) == ("Big Mug", "", ("a", "b"))
    assert found.text("en").description_html == "<p>Fine</p>"
    variant = found.variants[0]
    assert (variant.sku, variant.barcode) == ("MUG", "123")
    assert {code: price.amount.decimal() for code, price in variant.prices.items()} == {
        "EUR": "13.00",
        "USD": "14.00",
    }


async def test_a_price_list_by_sku_leaves_the_other_variants(store: CatalogStore) -> None:
    await import_text(
        store,
        table(
            {"Handle": "shirt", "Title": "Shirt", "Option1 Name": "Size", "Option1 Value": "S",
             "Variant SKU": "A", "Variant Price": "1"},
            {"Handle": "shirt", "Option1 Value": "M", "Variant SKU": "B", "Variant Price": "2"},
        ),
    )  # fmt: skip

    await import_text(
        store, table({"Handle": "shirt", "Title": "Shirt", "Variant SKU": "B", "Variant Price": "9"})
    )

    prices = [v.prices["EUR"].amount.decimal() for v in (await by_handle(store, "shirt")).variants]
    assert prices == ["1.00", "9.00"]


async def test_a_second_import_writes_nothing(store: CatalogStore) -> None:
    text = table(mug(Description="<p>a<script>b</script>", Tags="x,y ,x", Vendor=" A  B "))
    await import_text(store, text)
    found, head = await by_handle(store, "mug"), await store.change_head()

    report = await import_text(store, text)

    assert imported(report) == {"unchanged": 1}
    assert await by_handle(store, "mug") == found
    assert await store.change_head() == head


async def test_a_dry_run_writes_nothing_and_foretells(store: CatalogStore) -> None:
    await import_text(store, table(mug(), {"URL handle": "pot", "Title": "Pot", "SKU": "POT"}))
    head, stock = await store.change_head(), FakeStock()
    text = table(
        mug(Price="13", **{"Inventory quantity": "5"}),
        {"URL handle": "pot", "Title": "Pot", "SKU": "POT"},
        {"URL handle": "pan", "Title": "Pan", "SKU": "POT2", "Categories": "new"},
        {"URL handle": "lid", "Title": "Lid", "SKU": "MUG-2", "Price": "-1"},
    )

    dry = await import_text(store, text, dry_run=True, stock=stock)

    assert imported(dry) == {"created": 1, "changed": 1, "unchanged": 1, "refused": 1}
    assert (await store.change_head(), stock.counts) == (head, {})
    assert imported(await import_text(store, text)) == imported(dry)


async def test_an_old_handle_finds_the_renamed_product(store: CatalogStore) -> None:
    await import_text(store, table(mug()))
    found = await by_handle(store, "mug")
    text = replace(found.text("en"), slug="big-mug")
    await store.put(replace(found, texts={"en": text}), found.version)

    assert imported(await import_text(store, table(mug()))) == {"unchanged": 1}


async def test_an_import_killed_midway_goes_on_where_it_ended(store: CatalogStore) -> None:
    text = "Title\n" + "".join(f"Mug {n}\n" for n in range(1_200))

    class Killed(Exception):
        """Stands for kill -9."""

    met = 0

    def kill(_: object) -> None:
        nonlocal met
        met += 1
        if met == 700:
            raise Killed

    with pytest.raises(Killed):
        await import_text(store, text, on_outcome=kill)

    report = await import_text(store, text)

    counts = imported(report)
    assert counts["created"] + counts["unchanged"] == 1_200
    assert counts["unchanged"] == 1_000
    assert imported(await import_text(store, text)) == {"unchanged": 1_200}


# Refusing one product

REFUSALS = [
    ("negative price", mug(Price="-1"), "Price", "negative_price"),
    ("three decimals", mug(Price="1.234"), "Price", "too_many_decimals"),
    ("words for a price", mug(Price="12,50 €"), "Price", "bad_price"),
    ("formula title", mug(Title="=1+1"), "Title", "formula_cell"),
    ("formula vendor", mug(Vendor="@SUM(A1)"), "Vendor", "formula_cell"),
    ("formula tag", mug(Tags="+cmd|' /C calc'!A0"), "Tags", "formula_cell"),
    ("formula SKU", mug(SKU="-2+3"), "SKU", "formula_cell"),
    ("no title", mug(Title=""), "Title", "missing_title"),
    ("long title", mug(Title="x" * 301), "Title", "too_long"),
    ("huge cell", mug(Description="x" * 10_000_000), "Description", "cell_too_long"),
    ("strange status", mug(Status="sold"), "Status", "bad_status"),
    ("strange boolean", mug(**{"Requires shipping": "maybe"}), "Requires shipping", "bad_boolean"),
    ("strange policy", mug(**{"Continue selling when out of stock": "x"}),
     "Continue selling when out of stock", "bad_policy"),
    ("fraction of a piece", mug(**{"Inventory quantity": "1.5"}), "Inventory quantity", "bad_quantity"),
    ("strange weight", mug(**{"Weight value (grams)": "heavy"}), "Weight value (grams)", "bad_weight"),
    ("local file as picture", mug(**{"Product image URL": "file:///etc/passwd"}), "Product image URL",
     "bad_url"),
    ("fourth option", mug(**{"Option4 name": "Taste"}), "Option4 name", "too_many_options"),
    ("value without option", mug(**{"Option1 name": "", "Option1 value": "Red"}), "Option1 value",
     "missing_option_name"),
    ("schedule turned round", mug(**{"Publish at": "2027-01-01T00:00:00Z",
     "Unpublish at": "2026-01-01T00:00:00Z"}), "Publish at", "empty"),
    ("time without zone", mug(**{"Publish at": "2027-01-01"}), "Publish at", "bad_time"),
    ("broken details", mug(**{"Attribute details": "{"}), "Attribute details", "bad_details"),
]  # fmt: skip


async def test_bad_products_are_refused_with_their_reasons_and_the_others_go_on(store: CatalogStore) -> None:
    rows = [cells | {"URL handle": f"mug-{n}", "SKU": cells["SKU"] if cells["SKU"] != "MUG" else f"MUG-{n}"}
            for n, (_, cells, _, _) in enumerate(REFUSALS)]  # fmt: skip

    report = await import_text(store, table({"URL handle": "pot", "Title": "Pot", "SKU": "POT"}, *rows))

    assert imported(report) == {"created": 1, "refused": len(REFUSALS)}
    refused = {issue.handle: issue for issue in report.issues}
    for n, (name, _, column, code) in enumerate(REFUSALS):
        issue = refused[f"mug-{n}"]
        assert (name, issue.row, issue.column, issue.code) == (name, n + 3, column, code)
        assert len(issue.reason) > 10
    assert len((await store.scan(None, 10)).items) == 1


async def test_one_bad_row_refuses_its_whole_product(store: CatalogStore) -> None:
    shirt = {"Handle": "shirt", "Option1 Name": "Size"}
    text = table(
        shirt | {"Title": "Shirt", "Option1 Value": "S", "Variant SKU": "A", "Variant Price": "1"},
        shirt | {"Option1 Value": "M", "Variant SKU": "B", "Variant Price": "-2"},
        shirt | {"Option1 Value": "L", "Variant SKU": "C", "Variant Price": "3"},
    )

    report = await import_text(store, text)

    assert (report.issues[0].row, report.issues[0].column) == (3, "Variant Price")
    assert (await store.scan(None, 10)).items == ()


async def test_a_sku_is_sold_by_one_product_of_the_file(store: CatalogStore) -> None:
    text = table(mug(), {"URL handle": "cup", "Title": "Cup", "SKU": "MUG"})

    report = await import_text(store, text)

    assert imported(report) == {"created": 1, "refused": 1}
    assert (report.issues[0].row, report.issues[0].code) == (3, "duplicate_sku")
    assert "row 2" in report.issues[0].reason


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_sku_of_another_product_is_refused(store: CatalogStore, dry_run: bool) -> None:
    await store.put(product(1, "Other"), 0)

    report = await import_text(store, table(mug(SKU="SKU-1")), dry_run=dry_run)

    assert imported(report) == {"refused": 1}
    assert (report.issues[0].column, report.issues[0].code) == ("SKU", "sku_taken")


async def test_a_handle_in_two_places_refuses_both(store: CatalogStore) -> None:
    text = table(mug(), {"URL handle": "pot", "Title": "Pot"}, mug(SKU="MUG-2"))

    report = await import_text(store, text)

    assert imported(report) == {"created": 1, "refused": 2}
    assert {(issue.row, issue.code) for issue in report.issues} == {
        (2, "handle_repeated"),
        (4, "handle_repeated"),
    }


async def test_rows_that_contradict_the_first_are_refused(store: CatalogStore) -> None:
    text = table(
        mug(Vendor="A", **{"Option1 name": "Size", "Option1 value": "S"}),
        {"URL handle": "mug", "Vendor": "B", "Option1 value": "M"},
    )

    report = await import_text(store, text)

    assert (report.issues[0].row, report.issues[0].column, report.issues[0].code) == (
        3,
        "Vendor",
        "conflicting_value",
    )


async def test_variants_need_a_value_for_each_option_and_differ(store: CatalogStore) -> None:
    first = mug(**{"Option1 name": "Size", "Option1 value": "S"})
    missing = await import_text(store, table(first, {"URL handle": "mug", "SKU": "M2", "Option1 value": ""}))
    twice = await import_text(store, table(first, {"URL handle": "mug", "SKU": "M2", "Option1 value": "S"}))

    assert missing.issues[0].code == "missing_option_value"
    assert twice.issues[0].code == "duplicate_variant"


async def test_a_row_with_a_cell_too_many_refuses_its_product(store: CatalogStore) -> None:
    report = await import_text(store, "Handle,Title,Vendor\nmug,Mug,A,B\npot,Pot,C\n")

    assert imported(report) == {"created": 1, "refused": 1}
    assert (report.issues[0].row, report.issues[0].code) == (2, "cell_count")


async def test_an_apostrophe_makes_a_sign_text(store: CatalogStore) -> None:
    await import_text(store, table(mug(Title="'=Mug", Vendor="'-Ann", Tags="''=x")))

    found = await by_handle(store, "mug")
    assert (found.text("en").title, found.vendor, found.tags) == ("=Mug", "-Ann", ("'=x",))


# Refusing the whole file

GOOD = "Handle,Title,Variant SKU\nmug,Mug,MUG\n"
UNFIT = [
    ("not UTF-8", GOOD.encode() + "pot,Café,POT\n".encode("latin-1"), "not_utf8", 3),
    ("UTF-16", GOOD.encode("utf-16"), "not_utf8", 1),
    ("NUL bytes", GOOD.encode() + b"pot,P\0t,POT\n", "nul_byte", 3),
    ("semicolons", GOOD.replace(",", ";").encode(), "wrong_delimiter", 1),
    ("tabs", GOOD.replace(",", "\t").encode(), "wrong_delimiter", 1),
    ("no header", b"mug,Mug,MUG\n", "missing_header", 1),
    ("repeated header", b"Handle,Title,title\nmug,Mug,Mug\n", "duplicate_header", 1),
    ("both generations at once", b"Handle,URL handle,Title\nmug,mug,Mug\n", "duplicate_header", 1),
    ("cut in a quote", GOOD.encode() + b'pot,"Po', "quote_not_closed", 3),
    ("cut in a row", GOOD.encode() + b"pot,Po", "file_cut", 3),
    ("text after a quote", GOOD.encode() + b'pot,"Po"t,POT\n', "bad_quoting", 3),
    ("empty", b"", "empty_file", None),
]


@pytest.mark.parametrize(
    ("content", "reason", "row"), [case[1:] for case in UNFIT], ids=[case[0] for case in UNFIT]
)
def test_an_unfit_file_is_refused_as_a_whole(content: bytes, reason: str, row: int | None) -> None:
    with pytest.raises(FileRefused) as refusal:
        inspect(source(content))

    assert (refusal.value.reason, refusal.value.row) == (reason, row)


async def test_an_unfit_file_changes_nothing(store: CatalogStore) -> None:
    with pytest.raises(FileRefused):
        await import_text(store, GOOD.encode() + b'pot,"Po')

    assert (await store.scan(None, 10)).items == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_and_a_byte_order_mark_are_fine(newline: str) -> None:
    content = b"\xef\xbb\xbf" + (GOOD + "\npot,Pot,POT\n\n").replace("\n", newline).encode()

    with source(content).open() as stream:
        reader = Reader(stream)
        assert [group.handle for group in reader.groups()] == ["mug", "pot"]
        assert reader.layout.names == ("Handle", "Title", "Variant SKU")
