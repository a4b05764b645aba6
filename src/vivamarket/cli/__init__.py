"""The command line: one module per command, imported only when it is called.

``main`` is the entry point. A new command needs its module, whose ``command`` is a click command,
and its row in ``commands.COMMANDS``.
"""

from __future__ import annotations

from vivamarket.cli.app import main

__all__ = ["main"]
