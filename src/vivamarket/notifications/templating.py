"""The templates of mails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2

_FOLDER = Path(__file__).parent / "templates"


def template_environment() -> jinja2.Environment:
    """Return the mails' templates. HTML is escaped, and a name that is not given is an error."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # A process keeps the templates it started with, as it keeps its code.
        auto_reload=False,
    )
