"""What every search index promises its reader and its one writer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.search import LAYOUT, Shelf, document

from vivamarket.adapters.tantivy import TantivySearchReader, TantivySearchWriter
from vivamarket.kernel.ids import ProductId
from vivamarket.search.errors import SearchUnavailable
from vivamarket.search.model import SearchQuery
from vivamarket.search.ports import SearchReader, SearchWriter

ANYTHING = SearchQuery(locale="en", currency="EUR")
MUG = document("mug", "Blue mug")
CUP = document("cup", "Blue cup")


@pytest.fixture
def writer(tmp_path: Path) -> SearchWriter:
    return TantivySearchWriter(tmp_path / "search", LAYOUT, StillClock())


@pytest.fixture
def reader(tmp_path: Path) -> SearchReader:
    return TantivySearchReader(tmp_path / "search", LAYOUT)


def found(reader: SearchReader) -> set[str]:
    reader.refresh()
    return {str(hit.product_id) for hit in reader.search(ANYTHING).hits}


def test_without_an_index_readers_and_writers_say_so(writer: SearchWriter, reader: SearchReader) -> None:
    assert writer.position() is None
    assert not reader.refresh()
    assert reader.generation == ""
    with pytest.raises(SearchUnavailable):
        reader.search(ANYTHING)
    with pytest.raises(SearchUnavailable):
        reader.suggest("mug", "en", 5)
    with pytest.raises(SearchUnavailable):
        writer.put([MUG])
    with pytest.raises(SearchUnavailable):
        writer.commit("1")


def test_a_rebuild_makes_an_index_at_its_position(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG, CUP], "41")

    assert writer.position() == "41"
    assert found(reader) == {"mug", "cup"}


def test_an_empty_shop_has_an_index_too(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([], "0")

    assert writer.position() == "0"
    assert found(reader) == set()


def test_nothing_is_visible_before_the_commit(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")
    found(reader)

    writer.put([CUP])
    assert found(reader) == {"mug"}
    assert writer.position() == "1"

    writer.commit("2")
    assert found(reader) == {"mug", "cup"}
    assert writer.position() == "2"


def test_a_product_is_replaced_by_its_id(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")

    writer.put([document("mug", "Red mug")])
    writer.put([document("mug", "Green mug")])
    writer.commit("2")
    reader.refresh()

    result = reader.search(SearchQuery(text="green", locale="en", currency="EUR"))
    assert [hit.product_id for hit in result.hits] == ["mug"]
    assert reader.search(ANYTHING).total == 1


def test_removed_products_are_gone_and_unknown_ones_are_fine(
    writer: SearchWriter, reader: SearchReader
) -> None:
    writer.rebuild([MUG, CUP], "1")

    writer.remove([ProductId("mug"), ProductId("never")])
    writer.commit("2")

    assert found(reader) == {"cup"}


def test_the_generation_names_the_state(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")
    assert reader.refresh()
    first = reader.generation
    assert not reader.refresh()
    assert reader.generation == first

    writer.put([CUP])
    writer.commit("2")
    assert reader.refresh()
    second = reader.generation
    writer.rebuild([MUG], "3")
    assert reader.refresh()

    assert len({first, second, reader.generation}) == 3


def test_the_old_index_answers_while_a_new_one_is_built(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")

    session = writer.begin_rebuild()
    session.put([CUP])
    assert found(reader) == {"mug"}
    assert writer.position() == "1"
    session.finish("9")

    assert found(reader) == {"cup"}
    assert writer.position() == "9"


def test_an_abandoned_rebuild_changes_nothing(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")

    session = writer.begin_rebuild()
    session.put([CUP])
    session.abandon()
    writer.put([document("jug", "Jug")])
    writer.commit("2")

    assert found(reader) == {"mug", "jug"}
    assert writer.position() == "2"


def test_alarms_ring_from_their_time_on_until_they_are_set_anew(writer: SearchWriter) -> None:
    session = writer.begin_rebuild()
    session.schedule(ProductId("late"), 300)
    session.schedule(ProductId("soon"), 200)
    session.finish("1")
    writer.schedule(ProductId("unshown"), 100)
    writer.commit("2")

    assert writer.due(99, 10) == ()
    assert writer.due(200, 10) == ("unshown", "soon")
    assert writer.due(1_000, 1) == ("unshown",)

    writer.schedule(ProductId("unshown"), None)
    writer.schedule(ProductId("soon"), 400)
    writer.put([document("late", "Late")])
    writer.commit("3")
    assert writer.due(350, 10) == ("late",)


def test_alarms_are_not_found_as_products(writer: SearchWriter, reader: SearchReader) -> None:
    writer.rebuild([MUG], "1")
    writer.schedule(ProductId("later"), 100)
    writer.commit("2")

    assert found(reader) == {"mug"}
    assert reader.search(ANYTHING).total == 1


def test_a_restarted_writer_goes_on_where_the_last_commit_was(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.put(CUP, position="7")
    shelf.writer.put([document("lost", "Never committed")])
    shelf.writer.close()

    writer = TantivySearchWriter(tmp_path / "search", LAYOUT, StillClock())
    assert writer.position() == "7"
    writer.commit("8")

    assert found(shelf.reader) == {"mug", "cup"}
