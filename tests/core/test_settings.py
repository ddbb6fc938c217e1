from pathlib import Path

import pytest

from portal.core.settings import SettingsError, from_environment

PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_SECRET": "s" * 32,
    "PORTAL_PUBLIC_URL": "https://grants.example.org",
    "PORTAL_SMTP_URL": "smtps://mail.example.org",
    "PORTAL_MAIL_FROM": "grants@example.org",
}


def test_a_complete_environment_is_accepted():
    settings = from_environment(PRODUCTION)

    assert settings.is_production
    assert not settings.is_demo
    assert settings.public_url == "https://grants.example.org"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_SECRET": ""}, "PORTAL_SECRET"),
        ({"PORTAL_SECRET": "s" * 31}, "PORTAL_SECRET"),
        ({"PORTAL_PUBLIC_URL": ""}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_PUBLIC_URL": "http://grants.example.org"}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_MAIL_FROM": ""}, "PORTAL_MAIL_FROM"),
        ({"PORTAL_MODE": "debug"}, "PORTAL_MODE"),
        ({"PORTAL_PROXIES": "some"}, "PORTAL_PROXIES"),
        ({"PORTAL_PROXIES": "-1"}, "PORTAL_PROXIES"),
    ],
)
def test_a_dangerous_or_incomplete_environment_is_refused(change, named):
    with pytest.raises(SettingsError, match=named):
        from_environment(PRODUCTION | change)


def test_every_fault_is_told_at_once():
    with pytest.raises(SettingsError) as refused:
        from_environment({})

    assert "PORTAL_SECRET" in str(refused.value)
    assert "PORTAL_PUBLIC_URL" in str(refused.value)


def test_an_unset_mode_is_production():
    with pytest.raises(SettingsError):
        from_environment({"PORTAL_SECRET": ""})


def test_the_demo_needs_nothing():
    settings = from_environment({"PORTAL_MODE": "demo"}, instance=Path("/somewhere"))

    assert settings.is_demo
    assert settings.database_url == "sqlite:////somewhere/portal.sqlite"
    assert settings.demo_password


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_one_driver_however_it_is_written(scheme):
    settings = from_environment(PRODUCTION | {"DATABASE_URL": f"{scheme}://u@h/d"})

    assert settings.database_url == "postgresql+psycopg://u@h/d"


DEBTOR = {"PORTAL_DEBTOR_NAME": "Office", "PORTAL_DEBTOR_IBAN": "FR14 2004 1010 0505 0001 3m02 606"}


def test_the_account_to_pay_from_is_kept_without_spaces():
    settings = from_environment(PRODUCTION | DEBTOR | {"PORTAL_DEBTOR_BIC": "psst frpp xxx"})

    assert settings.debtor_iban == "FR1420041010050500013M02606"
    assert settings.debtor_bic == "PSSTFRPPXXX"
    assert settings.bank_format == "pain.001.001.09"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_DEBTOR_NAME": ""}, "set together"),
        ({"PORTAL_DEBTOR_IBAN": ""}, "set together"),
        ({"PORTAL_DEBTOR_IBAN": "FR1420041010050500013M02607"}, "PORTAL_DEBTOR_IBAN"),
        ({"PORTAL_DEBTOR_BIC": "PSST"}, "PORTAL_DEBTOR_BIC"),
        ({"PORTAL_BANK_FORMAT": "pain.001.001.02"}, "PORTAL_BANK_FORMAT"),
    ],
)
def test_a_wrong_account_to_pay_from_is_refused(change, named):
    with pytest.raises(SettingsError, match=named):
        from_environment(PRODUCTION | DEBTOR | change)
