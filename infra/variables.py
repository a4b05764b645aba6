"""The environment variables that functions and tasks are given: settings of the shop, and nothing else."""

from __future__ import annotations

from infra.handlers import SECRETS, Need
from infra.parts.grants import Shop
from infra.stacks.data import FILES


def variables_of(shop: Shop, needs: frozenset[Need], *, pool_size: int) -> dict[str, str]:
    """Return the variables of code with these needs."""
    stage = shop.stage
    secrets = [
        f"{settings}={shop.secret_name(thing)}"
        for need, (settings, thing) in SECRETS.items()
        if need in needs
    ]
    return {
        "VIVA_PROFILE": "aws",
        "VIVA_AWS_REGION": stage.region.name,
        "VIVA_AWS_BUCKET": stage.bucket_name(FILES),
        "VIVA_AWS_TABLE_PREFIX": stage.name(""),
        "VIVA_DATA_DIR": "/tmp/vivamarket",  # what can be made again: the search index
        "VIVA_LOG_FORMAT": "json",
        "VIVA_LOG_LEVEL": "info",
        "VIVA_POOL_SIZE_MAX": str(pool_size),
        "VIVA_PUBLIC_URL": f"https://{stage.environment.domain}",
        "VIVA_SANDBOX": "off",
        "VIVA_SECRETS": ",".join(secrets),
        "VIVA_STAFF_SECOND_FACTOR": "on",
        "VIVA_VALKEY_HOST": shop.data.cache.host,
    }
