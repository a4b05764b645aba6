"""``viva cloud``: the shop's cloud, as far as it can be told without an account."""

from __future__ import annotations

import subprocess
import sys

import click

from vivamarket.cli.context import CHECKOUT
from vivamarket.cli.errors import EnvironmentFailed, ExitCode

#: Three sizes take 30 s where two cores are shared by six.
SYNTH_TIMEOUT_SECONDS = 280


@click.group
def command() -> None:
    """Write and check what the shop's cloud is made of."""


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
