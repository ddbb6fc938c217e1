"""create_app(): settings, database, language, web, blueprints, commands, in that order."""

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import schema, words
from portal.accounts import views as accounts
from portal.audit import views as audit
from portal.calls import views as calls
from portal.calls.proposals import views as proposals
from portal.cli.commands import init_commands
from portal.core import settings as settings_module
from portal.core.db import init_db
from portal.core.files import LARGEST
from portal.core.i18n import LANGUAGES, current_language, init_i18n
from portal.core.log import set_up_logging
from portal.core.settings import Settings, from_environment
from portal.desk import views as desk
from portal.exchanges import views as exchanges
from portal.exchanges.editions import views as editions
from portal.exchanges.groups import views as groups
from portal.exchanges.matches import views as matches
from portal.exchanges.partnerships import views as partnerships
from portal.exchanges.profiles import views as profiles
from portal.exchanges.surveys import views as surveys
from portal.ledger import views as ledger
from portal.partners import views as partners
from portal.partners.bank_accounts import views as bank_accounts
from portal.partners.sme import views as sme
from portal.payments import views as payments
from portal.payments.answers import views as answers
from portal.payments.clocks import views as clocks
from portal.payments.delegations import views as delegations
from portal.payments.recoveries import views as recoveries
from portal.payments.separation import views as separation
from portal.programme import views as programme
from portal.projects import views as projects
from portal.projects.periods import views as periods
from portal.reports import views as reports
from portal.vouchers import views as vouchers
from portal.vouchers.milestones import views as milestones
from portal.web import views as web
from portal.web.access import init_access
from portal.web.csrf import init_csrf
from portal.web.errors import init_errors
from portal.web.filters import init_filters
from portal.web.headers import init_headers
from portal.web.locale import choose_language
from portal.web.navigation import menu, submenu
from portal.web.refused import init_refusals
from portal.web.request_keys import init_request_keys
from portal.web.session import init_sessions, me, visitor
from portal.web.transaction import init_transactions

PORTAL = Path(__file__).resolve().parent

#: Rooms by the prefix of their templates.
ROOMS = {
    "accounts": "accounts", "audit": "audit", "programme": "programme", "ledger": "ledger",
    "partners": "partners", "sme": "partners/sme", "bank_accounts": "partners/bank_accounts",
    "payments": "payments", "answers": "payments/answers", "clocks": "payments/clocks",
    "tracker": "payments/tracker", "delegations": "payments/delegations",
    "separation": "payments/separation", "recoveries": "payments/recoveries", "calls": "calls",
    "proposals": "calls/proposals", "projects": "projects", "periods": "projects/periods",
    "vouchers": "vouchers", "milestones": "vouchers/milestones", "profiles": "exchanges/profiles",
    "matches": "exchanges/matches", "partnerships": "exchanges/partnerships",
    "surveys": "exchanges/surveys", "groups": "exchanges/groups",
    "editions": "exchanges/editions", "exchanges": "exchanges", "reports": "reports",
    "desk": "desk",
}  # fmt: skip

BLUEPRINTS = (
    web, accounts, audit, programme, ledger, partners, sme, bank_accounts, clocks, delegations,
    payments, answers, recoveries, separation, calls, proposals, projects, periods, vouchers,
    milestones, profiles, exchanges, editions, matches, partnerships, surveys, groups, reports,
    desk,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application; raises `SettingsError` when the environment is incomplete."""
    settings = settings or from_environment()
    app = Flask("portal", static_folder=str(PORTAL / "web" / "static"), template_folder=None)
    app.secret_key = settings.secret
    # A form with one upload and its texts; the upload itself is limited in core/files.
    app.config["MAX_CONTENT_LENGTH"] = LARGEST * 3
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    settings_module.install(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    set_up_logging()
    init_db(app, settings.database_url)
    _init_web(app, settings)
    for room in BLUEPRINTS:
        app.register_blueprint(room.blueprint)
    if settings.is_demo or settings.mode == "test":
        app.register_blueprint(web.outbox)
    init_commands(app)
    assert schema.metadata.tables, "the schema is empty"
    return app


def _init_web(app: Flask, settings: Settings) -> None:
    init_access(app)
    init_headers(app)
    init_refusals(app, visitor)
    init_transactions(app)
    # Flask-Babel first registers its language on the request; the closed door then may speak it.
    init_i18n(app, choose_language)
    init_csrf(app)
    init_request_keys(app)
    init_sessions(app, secure=settings.public_url.startswith("https://"))
    init_errors(app)
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = _loader()
    # babel.cfg reads {% trans %} blocks the same way: line breaks inside a sentence do not count.
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    init_filters(app)
    app.jinja_env.filters.update(
        verb_label=words.verb_label, told=words.told, compared=words.compared
    )
    app.context_processor(lambda: _everywhere(settings))


def _loader() -> ChoiceLoader:
    rooms = {
        prefix: FileSystemLoader(PORTAL / path / "templates") for prefix, path in ROOMS.items()
    }
    own = [FileSystemLoader(PORTAL / "web" / "templates"), FileSystemLoader(PORTAL / "web")]
    return ChoiceLoader([*own, PrefixLoader(rooms)])


def _everywhere(settings: Settings) -> dict[str, object]:
    return {
        "nav": menu(visitor()),
        "subnav": submenu(visitor()),
        "me": me(),
        "view_of": None,
        "language": current_language(),
        "languages": list(LANGUAGES.items()),
        "demo": settings.is_demo,
    }
