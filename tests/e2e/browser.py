"""Finds a browser: the one that was named, the machine's own, else the one that npm brought along.

Used by the end-to-end tests and by everything that takes screenshots. A machine without a browser is
a failure that says what to do, never a skipped test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vivamarket.settings import CHECKOUT_FOLDER, Settings

MACHINE_BROWSERS = (
    "/usr/bin/chromium",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
WEB = CHECKOUT_FOLDER / "web"
PACKAGE = WEB / "node_modules" / "@sparticuz" / "chromium"
UNPACKED = CHECKOUT_FOLDER / ".viva" / "browser"
UNPACK_TIMEOUT_SECONDS = 120
_UNPACK = "import('@sparticuz/chromium').then(module => module.default.executablePath())"


class NoBrowser(Exception):
    """There is no browser here; the message says how to get one."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What Playwright's ``chromium.launch`` needs."""

    executable: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("--no-sandbox", "--force-color-profile=srgb")


def find_browser(settings: Settings | None = None) -> Browser:
    """Return the first browser there is; raise ``NoBrowser`` when there is none."""
    named = (settings or Settings.from_env(os.environ)).chromium
    if named is not None:
        if not named.exists():
            raise NoBrowser(f"VIVA_CHROMIUM names {named}, which does not exist.")
        return Browser(named, dict(os.environ))
    for candidate in MACHINE_BROWSERS:
        found = shutil.which(candidate)
        if found is not None:
            return Browser(Path(found), dict(os.environ))
    if not PACKAGE.exists():
        raise NoBrowser(
            "No browser was found. Install one (apt install chromium), name one in VIVA_CHROMIUM, "
            "or let ./viva prepare npm fetch one."
        )
    return _packaged()


def _packaged() -> Browser:
    """Unpack the browser that lies compressed in its npm package, once, with the libraries it needs."""
    folder = UNPACKED / f"{(PACKAGE / 'bin' / 'chromium.br').stat().st_size}"
    if not folder.exists():
        _unpack(folder)
    environ = {
        **os.environ,
        "LD_LIBRARY_PATH": str(folder / "al2023" / "lib"),
        "FONTCONFIG_PATH": str(folder / "fonts"),
    }
    return Browser(folder / "chromium", environ)


def _unpack(folder: Path) -> None:
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    fresh.mkdir(parents=True)
    # The package unpacks into the temporary folder, and its libraries only on what it takes for Lambda.
    environ = {**os.environ, "TMPDIR": str(fresh), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", _UNPACK],
        cwd=WEB,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=UNPACK_TIMEOUT_SECONDS,
    )
    if done.returncode != 0:
        shutil.rmtree(fresh, ignore_errors=True)
        raise NoBrowser(f"The packaged browser could not be unpacked:\n{done.stderr.strip()}")
    fonts = fresh / "fonts" / "fonts.conf"
    folders = f"{folder / 'fonts'}</dir>\n  <dir>/usr/share/fonts"
    fonts.write_text(fonts.read_text().replace("/tmp/fonts</dir>", f"{folders}</dir>"))
    if folder.exists():  # another run was quicker
        shutil.rmtree(fresh)
    else:
        fresh.rename(folder)
