"""Everything that can be set, in one table; the only reader of the environment.

``docs/operate/settings.md`` is printed from ``VARIABLES`` (``viva generate``), and a test compares.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from vivamarket.kernel.errors import Invalid

PREFIX = "VIVA_"
#: Pool id, client id and client secret. A pool's id begins with its region.
_USER_POOL = re.compile(r"[a-z]{2}(-[a-z]+)+-\d_[0-9A-Za-z]{1,40}:[^\s:]{1,128}:[^\s:]{1,128}")
CHECKOUT_FOLDER = Path(__file__).parents[2]
STRIPE_FIELDS = ("stripe_secret_key", "stripe_webhook_secret")
AWS_FIELDS = ("aws_region", "aws_bucket", "aws_table_prefix")
LogFormat = Literal["console", "json"]
Profile = Literal["local", "aws"]
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_TABLE_PREFIX = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class BadSetting(Invalid):
    """A variable holds something it cannot mean."""

    code = "bad_setting"


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Where in AWS the shop lives; its stacks give every one of these."""

    region: str
    bucket: str
    #: In front of the name of every table.
    table_prefix: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process of the shop needs to know before it starts."""

    profile: Profile
    data_dir: Path
    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[str, ...]
    database_url: str | None
    valkey_url: str | None
    pool_size_max: int
    mutations_per_second_max: int
    storefront_dir: Path
    admin_dir: Path
    shop_file: Path | None
    sandbox: bool
    webhooks_local: bool
    staff_second_factor: bool
    cognito_customers_secret: str | None
    cognito_staff_secret: str | None
    stripe_api_base: str | None
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    log_level: str
    log_format: LogFormat
    otlp_endpoint: str | None
    aws_region: str | None
    aws_bucket: str | None
    aws_table_prefix: str | None
    aws_endpoint: str | None
    chromium: Path | None
    debug: bool

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read every variable of the table; raise ``BadSetting`` for the first that makes no sense."""
        values: dict[str, Any] = {variable.field: variable.read(environ) for variable in VARIABLES}
        if values["public_url"] is None:
            values["public_url"] = f"http://{_reachable(values['host'])}:{values['port']}"
        if not values["sandbox"]:
            _require(values, STRIPE_FIELDS, "VIVA_SANDBOX is off")
        if values["profile"] == "aws":
            _require(values, AWS_FIELDS, "VIVA_PROFILE is aws")
        return cls(**values)

    @property
    def aws(self) -> AwsSettings:
        """Return where in AWS the shop lives. For the profile ``aws`` only."""
        if self.aws_region is None or self.aws_bucket is None or self.aws_table_prefix is None:
            raise RuntimeError("asked for AWS in the profile of one machine")
        return AwsSettings(self.aws_region, self.aws_bucket, self.aws_table_prefix)

    @property
    def local_url(self) -> str:
        """Return where this machine itself reaches the web process, whatever shoppers call it."""
        return f"http://{_reachable(self.host)}:{self.port}"

    @property
    def postgres_dir(self) -> Path:
        """Return the folder of the embedded PostgreSQL."""
        return self.data_dir / "postgres"

    @property
    def media_dir(self) -> Path:
        """Return the folder of pictures in all their widths."""
        return self.data_dir / "media"

    @property
    def pages_dir(self) -> Path:
        """Return the folder of published pages."""
        return self.data_dir / "pages"

    @property
    def search_dir(self) -> Path:
        """Return the folder of the search index; it can be rebuilt."""
        return self.data_dir / "search"

    @property
    def staff_search_dir(self) -> Path:
        """Return the folder of the staff's index, which has drafts too; it can be rebuilt."""
        return self.data_dir / "search-staff"

    @property
    def mail_dir(self) -> Path:
        """Return the folder where mails are put instead of being sent."""
        return self.data_dir / "mail"

    @property
    def logs_dir(self) -> Path:
        """Return the folder of log files."""
        return self.data_dir / "logs"

    @property
    def run_dir(self) -> Path:
        """Return the folder of locks and other traces of running processes."""
        return self.data_dir / "run"

    @property
    def sandbox_path(self) -> Path:
        """Return the payment sandbox's own database file."""
        return self.data_dir / "sandbox.sqlite3"

    @property
    def secrets_path(self) -> Path:
        """Return the file of the shop's own secrets."""
        return self.data_dir / "secrets.json"


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of the table: a variable, what it sets, and what it means."""

    name: str
    default: str | None
    parse: Callable[[str], Any]
    meaning: str
    #: What the documentation shows where the default is computed.
    shown_default: str | None = None

    @property
    def field(self) -> str:
        """Return the name of the field in ``Settings``."""
        return self.name.removeprefix(PREFIX).lower()

    def read(self, environ: Mapping[str, str]) -> Any:
        """Return the parsed value; an empty variable counts as an absent one."""
        text = environ.get(self.name, "").strip() or self.default
        if text is None:
            return None
        try:
            return self.parse(text)
        except ValueError as error:
            shown = "…" if "SECRET" in self.name else text
            raise BadSetting(f"{self.name}={shown}: {error}", variable=self.name) from None


def unknown_variables(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return each ``VIVA_`` variable that is not in the table, with the name that was probably meant."""
    known = [variable.name for variable in VARIABLES]
    strange = [name for name in environ if name.startswith(PREFIX) and name not in known]
    return {name: next(iter(difflib.get_close_matches(name, known, n=1)), None) for name in sorted(strange)}


