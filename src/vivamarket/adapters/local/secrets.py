"""The shop's own secrets: made once, kept in one file that only its owner may read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from vivamarket.kernel.errors import Refused
from vivamarket.kernel.ids import IdSource


class SecretsUnreadable(Refused):
    """``secrets.json`` is there but damaged; it is never replaced silently."""

    code = "secrets_unreadable"


@dataclass(frozen=True, slots=True)
class ShopSecrets:
    """What nobody outside the shop may know."""

    #: Signs what the shop hands out: staff sessions, order tokens.
    token_key: str
    #: Seals the links of orders' mails. Another one ends them all, and nothing else.
    link_key: str
    #: The sandbox's API key and the key it signs webhooks with (a real provider brings its own).
    sandbox_secret_key: str
    sandbox_webhook_secret: str
    #: The first staff account, so that its owner can look the password up; change it after sign-in.
    staff_email: str
    staff_password: str


def load_or_create_secrets(path: Path, ids: IdSource) -> ShopSecrets:
    """Read the secrets; make those that are missing (file mode 0600, written in one step)."""
    known = _read(path) if path.exists() else {}
    fresh = asdict(_fresh(ids))
    wanted = {field.name for field in fields(ShopSecrets)}
    secrets = ShopSecrets(**{name: known.get(name, fresh[name]) for name in wanted})
    if wanted - known.keys():
        _write(path, secrets)
    return secrets


def _fresh(ids: IdSource) -> ShopSecrets:
    return ShopSecrets(
        token_key=ids.token() + ids.token(),
        link_key=ids.token() + ids.token(),
        sandbox_secret_key="sk_test_" + ids.token(),
        sandbox_webhook_secret="whsec_" + ids.token(),
        staff_email="staff@vivamarket.example",
        staff_password=ids.token()[:16],
    )


def _read(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        content = None
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise SecretsUnreadable(
            f"{path} is damaged. Put it back from a backup; without it, sessions and order links end.",
            path=str(path),
        )
    return content


def _write(path: Path, secrets: ShopSecrets) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(secrets), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
