"""The root of the command line: lazy commands, grouped help, plain errors, exit codes."""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import sys
from collections.abc import Callable, Sequence

import click

from vivamarket.cli.commands import COMMANDS, GROUPS
from vivamarket.cli.errors import CommandFailed, ExitCode
from vivamarket.kernel.errors import DomainError
from vivamarket.settings import debug_wanted

EPILOG = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the machine lacks something, 130 interrupted."


class LazyGroup(click.Group):
    """A group that knows its commands from the table and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every name, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module and return its ``command``."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = importlib.import_module(f"vivamarket.cli.{entry.module}")
        command: click.Command = module.command
        command.name = entry.name
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]}?" if close else " See viva --help."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of the table."""
        width = max(map(len, COMMANDS))
        for title, entries in GROUPS:
            with formatter.section(click.style(title, bold=True)):
                formatter.write_dl(
                    [(click.style(entry.name.ljust(width), fg="cyan"), entry.summary) for entry in entries]
                )


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    subcommand_metavar="COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def root() -> None:
    """VivaMarket: a web shop that you own outright.

    Start here:  ./viva up
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return run_safely(lambda: root.main(arguments, prog_name="viva", standalone_mode=False))


def run_safely(work: Callable[[], object]) -> int:
    """Do the work; turn what may go wrong into a message and an exit code."""
    try:
        code = work()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE if isinstance(error, click.UsageError) else ExitCode.FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not try again to write it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except (CommandFailed, DomainError) as error:
        return _explain(error)
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise  # not about a file or a full disk: a mistake of ours
        return _explain(CommandFailed(f"{error.filename or 'Writing'}: {error.strerror}."))
    return code if isinstance(code, int) else ExitCode.DONE


def _explain(error: CommandFailed | DomainError) -> int:
    if debug_wanted(os.environ):
        import traceback

        traceback.print_exception(error)
    click.echo(click.style("viva: ", fg="red", bold=True) + str(error), err=True)
    if isinstance(error, CommandFailed):
        if error.advice:
            click.echo(error.advice, err=True)
        return error.exit_code
    return ExitCode.FAILED
