"""Damage of every kind leads to a rebuild, and what answered goes on answering meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.search import LAYOUT, Shelf, document

from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.adapters.tantivy.layout import FORMAT
from vivamarket.adapters.tantivy.writer import OLD_GENERATION_GRACE_SECONDS
from vivamarket.search.errors import SearchUnavailable
from vivamarket.search.model import SearchQuery

MUG = document("mug", "Blue mug")
CUP = document("cup", "Blue cup")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.writer.close()
    return shelf


def generation(folder: Path) -> Path:
    return folder / (folder / "CURRENT").read_text()


def restarted_writer(folder: Path) -> TantivySearchWriter:
    return TantivySearchWriter(folder, LAYOUT, StillClock())


def flip_a_byte(folder: Path) -> None:
    file = max(generation(folder).glob("*.store"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.unlink()
    file.write_bytes(content)


def overwrite(file: Path) -> None:
    """Spoil every byte where it lies; to shorten a mapped file would end the process that reads it."""
    with file.open("r+b") as handle:
        handle.write(b"\xff" * file.stat().st_size)


def cut_a_file(folder: Path) -> None:
    file = next(generation(folder).glob("*.idx"))
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-20])


def lose_a_segment(folder: Path) -> None:
    next(generation(folder).glob("*.term")).unlink()


def lose_the_index(folder: Path) -> None:
    (generation(folder) / "meta.json").unlink()


def garble_the_index(folder: Path) -> None:
    (generation(folder) / "meta.json").write_text("{")


def another_format(folder: Path) -> None:
    layout = generation(folder) / "layout.json"
    layout.write_text(layout.read_text().replace(f'"format": {FORMAT}', '"format": 0'))


def garble_the_pointer(folder: Path) -> None:
    (folder / "CURRENT").write_bytes(b"\xff\xfe../../etc")


def point_nowhere(folder: Path) -> None:
    (folder / "CURRENT").write_text("000099")


DAMAGE = [
    flip_a_byte,
    cut_a_file,
    lose_a_segment,
    lose_the_index,
    garble_the_index,
    another_format,
    garble_the_pointer,
    point_nowhere,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_rebuilt_while_the_old_state_answers(
    shelf: Shelf, damage: Callable[[Path], None]
) -> None:
    damage(shelf.folder)
    writer = restarted_writer(shelf.folder)

    assert writer.position() is None
    shelf.reader.refresh()
    assert shelf.found("mug") == ["mug"]

    writer.rebuild([MUG, CUP], "5")
    assert shelf.reader.refresh()
    assert set(shelf.found("blue")) == {"mug", "cup"}
    assert writer.position() == "5"


def test_a_new_reader_of_a_damaged_index_answers_from_the_one_before(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.writer.rebuild([MUG, CUP], "2")
    shelf.writer.close()
    lose_a_segment(shelf.folder)

    reader = TantivySearchReader(shelf.folder, LAYOUT)
    reader.refresh()

    assert reader.search(SearchQuery(text="blue", locale="en", currency="EUR")).total == 1


def test_damage_under_an_open_reader_is_met_reported_and_replaced(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.writer.rebuild([MUG, CUP], "2")
    shelf.reader.refresh()
    for file in generation(shelf.folder).glob("*.store"):
        overwrite(file)

    with pytest.raises(SearchUnavailable):
        shelf.found("mug")

    assert shelf.found("blue") == ["mug"]
    assert shelf.writer.position() is None
    shelf.writer.rebuild([MUG, CUP], "3")
    shelf.reader.refresh()
    assert set(shelf.found("blue")) == {"mug", "cup"}


def test_a_reader_never_answers_from_an_unfinished_build(tmp_path: Path) -> None:
    folder = tmp_path / "search"
    session = restarted_writer(folder).begin_rebuild()
    session.put([MUG])
    reader = TantivySearchReader(folder, LAYOUT)

    assert not reader.refresh()
    with pytest.raises(SearchUnavailable):
        reader.suggest("mug", "en", 3)


def test_another_shop_profile_needs_another_index(shelf: Shelf) -> None:
    layout = IndexLayout(locales=("en", "es", "fr"), currencies=("EUR", "USD"))

    assert TantivySearchWriter(shelf.folder, layout, StillClock()).position() is None
    with pytest.raises(SearchUnavailable):
        TantivySearchReader(shelf.folder, layout).suggest("mug", "en", 3)


def test_damage_that_a_reader_meets_twice_reaches_the_running_writer(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.put(CUP)
    lose_a_segment(shelf.folder)

    reader = TantivySearchReader(shelf.folder, LAYOUT)
    reader.refresh()
    reader.refresh()

    assert shelf.writer.position() is None


def test_a_second_writer_is_refused_by_the_lock(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    shelf.put(CUP)

    with pytest.raises(SearchUnavailable):
        restarted_writer(shelf.folder).put([MUG])


def test_old_generations_leave_after_a_grace(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    first = generation(shelf.folder)
    shelf.writer.rebuild([CUP], "2")

    shelf.writer.commit("3")
    assert first.exists()
    assert shelf.found("mug") == ["mug"]

    shelf.clock.time = shelf.clock.time.replace(hour=23)
    assert shelf.clock.monotonic() > OLD_GENERATION_GRACE_SECONDS
    shelf.writer.commit("4")
    assert not first.exists()
    assert shelf.found("mug") == ["mug"]

    shelf.reader.refresh()
    assert shelf.found("cup") == ["cup"]


def test_what_a_killed_rebuild_left_is_swept(shelf: Shelf) -> None:
    restarted_writer(shelf.folder).begin_rebuild()
    left = sorted(path for path in shelf.folder.iterdir() if path.is_dir())[-1]
    clock = StillClock()
    writer = TantivySearchWriter(shelf.folder, LAYOUT, clock)
    assert writer.position() == "0"

    clock.time = clock.time.replace(hour=23)
    writer.commit("1")

    assert not left.exists()
    assert generation(shelf.folder).exists()


def test_a_reader_in_another_process_sees_commits(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "search", [MUG])
    program = (
        "import sys; from pathlib import Path; from tests.helpers.search import LAYOUT, document;"
        "from vivamarket.adapters.tantivy import TantivySearchReader;"
        "r = TantivySearchReader(Path(sys.argv[1]), LAYOUT); r.refresh();"
        "print(len(r.suggest('cup', 'en', 3)), flush=True); sys.stdin.readline();"
        "print(r.refresh(), len(r.suggest('cup', 'en', 3)), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(shelf.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "0\n"

        shelf.put(CUP)
        other.stdin.write("\n")
        other.stdin.flush()

        assert other.stdout.readline() == "True 1\n"