def debug_wanted(environ: Mapping[str, str]) -> bool:
    """Tell whether tracebacks are wanted, also where the other settings make no sense."""
    try:
        return bool(_switch(environ.get("VIVA_DEBUG") or "off"))
    except ValueError:
        return False


def settings_document() -> str:
    """Return ``docs/operate/settings.md``."""
    rows = "\n".join(
        f"| `{variable.name}` | {_shown_default(variable)} | {variable.meaning} |" for variable in VARIABLES
    )
    return (
        "# Settings\n\n"
        "Generated from `src/vivamarket/settings.py` by `./viva generate`; do not edit.\n\n"
        "Every setting is an environment variable. An empty one counts as absent. "
        "A value that makes no sense stops the start with a message.\n\n"
        f"| Variable | Default | Meaning |\n|---|---|---|\n{rows}\n"
    )


def _shown_default(variable: Variable) -> str:
    if variable.shown_default is not None:
        return variable.shown_default
    return "–" if variable.default is None else f"`{variable.default}`"


def _reachable(host: str) -> str:
    named = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{named}]" if ":" in named else named


def _require(values: Mapping[str, Any], fields: Iterable[str], reason: str) -> None:
    for field in fields:
        if values[field] is None:
            name = PREFIX + field.upper()
            raise BadSetting(f"{name} is needed when {reason}.", variable=name)


def _text(text: str) -> str:
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _port(text: str) -> int:
    return _number(text, 1, 65_535)


def _rate(text: str) -> int:
    return _number(text, 0, 1_000_000)


def _pool_size(text: str) -> int:
    return _number(text, 1, 80)


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ValueError(f"give a whole number from {least} to {most}")
    return int(text)


def _switch(text: str) -> bool:
    words = {
        "on": True,
        "1": True,
        "true": True,
        "yes": True,
        "off": False,
        "0": False,
        "false": False,
        "no": False,
    }
    if text.lower() not in words:
        raise ValueError("say on or off")
    return words[text.lower()]


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError("give an address such as https://shop.example")
    return text.rstrip("/")


def _networks(text: str) -> tuple[str, ...]:
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in named:
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is no address and no network such as 10.0.0.0/8") from None
    return named


def _user_pool(text: str) -> str:
    if not _USER_POOL.fullmatch(text):
        raise ValueError("give pool id, client id and client secret with colons between them")
    return text


def _database_url(text: str) -> str:
    if urlsplit(text).scheme not in ("postgresql", "postgres"):
        raise ValueError("give an address such as postgresql://user:password@host/database")
    return text


def _valkey_url(text: str) -> str:
    if urlsplit(text).scheme not in ("valkey", "valkeys", "redis", "rediss"):
        raise ValueError("give an address such as valkeys://user:password@host:6379")
    return text


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"say one of {', '.join(words)}")
        return text.lower()

    return parse


def _bucket(text: str) -> str:
    if not _BUCKET.fullmatch(text):
        raise ValueError("a bucket has 3 to 63 small letters, digits, dots and hyphens")
    return text


