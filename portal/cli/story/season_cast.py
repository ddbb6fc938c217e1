"""Who takes part in the season: eight partnerships led by French clusters, and several hundred members.

The clusters in the lead are partners of real INNOSUP-1 projects; what they do here is invented, like
the members, whose names are made of a trade and a town.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from portal.cli.story.cast import House, Player
from portal.cli.story.stage import dice
from portal.core.actors import Role
from portal.partners.states import OrganisationKind as K

#: Speak for the clusters abroad, for the hosts, and for the members that travel.
ABROAD, HOSTS, MEMBERS = "abroad", "hosts", "members"

PEOPLE = (
    Player("mobility", "Nadia Haddad", "fr", "manager of NEXTMOVE, one of eight partnerships with 500 visits (Mov’eo)",
           (Role.MANAGER,)),
    Player("deepdata", "Olivier Caron", "fr", "", (Role.MANAGER,)),
    Player("playhealth", "Inès Fabre", "fr", "", (Role.MANAGER,)),
    Player("agrotech", "Pascal Lafitte", "fr", "", (Role.MANAGER,)),
    Player("smartcity", "Sandrine Vialle", "fr", "", (Role.MANAGER,)),
    Player("waterfood", "Thierry Roux", "fr", "", (Role.MANAGER,)),
    Player("mecatronic", "Julie Bouvier", "fr", "", (Role.MANAGER,)),
    Player("maritex", "Xabi Etcheverry", "fr", "", (Role.MANAGER,)),
    Player(ABROAD, "Katarzyna Zielińska", "en"),
    Player(HOSTS, "Joost van den Berg", "en"),
    Player(MEMBERS, "Cécile Fontaine", "fr"),
)  # fmt: skip


@dataclass(frozen=True)
class Partnership:
    """A partnership of the season: who runs it, how many visits it means to pay for, and what mix of
    classes it has had so far.
    """

    acronym: str
    title: str
    #: Login of its manager, who belongs to the cluster in the lead.
    manager: str
    lead: str
    partners: tuple[str, ...]
    theme: str
    target: int
    #: Visits begun: with an SME, by others, and by the partnership's own clusters.
    with_sme: int
    by_others: int
    internal: int

    @property
    def clusters(self) -> tuple[str, ...]:
        """Its clusters, the one in the lead first."""
        return (self.lead, *self.partners)


#: 500 visits in all; 73 % of the members of French clusters are SMEs, and so are their visitors.
PARTNERSHIPS = (
    Partnership("NEXTMOVE", "Clean vehicles from suppliers of three countries", "mobility", "moveo",
                ("stuttgart", "wroclaw", "barcelona"), "sustainable-mobility", 90, 58, 19, 3),
    Partnership("DEEPDATA", "Trustworthy data for industry", "deepdata", "systematic",
                ("munich", "gliwice", "milan"), "ai-human-machine", 84, 56, 16, 3),
    Partnership("PLAYHEALTH", "Games and images that heal", "playhealth", "capdigital",
                ("coimbra", "eindhoven"), "personalised-medicine", 78, 51, 17, 2),
    Partnership("AGROTECH4", "Less water, fewer inputs, same harvest", "agrotech", "agrisud",
                ("zaragoza", "bologna", "cluj"), "water-smart", 72, 47, 15, 3),
    Partnership("SMARTCITYNET", "Digital services for towns", "smartcity", "digitalplace",
                ("helsinki", "brno", "utrecht"), "ai-human-machine", 72, 27, 30, 3),
    Partnership("WATERFOOD", "Science for Mediterranean food", "waterfood", "agropolis",
                ("murcia", "porto"), "water-smart", 66, 39, 14, 2),
    Partnership("MECATRONIC", "Precision from the Alps to the Baltic", "mecatronic", "arve",
                ("dresden", "turin", "brno2"), "advanced-manufacturing", 60, 35, 12, 3),
    Partnership("MARITEX", "Textiles and composites at sea", "maritex", "adi",
                ("gdansk", "braga"), "textile-innovation", 54, 32, 11, 2),
)  # fmt: skip


def _cluster(
    key: str, name: str, country: str, town: str, region: str, login: str = ABROAD
) -> House:
    return House(key, name, K.CLUSTER, country, town, (login,), region)


CLUSTERS = (
    _cluster("moveo", "MOV’EO", "FR", "Rouen", "FRD2", "mobility"),
    _cluster("systematic", "SYSTEM@TIC PARIS REGION", "FR", "Paris", "FR10", "deepdata"),
    _cluster("capdigital", "Cap Digital", "FR", "Paris", "FR10", "playhealth"),
    _cluster("agrisud", "AGRI SUD OUEST INNOVATION", "FR", "Toulouse", "FRJ2", "agrotech"),
    _cluster("digitalplace", "DIGITALPLACE", "FR", "Toulouse", "FRJ2", "smartcity"),
    _cluster("agropolis", "Association Agropolis International", "FR", "Montpellier", "FRJ1", "waterfood"),
    _cluster("arve", "ARVE INDUSTRIES HAUTE SAVOIE MONT BLANC", "FR", "Grenoble", "FRK2", "mecatronic"),
    _cluster("adi", "Agence de Développement et d’Innovation Aquitaine Limousin Poitou Charentes", "FR", "Bordeaux",
             "FRI1", "maritex"),
    _cluster("stuttgart", "Fahrzeugtechnik Südwest e.V.", "DE", "Stuttgart", "DE11"),
    _cluster("munich", "Datenwirtschaft Bayern e.V.", "DE", "Munich", "DE21"),
    _cluster("dresden", "Präzisionstechnik Elbe e.V.", "DE", "Dresden", "DED2"),
    _cluster("wroclaw", "Dolnośląski Klaster Motoryzacyjny", "PL", "Wrocław", "PL51"),
    _cluster("gliwice", "Śląski Klaster Cyfrowy", "PL", "Gliwice", "PL22"),
    _cluster("gdansk", "Bałtycki Klaster Morski", "PL", "Gdańsk", "PL63"),
    _cluster("barcelona", "Clúster de Mobilitat de Barcelona", "ES", "Barcelona", "ES51"),
    _cluster("zaragoza", "Clúster Agroalimentario del Ebro", "ES", "Zaragoza", "ES24"),
    _cluster("murcia", "Clúster del Agua de Murcia", "ES", "Murcia", "ES62"),
    _cluster("milan", "Distretto Dati di Milano", "IT", "Milan", "ITC4"),
    _cluster("bologna", "Distretto Agroindustriale di Bologna", "IT", "Bologna", "ITH5"),
    _cluster("turin", "Distretto Meccatronico del Po", "IT", "Turin", "ITC1"),
    _cluster("coimbra", "Cluster Saúde do Centro", "PT", "Coimbra", "PT16"),
    _cluster("porto", "Cluster Alimentar do Norte", "PT", "Porto", "PT11"),
    _cluster("braga", "Cluster Têxtil do Cávado", "PT", "Braga", "PT11"),
    _cluster("eindhoven", "Health Valley Brabant", "NL", "Eindhoven", "NL41"),
    _cluster("utrecht", "Slimme Steden Utrecht", "NL", "Utrecht", "NL31"),
    _cluster("helsinki", "Älykäs kaupunki ry", "FI", "Helsinki", "FI1B"),
    _cluster("brno", "Klastr chytrých měst Brno", "CZ", "Brno", "CZ06"),
    _cluster("brno2", "Moravský klastr přesného strojírenství", "CZ", "Brno", "CZ06"),
    _cluster("cluj", "Clusterul Agritech Transilvania", "RO", "Cluj-Napoca", "RO11"),
)  # fmt: skip

#: For each country: the towns as the directory knows them and as they are called there, the trades
#: of firms and of support organisations.
_FR = ("Atelier mécanique", "Capteurs", "Textiles techniques", "Robotique", "Composites", "Logiciels", "Optique",
       "Emballages", "Fonderie", "Énergie solaire", "Imagerie médicale", "Batteries", "Hydraulique", "Biotech",
       "Impression 3D", "Drones", "Électronique", "Conserverie")  # fmt: skip
_TRADES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "FR": ("Lille|Lyon|Nantes|Rennes|Rouen|Paris|Toulouse|Bordeaux|Montpellier|Grenoble|Strasbourg|Dijon|Angers",
           _FR, ("Fab lab", "Incubateur", "Centre technique", "Pôle numérique", "Accélérateur", "Laboratoire ouvert")),
    "DE": ("Stuttgart|Munich=München|Dresden|Leipzig|Karlsruhe|Nuremberg=Nürnberg",
           ("Sensorik", "Antriebstechnik", "Datenlabor", "Feinmechanik", "Leichtbau", "Messtechnik"),
           ("Gründerzentrum", "Technologiepark", "Transferzentrum", "Werkstatt")),
    "PL": ("Wrocław|Gliwice|Gdańsk|Kraków|Poznań|Łódź",
           ("Czujniki", "Robotyka", "Oprogramowanie", "Kompozyty", "Elektronika", "Włókna"),
           ("Inkubator", "Park technologiczny", "Centrum innowacji", "Fab lab")),
    "ES": ("Barcelona|Zaragoza|Murcia|Valencia|Bilbao|Seville=Sevilla",
           ("Sensores", "Robótica", "Riegos", "Software", "Conservas", "Baterías"),
           ("Incubadora", "Centro tecnológico", "Vivero", "Fab lab")),
    "IT": ("Milan=Milano|Bologna|Turin=Torino|Padua=Padova|Modena|Brescia",
           ("Sensori", "Meccanica fine", "Software", "Imballaggi", "Automazione", "Stampi"),
           ("Incubatore", "Polo tecnologico", "Acceleratore", "Fab lab")),
    "PT": ("Coimbra|Porto|Braga|Aveiro|Lisbon=Lisboa|Leiria",
           ("Sensores", "Têxteis", "Software", "Moldes", "Conservas", "Robótica"),
           ("Incubadora", "Centro tecnológico", "Vivero", "Fab lab")),
    "NL": ("Eindhoven|Utrecht|Delft|Rotterdam|Groningen|Enschede",
           ("Sensoren", "Software", "Medische techniek", "Robotica", "Fotonica"), ("Broedplaats", "Campus", "Proeftuin", "Fab lab")),
    "FI": ("Helsinki|Espoo|Tampere|Turku|Oulu|Kuopio",
           ("Anturi", "Ohjelmisto", "Akku", "Robotti", "Valokuitu"), ("Yrityshautomo", "Digikeskus", "Testialusta", "Fab lab")),
    "CZ": ("Brno|Prague=Praha|Ostrava|Plzeň|Liberec|Olomouc",
           ("Senzory", "Software", "Obrábění", "Robotika", "Optika"), ("Inkubátor", "Technologický park", "Digitální centrum", "Fab lab")),
    "RO": ("Cluj-Napoca|Timișoara|Iași|Brașov|Sibiu|Craiova",
           ("Senzori", "Software", "Ambalaje", "Automatizări", "Irigații"), ("Incubator", "Parc tehnologic", "Accelerator", "Fab lab")),
}  # fmt: skip


class Members:
    """Firms and support organisations without end, each once; the same ones every time."""

    def __init__(self) -> None:
        self._firms = {country: self._of(country, K.SME) for country in _TRADES}
        self._labs = {country: self._of(country, K.SSO) for country in _TRADES}

    def next(self, kind: K, cluster: House, login: str, partnership: str) -> House:
        """Another member of a cluster, spoken for by that person."""
        source = self._firms if kind is K.SME else self._labs
        name, town = next(source[cluster.country])
        key = f"{partnership}-{name}"
        return House(key, name, kind, cluster.country, town, (login,), "", (cluster.key,))

    def _of(self, country: str, kind: K) -> Iterator[tuple[str, str]]:
        towns, firms, labs = _TRADES[country]
        trades = firms if kind is K.SME else labs
        pairs = list(product(trades, towns.split("|")))
        dice(f"{country} {kind}").shuffle(pairs)
        for trade, town in pairs:
            known, _, there = town.partition("=")
            yield f"{trade} {there or known}", known
