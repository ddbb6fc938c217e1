"""Settings from the environment, read once and frozen; every mistake is reported at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

MODES = ("production", "demo", "test")
#: A production secret shorter than this is refused (ASVS 13: 128 bits at least, written as text).
SHORTEST_SECRET = 32
#: Messages the bank may take, newest first (domain 7.1).
BANK_FORMATS = ("pain.001.001.09", "pain.001.001.03")


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
    #: The account that payments are made from; without it batches are released without bank file.
    debtor_name: str
    debtor_iban: str
    debtor_bic: str
    #: The message the bank takes, one of `BANK_FORMATS`.
    bank_format: str

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
        debtor_name=environ.get("PORTAL_DEBTOR_NAME", "").strip(),
        debtor_iban=_compact(environ, "PORTAL_DEBTOR_IBAN"),
        debtor_bic=_compact(environ, "PORTAL_DEBTOR_BIC"),
        bank_format=environ.get("PORTAL_BANK_FORMAT") or BANK_FORMATS[0],
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
    return faults + _bank_faults(environ)


def _bank_faults(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with the account that payments are made from; having none is allowed."""
    faults = []
    name = environ.get("PORTAL_DEBTOR_NAME", "").strip()
    iban, bic = _compact(environ, "PORTAL_DEBTOR_IBAN"), _compact(environ, "PORTAL_DEBTOR_BIC")
    if bool(name) != bool(iban):
        faults.append("PORTAL_DEBTOR_NAME and PORTAL_DEBTOR_IBAN must be set together.")
    if iban and not _is_valid(IBAN, iban):
        faults.append("PORTAL_DEBTOR_IBAN is not a valid IBAN.")
    if bic and not _is_valid(BIC, bic):
        faults.append("PORTAL_DEBTOR_BIC is not a valid BIC.")
    if (environ.get("PORTAL_BANK_FORMAT") or BANK_FORMATS[0]) not in BANK_FORMATS:
        faults.append(f"PORTAL_BANK_FORMAT must be one of {', '.join(BANK_FORMATS)}.")
    return faults


def _is_valid(kind: type[IBAN] | type[BIC], number: str) -> bool:
    try:
        kind(number)
    except (SchwiftyException, ValueError):
        return False
    return True


def _compact(environ: Mapping[str, str], variable: str) -> str:
    """A bank's number as files hold it: without spaces, in capital letters."""
    return "".join(environ.get(variable, "").split()).upper()


def install(app: Flask, settings: Settings) -> None:
    """Let the whole house read the settings of this application."""
    app.extensions["portal_settings"] = settings


def current() -> Settings:
    """The settings of the running application."""
    settings = current_app.extensions["portal_settings"]
    assert isinstance(settings, Settings)
    return settings
