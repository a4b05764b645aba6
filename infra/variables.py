"""The environment variables that functions and tasks are given: settings of the shop, and nothing else.

``AWAITED`` names those that ``settings.py`` does not know yet: the shop does not read Secrets Manager so far.
A test compares: a name that is neither there nor here fails, and so does one in both.
"""

from __future__ import annotations

from infra.handlers import Need
from infra.parts.grants import Shop
from infra.stacks.data import FILES

AWAITED = {
    "VIVA_SECRETS": "secrets whose values are settings: `SETTING=name of the secret`, separated by commas",
    "VIVA_VALKEY_HOST": "where Valkey answers; its password is in a secret",
}
#: Connections of a function: it works on one request at a time.
FUNCTION_POOL_SIZE = 1
#: Connections of a task of the worker.
TASK_POOL_SIZE = 10

#: Which settings are in which secret, for whoever has the need.
SECRETS = {
    Need.DATABASE: ("VIVA_DATABASE_URL", "database"),
    Need.CACHE: ("VIVA_VALKEY_URL", "cache"),
    Need.PAYMENTS: ("VIVA_STRIPE_SECRET_KEY+VIVA_STRIPE_WEBHOOK_SECRET", "payments"),
    Need.CUSTOMERS: ("VIVA_COGNITO_CUSTOMERS_SECRET", "customers"),
    Need.STAFF: ("VIVA_COGNITO_STAFF_SECRET", "staff"),
}


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
