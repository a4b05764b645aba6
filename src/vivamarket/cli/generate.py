"""``viva generate``: the files that are printed from the code, and the check that none has drifted."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from vivamarket.cli.context import CHECKOUT
from vivamarket.cli.errors import CommandFailed, EnvironmentFailed
from vivamarket.settings import settings_document

WEB = CHECKOUT / "web"
API_CLIENT = WEB / "packages" / "api-client"
TYPESCRIPT_TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Generated:
    """A committed file and the function that returns what must stand in it."""

    path: Path
    render: Callable[[], bytes]


def _openapi() -> bytes:
    from vivamarket.api.app import openapi_document

    return openapi_document()


def _transitions() -> bytes:
    from vivamarket.checkout.transitions_document import transitions_document

    return transitions_document().encode()


def _standards() -> bytes:
    from vivamarket.cloud.recovery.standards import standards_document

    return standards_document().encode()


def _catalogues() -> bytes:
    from vivamarket.cli.catalogues import catalogues_document

    return catalogues_document(WEB / "storefront" / "src" / "messages").encode()


def _typescript_client() -> bytes:
    """Run the client package's own ``generate`` script on a fresh document, into a temporary folder."""
    script = json.loads((API_CLIENT / "package.json").read_text())["scripts"]["generate"]
    program, _document, *options = shlex.split(script)
    binary = WEB / "node_modules" / ".bin" / program
    if not binary.exists():
        raise EnvironmentFailed("The npm packages are missing.", advice="Run: ./viva prepare npm")
    with tempfile.TemporaryDirectory() as folder:
        document, output = Path(folder, "openapi.json"), Path(folder, "schema.ts")
        document.write_bytes(_openapi())
        options[options.index("--output") + 1] = str(output)
        done = subprocess.run(
            [str(binary), str(document), *options],
            cwd=API_CLIENT,
            capture_output=True,
            text=True,
            check=False,
            timeout=TYPESCRIPT_TIMEOUT_SECONDS,
        )
        if done.returncode != 0:
            raise CommandFailed(f"{program} failed:\n{done.stderr.strip()}")
        return output.read_bytes()


#: Everything that is generated. A row here is all that a new generated file needs.
GENERATED: tuple[Generated, ...] = (
    Generated(Path("docs/operate/settings.md"), lambda: settings_document().encode()),
    Generated(Path("docs/operate/recovery.md"), _standards),
    Generated(Path("docs/develop/transitions.md"), _transitions),
    Generated(Path("web/storefront/src/messages/catalogues.ts"), _catalogues),
    Generated(Path("web/packages/api-client/openapi.json"), _openapi),
    Generated(Path("web/packages/api-client/src/schema.ts"), _typescript_client),
)


@click.command
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not up to date.")
def command(*, check: bool) -> None:
    """Write the files that are generated from the code."""
    stale = [generated for generated in GENERATED if not _is_current(generated)]
    for generated in stale:
        if not check:
            path = CHECKOUT / generated.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(generated.render())
        click.echo(f"{'Out of date' if check else 'Written'}: {generated.path}")
    if check and stale:
        raise CommandFailed(f"{len(stale)} generated files are out of date.", advice="Run: ./viva generate")
    if not stale:
        click.echo(f"All {len(GENERATED)} generated files are up to date.")


def _is_current(generated: Generated) -> bool:
    path = CHECKOUT / generated.path
    return path.exists() and path.read_bytes() == generated.render()
