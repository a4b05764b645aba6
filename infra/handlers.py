"""Code that runs as data: functions and the worker's container, what starts each, and what it may touch.

This is the one place that names the shop's ways in. Splitting the API into functions that import and may
touch less is another row here and in ``ROUTES``, once the code has them (docs/decisions/0030).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Need(StrEnum):
    """Something that code may touch; ``parts/grants.py`` says which actions that takes."""

    CATALOG = "catalog"
    PREFERENCES = "preferences"
    FILES = "files"
    #: PostgreSQL: its password, and a place in the network.
    DATABASE = "database"
    #: Valkey: its password, and a place in the network.
    CACHE = "cache"
    #: The payment provider's keys.
    PAYMENTS = "payments"
    CUSTOMERS = "customers"
    STAFF = "staff"
    MAIL = "mail"
    EVENTS = "events"


#: What every process of the shop opens.
SHOP = frozenset(
    {
        Need.CATALOG,
        Need.PREFERENCES,
        Need.FILES,
        Need.DATABASE,
        Need.CACHE,
        Need.PAYMENTS,
        Need.CUSTOMERS,
        Need.STAFF,
        Need.MAIL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """One function. All of them reach the database, so all are inside the network."""

    name: str
    #: What Lambda is told to call: a name in a module of the package.
    entry: str
    purpose: str
    needs: frozenset[Need]
    memory_mib: int
    timeout_seconds: int
    #: How many of it run at once, at most; each holds one connection to PostgreSQL.
    concurrent_max: int


API = Handler(
    name="api",
    entry="vivamarket.lambdas.api",
    purpose="Everything that shoppers, staff and the payment provider ask",
    needs=SHOP,
    memory_mib=1_769,  # one whole processor: the start is all computing
    timeout_seconds=20,  # the shop itself gives up after 15, API Gateway after 29
    concurrent_max=45,
)
API_HANDLERS = (API,)

#: Which function answers an address: the longest beginning counts.
ROUTES: dict[str, Handler] = {"/": API}

#: How the worker's container starts, and what it may touch beside the shop.
WORKER_COMMAND = ("python", "-m", "vivamarket.serve", "worker")
WORKER_NEEDS = SHOP | {Need.EVENTS}


#: Variables that ``settings.py`` does not know yet: the shop does not read Secrets Manager so far. A test
#: compares: a name that is neither there nor here fails, and so does one in both.
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


def handler_of(path: str) -> Handler:
    """Return the function that answers an address."""
    return ROUTES[max((each for each in ROUTES if path.startswith(each)), key=len)]
