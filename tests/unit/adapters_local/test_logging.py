import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from vivamarket.adapters.local.logging import configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield io.StringIO()
    root.handlers[:], _ = before
    root.setLevel(before[1])
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_level_logger_and_time(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)

    structlog.get_logger("vivamarket.test").info("request", status=200)

    (line,) = lines(stream)
    assert line["event"] == "request"
    assert line["status"] == 200
    assert line["level"] == "info"
    assert line["logger"] == "vivamarket.test"
    assert str(line["timestamp"]).endswith("Z")


def test_lines_below_the_level_are_left_out(stream: io.StringIO) -> None:
    configure_logging("warning", "json", stream=stream)

    structlog.get_logger("a").info("quiet")
    logging.getLogger("b").info("quiet too")

    assert lines(stream) == []


def test_the_standard_library_logs_in_the_same_form(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)

    logging.getLogger("uvicorn.error").info("started on %s", 8000)

    assert lines(stream)[0]["event"] == "started on 8000"


def test_what_may_be_personal_is_masked(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)

    structlog.get_logger("a").info("mail", email="jo@example.com", token="t0ken")

    assert "jo@example.com" not in stream.getvalue()
    assert "t0ken" not in stream.getvalue()


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_traceback_shows_no_local_variables(stream: io.StringIO, style: str) -> None:
    configure_logging("info", "json" if style == "json" else "console", stream=stream)

    email = "jo" + "@example.com"
    try:
        raise RuntimeError(f"nothing about {len(email)}")
    except RuntimeError:
        structlog.get_logger("a").exception("broke")

    assert "RuntimeError" in stream.getvalue()
    assert "jo@example.com" not in stream.getvalue()


def test_context_bound_around_a_request_stands_in_its_lines(stream: io.StringIO) -> None:
    configure_logging("info", "json", stream=stream)

    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        structlog.get_logger("a").info("inside")
    structlog.get_logger("a").info("outside")

    inside, outside = lines(stream)
    assert inside["request_id"] == "r-1"
    assert "request_id" not in outside
