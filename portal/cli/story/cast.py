"""Who plays: the people and organisations of the demo, all reachable at example.org."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import select

from portal.accounts import operations as accounts
from portal.accounts import queries as people
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.outbox import OutboxMessage
from portal.partners import operations as partners
from portal.partners import queries as organisations
from portal.partners.models import Organisation
from portal.partners.states import EccpProfile, OrganisationKind

DOMAIN = "example.org"


@dataclass(frozen=True)
class Player:
    """A person of the story; `what` is how the demo introduces the account, empty for minor parts."""

    login: str
    name: str
    language: str
    what: str = ""
    roles: tuple[Role, ...] = ()

    @property
    def email(self) -> str:
        """The address, which is also the sign-in name."""
        return f"{self.login}@{DOMAIN}"


@dataclass(frozen=True)
class House:
    """An organisation of the story and the logins of its people, the first of whom registers it."""

    key: str
    name: str
    kind: OrganisationKind
    country: str
    town: str
    people: tuple[str, ...]
    region: str = ""
    clusters: tuple[str, ...] = field(default=())
    #: An account with valid check digits that belongs to nobody; none for organisations that get no money.
    iban: str = ""


STAFF = (
    Player("admin", "Agnès Martin", "fr", "administrator", (Role.ADMIN,)),
    Player("officer", "Ingrid Larsen", "en", "programme officer", (Role.OFFICER,)),
    Player("deputy", "Tomás Silva", "en", "", (Role.OFFICER,)),
    Player("verifier", "Ilze Bērziņa", "en", "verifying officer", (Role.VERIFIER,)),
    Player("authoriser", "Jean Delvaux", "fr", "authorising officer", (Role.AUTHORISER,)),
    Player("accountant", "Sofia Marques", "en", "accounting officer", (Role.ACCOUNTANT,)),
    Player("auditor", "Claire Dubois", "fr", "auditor", (Role.AUDITOR,)),
    Player("evaluator1", "Nuno Ferreira", "en", "evaluator", (Role.EVALUATOR,)),
    Player("evaluator2", "Camille Roche", "fr", "evaluator", (Role.EVALUATOR,)),
    Player("evaluator3", "Βασίλης Νικολάου", "en", "evaluator", (Role.EVALUATOR,)),
)

PARTIES = (
    Player(
        "coordinator", "Marek Nowak", "en", "coordinator of the partnership AEROLINK (Aerospace Valley)",
        (Role.MANAGER,),
    ),
    Player("coordinator2", "Élodie Vidal", "fr", "", (Role.MANAGER,)),
    Player(
        "manager", "Ελένη Παπαδοπούλου", "en", "manager of the partnership MEDTEXNET (Innovation Hub of Athens)",
        (Role.MANAGER,),
    ),
    Player("manager2", "Giulia Conti", "en", "", (Role.MANAGER,)),
    Player("neptune", "Hélène Moreau", "fr", "coordinator of the voucher project BLUEWAVE (Toulon Var Technologies)",
           (Role.MANAGER,)),
    Player("applicant", "Lucie Bernard", "fr", "applicant: Atelier Garonne, a small firm that visits and holds a voucher"),
    Player("host", "Anke Brandt", "en", "host: Elbe Photonik in Dresden"),
    Player("firm2", "Ștefan Ionescu", "en", ""),
    Player("firm3", "Живка Петрова", "en", ""),
    Player("firm4", "Maria João Sousa", "en", ""),
    Player("firm5", "Kevin O'Brien", "en", ""),
    Player("firm6", "Benoît L'Hostis", "fr", ""),
    Player("firm7", "Łucja Wójcik", "en", ""),
    Player("lab", "Mikko Virtanen", "en", ""),
    Player("scs", "Antoine Pons", "fr", ""),
    Player("alumna", "Itziar Etxeberria", "en", ""),
    Player("alumnus", "Luc Delhaye", "fr", ""),
)  # fmt: skip

K = OrganisationKind
HOUSES = (
    House("aerospace", "Aerospace Valley", K.CLUSTER, "FR", "Toulouse", ("coordinator", "coordinator2"), "FRJ2"),
    House("athens", "Κόμβος Καινοτομίας Αθηνών", K.CLUSTER, "GR", "Athens", ("manager",), "EL30", (), "GR1601101250000000012300695"),
    House("torino", "Cluster Tessile di Torino", K.CLUSTER, "IT", "Turin", ("manager2",), "ITC1"),
    House("saxony", "Mikroelektronik Sachsen e.V.", K.CLUSTER, "DE", "Dresden", ("host",), "DED2"),
    House("plovdiv", "Клъстер Мехатроника и автоматизация", K.CLUSTER, "BG", "Plovdiv", ("firm3",), "BG42", (), "BG18RZBB91550123456789"),
    House("tvt", "Toulon Var Technologies", K.CLUSTER, "FR", "Toulon", ("neptune",), "FRL0"),
    House("scs", "POLE SOLUTIONS COMMUNICANTES SECURISEES", K.CLUSTER, "FR", "Nice", ("scs",), "FRL0"),
    House("garonne", "Atelier Garonne", K.SME, "FR", "Toulouse", ("applicant",), "FRJ2", ("aerospace",), "FR7630006000000000123456723"),
    House("elbe", "Elbe Photonik GmbH", K.SME, "DE", "Dresden", ("host",), "DED2", ("saxony",), "DE89370400440532013000"),
    House("dacia", "Țesături Inteligente SRL", K.SME, "RO", "Cluj-Napoca", ("firm2",), "RO11", ("torino",), "RO49AAAA1B31007593840000"),
    House("trakia", "Тракия Роботикс ООД", K.SME, "BG", "Plovdiv", ("firm3",), "BG42", ("plovdiv",), "BG80BNBG96611020345678"),
    House("minho", "Fiação do Minho, Lda", K.SME, "PT", "Braga", ("firm4",), "PT11", ("torino",), "PT50000200000000123456772"),
    House("cork", "O'Brien Composites Ltd", K.SME, "IE", "Cork", ("firm5",), "IE05", ("aerospace",), "IE29AIBK93115212345678"),
    House("rade", "Rade Robotique", K.SME, "FR", "Toulon", ("firm6",), "FRL0", ("tvt",), "FR7620041000000000123456737"),
    House("baltic", "Bałtyk Sensory sp. z o.o.", K.SME, "PL", "Gdańsk", ("firm7",), "PL63", ("saxony",), "PL96109010140000000001234567"),
    House("arno", "Tessuti dell’Arno S.r.l.", K.SME, "IT", "Florence", ("manager2",), "ITI1", ("torino",)),
    House("varna", "Морска автоматика ООД", K.SME, "BG", "Varna", ("firm3",), "BG33", ("plovdiv",)),
    House("calanques", "Composites des Calanques", K.SME, "FR", "Marseille", ("firm6",), "FRL0", ("tvt",)),
    House("pamplona", "Clúster Agroalimentario de Navarra", K.CLUSTER, "ES", "Pamplona", ("alumna",), "ES22"),
    House("copenhagen", "Lys og Design Danmark", K.CLUSTER, "DK", "Copenhagen", ("alumna",), "DK01"),
    House("ljubljana", "Grozd orodjarjev Slovenije", K.CLUSTER, "SI", "Ljubljana", ("alumna",), "SI04"),
    House("rzeszow", "Podkarpacki Klaster Lotniczy", K.CLUSTER, "PL", "Rzeszów", ("alumna",), "PL82"),
    House("liege", "Pôle Textile de Wallonie", K.CLUSTER, "BE", "Liège", ("alumnus",), "BE33"),
    House("tallinn", "Eesti Komposiidiklaster", K.CLUSTER, "EE", "Tallinn", ("alumnus",), "EE00"),
    House("bratislava", "Klaster priemyselných vlákien", K.CLUSTER, "SK", "Bratislava", ("alumnus",), "SK01"),
    House("riga", "Latvijas metālapstrādes klasteris", K.CLUSTER, "LV", "Riga", ("alumnus",), "LV00"),
    House("graz", "Grazer Werkstoffcluster", K.CLUSTER, "AT", "Graz", ("alumna",), "AT22"),
    House("tampere", "Tampereen konepajaverkosto", K.CLUSTER, "FI", "Tampere", ("alumnus",), "FI19"),
    House("zagreb", "Hrvatski klaster kompozita", K.CLUSTER, "HR", "Zagreb", ("alumna",), "HR05"),
    House("brno", "Moravský letecký klastr", K.CLUSTER, "CZ", "Brno", ("alumnus",), "CZ06"),
    House("oulu", "Oulu Digital Lab", K.SSO, "FI", "Oulu", ("lab",), "FI1D", ("saxony",), "FI2112345600000785"),
)  # fmt: skip
_KNOWN = {one.key: one for one in HOUSES}
#: Whether everybody's roles and organisations stay as they are for now.
_settled = False


def accounts_shown() -> list[tuple[str, str]]:
    """The accounts a visitor of the demo is invited to use, with what each may do."""
    return [(player.email, player.what) for player in (*STAFF, *PARTIES) if player.what]


def hire(players: tuple[Player, ...], password: str) -> None:
    """Invite people with their roles, and let each activate the account from the mail received."""
    for player in players:
        accounts.invite(
            name=player.name,
            email=player.email,
            language=player.language,
            roles=player.roles,
            actor=SYSTEM,
        )
        accounts.activate(token=_link_in_mail_to(player.email), password=password)


def _link_in_mail_to(email: str) -> str:
    bodies = (
        select(OutboxMessage.body)
        .where(OutboxMessage.recipient == email)
        .order_by(OutboxMessage.id)
    )
    found = [
        match
        for body in db.session.scalars(bodies)
        if (match := re.search(r"/activate/(\S+)", body))
    ]
    return found[-1].group(1)


def person(login: str) -> User:
    """The account behind a login."""
    found = people.by_email(f"{login}@{DOMAIN}")
    assert found is not None, f"{login} is not in the cast"
    return found


@contextmanager
def same_people() -> Iterator[None]:
    """Nobody changes roles or organisations in the block: each actor is looked up once."""
    _actor.cache_clear()
    global _settled
    _settled = True
    try:
        yield
    finally:
        _settled = False


def actor(login: str) -> Actor:
    """The person as an actor, with the roles and organisations held at this moment."""
    return _actor(login) if _settled else _actor.__wrapped__(login)


@cache
def _actor(login: str) -> Actor:
    user = person(login)
    roles = frozenset(grant.role for grant in user.grants if grant.revoked_at is None)
    return organisations.actor_for(user, roles)


def settle_in(houses: Iterable[House]) -> None:
    """Register the organisations, each by its own people, and let the officer verify them."""
    for house in houses:
        profiled = EccpProfile.YES if house.kind in (K.CLUSTER, K.NETWORK) else EccpProfile.NO
        made = partners.register(
            actor=actor(house.people[0]),
            legal_name=house.name,
            kind=house.kind,
            country=house.country,
            town=house.town,
            region=house.region,
            eccp_profile=profiled,
        )
        for login in house.people[1:]:
            partners.add_member(made, email=f"{login}@{DOMAIN}", actor=actor(house.people[0]))
        partners.verify(made, actor=actor("officer"))


def join_clusters(houses: Iterable[House]) -> None:
    """Record which organisation is a member of which cluster, since the beginning of the story."""
    for house in houses:
        for key in house.clusters:
            partners.link_cluster(
                organisation(house.key),
                cluster=organisation(key),
                valid_from=clock.today(),
                actor=actor(house.people[0]),
            )


def introduce(houses: Iterable[House]) -> None:
    """Let organisations that a longer story brings along be known by their short keys too."""
    _KNOWN.update({house.key: house for house in houses})


def house(key: str) -> House:
    """What the story says of an organisation, by its short key."""
    return _KNOWN[key]


def organisation(key: str) -> Organisation:
    """An organisation of the story by its short key."""
    name = house(key).name
    return db.session.scalars(select(Organisation).where(Organisation.legal_name == name)).one()