def _table_prefix(text: str) -> str:
    if not _TABLE_PREFIX.fullmatch(text):
        raise ValueError("a table's name has letters, digits, dots, hyphens and underscores")
    return text


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "VIVA_PROFILE",
        "local",
        _one_of("local", "aws"),
        "`local`: everything on one machine. `aws`: catalogue and preferences in DynamoDB, files in S3, "
        "mails through SES.",
    ),
    Variable(
        "VIVA_DATA_DIR",
        str(CHECKOUT_FOLDER / "var"),
        _path,
        "The folder that holds everything the shop must not lose.",
        "`var/` in the checkout",
    ),
    Variable("VIVA_HOST", "127.0.0.1", _text, "The address to listen on; `0.0.0.0` for every network."),
    Variable("VIVA_PORT", "8000", _port, "The one port that serves shop, API, admin and sandbox."),
    Variable(
        "VIVA_PUBLIC_URL",
        None,
        _web_url,
        "The address shoppers see; it stands in mails and in what the payment provider sends back.",
        "`http://<host>:<port>`",
    ),
    Variable(
        "VIVA_TRUSTED_PROXIES",
        "",
        _networks,
        "Addresses or networks of the reverse proxies before the shop, separated by commas. Their "
        "`X-Forwarded-For` and `X-Forwarded-Proto` are believed, nobody else's.",
        "none",
    ),
    Variable(
        "VIVA_DATABASE_URL",
        None,
        _database_url,
        "Another PostgreSQL (15 or newer) in place of the embedded one.",
        "embedded",
    ),
    Variable(
        "VIVA_VALKEY_URL",
        None,
        _valkey_url,
        "A Valkey (7.2 or newer) for copies of sessions, for counting attempts and for rates; `valkeys://` "
        "over TLS. While it is away the database and each process do its work, slower.",
        "none: the database and each process do it",
    ),
    Variable(
        "VIVA_MUTATIONS_PER_SECOND_MAX",
        "20",
        _rate,
        "Changes (POST, PUT, DELETE) one client address may send a second, bursts aside; `0` for no limit.",
    ),
    Variable("VIVA_POOL_SIZE_MAX", "10", _pool_size, "Database connections per process, at most."),
    Variable(
        "VIVA_ADMIN_DIR",
        str(CHECKOUT_FOLDER / "web" / "admin" / "dist"),
        _path,
        "The staff's application as `npm run build` leaves it.",
        "`web/admin/dist/` in the checkout",
    ),
    Variable(
        "VIVA_STOREFRONT_DIR",
        str(CHECKOUT_FOLDER / "web" / "storefront" / "out"),
        _path,
        "The storefront as `npm run build` leaves it.",
        "`web/storefront/out/` in the checkout",
    ),
    Variable(
        "VIVA_SHOP_FILE",
        None,
        _path,
        "The shop's profile (TOML): name, languages, currencies, taxes, shipping.",
        "`src/vivamarket/shop/default.toml`",
    ),
    Variable(
        "VIVA_SANDBOX",
        "on",
        _switch,
        "`on` pays through the built-in payment sandbox: no real money moves.",
    ),
    Variable(
        "VIVA_WEBHOOKS_LOCAL",
        "off",
        _switch,
        "`on` lets merchant webhooks go to this machine, over http and to any port: for development only.",
    ),
    Variable(
        "VIVA_STAFF_SECOND_FACTOR",
        "off",
        _switch,
        "`on` lets staff without a second factor reach nothing but the way to set one up.",
    ),
    Variable(
        "VIVA_COGNITO_CUSTOMERS_SECRET",
        None,
        _user_pool,
        "The Cognito user pool that keeps customers' passwords: `pool id:client id:client secret`. "
        "For the profile `aws`.",
        "hashes in our own database",
    ),
    Variable(
        "VIVA_COGNITO_STAFF_SECRET",
        None,
        _user_pool,
        "The same for staff; their roles are its groups. For the profile `aws`.",
        "hashes in our own database",
    ),
    Variable(
        "VIVA_STRIPE_API_BASE",
        None,
        _web_url,
        "Where the payment provider's API answers.",
        "the sandbox, or Stripe when it is off",
    ),
    Variable("VIVA_STRIPE_SECRET_KEY", None, _text, "The provider's secret key; needed without the sandbox."),
    Variable(
        "VIVA_STRIPE_WEBHOOK_SECRET",
        None,
        _text,
        "The key the provider signs webhooks with; needed without the sandbox.",
    ),
    Variable(
        "VIVA_LOG_LEVEL",
        "info",
        _one_of("debug", "info", "warning", "error"),
        "The least important message that is written: `debug`, `info`, `warning` or `error`.",
    ),
    Variable(
        "VIVA_LOG_FORMAT", "json", _one_of("console", "json"), "`json` for machines, `console` for people."
    ),
    Variable(
        "VIVA_OTLP_ENDPOINT",
        None,
        _web_url,
        "An OpenTelemetry collector (HTTP). Traces and metrics are off without it.",
        "off",
    ),
    Variable(
        "VIVA_AWS_REGION",
        None,
        _text,
        "The shop's region, such as `eu-central-1`. For the profile `aws`.",
    ),
    Variable(
        "VIVA_AWS_BUCKET", None, _bucket, "The S3 bucket of pages, pictures and files. For the profile `aws`."
    ),
    Variable(
        "VIVA_AWS_TABLE_PREFIX",
        None,
        _table_prefix,
        "What stands before the names of the DynamoDB tables, such as `viva-`. For the profile `aws`.",
    ),
    Variable(
        "VIVA_AWS_ENDPOINT",
        None,
        _web_url,
        "An emulator that answers for all AWS services. It gets no real keys.",
        "AWS itself",
    ),
    Variable(
        "VIVA_CHROMIUM", None, _path, "The browser for end-to-end tests and screenshots.", "found by itself"
    ),
    Variable("VIVA_DEBUG", "off", _switch, "`on` shows the traceback of expected errors too."),
)
