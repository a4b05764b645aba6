"""The environments: one typed file each. To have one's own, copy a file, change it, and name it here."""

from __future__ import annotations

from infra.environments.global_ import GLOBAL
from infra.environments.model import Environment
from infra.environments.small import SMALL
from infra.environments.standard import STANDARD

ENVIRONMENTS: tuple[Environment, ...] = (SMALL, STANDARD, GLOBAL)
