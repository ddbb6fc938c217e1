"""Settings from the environment, read once and frozen; every mistake is reported at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

MODES = ("production", "demo", "test")
#: A production secret shorter than this is refused (ASVS 13: 128 bits at least, written as text).
SHORTEST_SECRET = 32


class SettingsError(Exception):
    """The environment is incomplete or contradictory; the message lists every fault."""


@dataclass(frozen=True)
class Settings:
    """How this portal runs. `docs/running.md` explains each variable."""

    mode: str
    secret: str
    database_url: str
    smtp_url: str
    mail_from: str
    public_url: str
    demo_password: str
    #: How many reverse proxies stand in front, whose forwarded addresses are believed.
    proxies: int

    @property
    def is_demo(self) -> bool:
        """Whether this portal tells its demo story and shows its outbox."""
        return self.mode == "demo"

    @property
    def is_production(self) -> bool:
        """Whether real people and money are behind it: HTTPS only, no demo, no test doubles."""
        return self.mode == "production"


def normal_database_url(url: str) -> str:
    """Name the psycopg driver explicitly, whatever way a PostgreSQL address was written."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def default_database_url(instance: Path) -> str:
    """The embedded default: an SQLite file in the instance folder."""
    return f"sqlite:///{instance / 'portal.sqlite'}"


def from_environment(
    environ: Mapping[str, str] = os.environ, *, instance: Path = Path("instance")
) -> Settings:
    """Read the environment; raises `SettingsError` naming everything that is missing or wrong."""
    mode = environ.get("PORTAL_MODE", "production")
    secret = environ.get("PORTAL_SECRET", "")
    proxies = environ.get("PORTAL_PROXIES", "0")
    faults = list(_faults(mode, secret, proxies, environ))
    if faults:
        raise SettingsError("The portal cannot start:\n- " + "\n- ".join(faults))
    return Settings(
        mode=mode,
        secret=secret or "demo-and-test-only-" + "0" * 32,
        database_url=normal_database_url(
            environ.get("DATABASE_URL") or default_database_url(instance.resolve())
        ),
        smtp_url=environ.get("PORTAL_SMTP_URL", ""),
        mail_from=environ.get("PORTAL_MAIL_FROM", "portal@example.org"),
        public_url=environ.get("PORTAL_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        demo_password=environ.get("PORTAL_DEMO_PASSWORD", "cluster-visits-2026"),
        proxies=int(proxies),
    )


def _faults(mode: str, secret: str, proxies: str, environ: Mapping[str, str]) -> list[str]:
    faults = []
    if mode not in MODES:
        faults.append(f"PORTAL_MODE is {mode!r}; it must be one of {', '.join(MODES)}.")
    if not proxies.isdigit():
        faults.append("PORTAL_PROXIES must be a whole number.")
    if mode == "production":
        if len(secret) < SHORTEST_SECRET:
            faults.append(
                f"PORTAL_SECRET must be set to at least {SHORTEST_SECRET} random characters."
            )
        if not environ.get("PORTAL_PUBLIC_URL", "").startswith("https://"):
            faults.append("PORTAL_PUBLIC_URL must be the portal's https:// address.")
        if environ.get("PORTAL_SMTP_URL") and not environ.get("PORTAL_MAIL_FROM"):
            faults.append("PORTAL_MAIL_FROM must name the sender when PORTAL_SMTP_URL is set.")
    return faults


def install(app: Flask, settings: Settings) -> None:
    """Let the whole house read the settings of this application."""
    app.extensions["portal_settings"] = settings


def current() -> Settings:
    """The settings of the running application."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    return settings
