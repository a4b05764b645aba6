"""``python -m vivamarket.cli``: what the ``viva`` script becomes."""

from __future__ import annotations

from vivamarket.cli.app import main

main()
