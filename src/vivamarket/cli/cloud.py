"""``viva cloud``: the shop's cloud, as far as it can be told without an account."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from vivamarket.cli.context import CHECKOUT
from vivamarket.cli.errors import EnvironmentFailed, ExitCode

#: Three sizes take 30 s where two cores are shared by six.
SYNTH_TIMEOUT_SECONDS = 280
PACKAGE_TIMEOUT_SECONDS = 900


@click.group
def command() -> None:
    """Write and check what the shop's cloud is made of."""


@command.command("package")
@click.option(
    "--architecture",
    type=click.Choice(["arm64", "x86_64"]),
    default="arm64",
    show_default=True,
    help="The machine that runs it; the templates ask for arm64.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=CHECKOUT / ".viva" / "package",
    show_default=".viva/package",
    help="The folder to put it into.",
)
def package(*, architecture: str, into: Path) -> int:
    """Build the zip that the Lambda functions run: the shop's code and its locked libraries."""
    arguments = ["--architecture", architecture, "--into", str(into)]
    done = subprocess.run(
        [sys.executable, "-m", "infra.package", *arguments],
        cwd=CHECKOUT,
        check=False,
        timeout=PACKAGE_TIMEOUT_SECONDS,
    )
    return ExitCode.DONE if done.returncode == 0 else ExitCode.FAILED


@command.command("synth")
@click.option("--check", is_flag=True, help="Write nothing; fail when a template has drifted.")
def synth(*, check: bool) -> int:
    """Write the CloudFormation templates of every size into infra/templates.

    It needs no account and no network. A stack that breaks a rule of CDK or cdk-nag, without a reason
    written beside it, is refused.
    """
    arguments = ["--check"] if check else []
    try:
        done = subprocess.run(
            [sys.executable, "-m", "infra", *arguments],
            cwd=CHECKOUT,
            check=False,
            timeout=SYNTH_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentFailed(
            f"The templates were not made within {SYNTH_TIMEOUT_SECONDS} s.",
            advice="Try again when the machine does less.",
        ) from None
    if done.returncode != 0 and check:
        click.echo("To bring them up to date, run: ./viva cloud synth", err=True)
    return ExitCode.DONE if done.returncode == 0 else ExitCode.FAILED
