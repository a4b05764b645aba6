"""How a command says no: a sentence, what to do about it, and an exit code."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line ends with; scripts may rely on these."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERRUPTED = 130


class CommandFailed(Exception):
    """An expected failure: shown as a sentence, without a traceback."""

    def __init__(self, message: str, *, advice: str = "", exit_code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.advice = advice
        self.exit_code = exit_code


class EnvironmentFailed(CommandFailed):
    """The machine lacks something that the command needs."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice, exit_code=ExitCode.ENVIRONMENT)
