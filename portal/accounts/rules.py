"""Password strength, lock-out after failures, how long sessions and links live."""

from datetime import timedelta

from portal.core.errors import Fault
from portal.core.i18n import Text, _

#: ASVS 5.0, 6.2.1: eight characters at least; fifteen are advised on the page.
SHORTEST_PASSWORD = 8
ADVISED_PASSWORD = 15
LONGEST_PASSWORD = 128
#: ASVS 5.0, 6.3.1 and quality S6: failures counted in this window ...
ATTEMPT_WINDOW = timedelta(minutes=15)
#: ... per account ...
MOST_FAILURES_PER_ACCOUNT = 10
#: ... and per network address.
MOST_FAILURES_PER_ADDRESS = 100
#: Quality S7: a session ends after this long without a request, and in any case after twelve hours.
IDLE_LIFE = timedelta(minutes=30)
SESSION_LIFE = timedelta(hours=12)
#: An activation mail may wait over a long week-end; a new-password link only briefly (quality S6).
INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)

#: Words that are guessed first here, besides the person's own name and address.
_CONTEXT_WORDS = ("portal", "grant", "cluster", "innosup", "clusterxchange", "subvention")
_COMMON = frozenset(
    [
        "password",
        "password1",
        "passw0rd",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwerty123",
        "azertyui",
        "azerty123",
        "motdepasse",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "welcome1",
        "welcome123",
        "letmein1",
        "admin123",
        "administrator",
        "changeme",
        "trustno1",
        "dragon123",
        "monkey123",
        "superman",
        "batman123",
        "jetaime1",
        "bonjour1",
        "soleil123",
        "doudou123",
        "marseille",
        "toulouse",
        "abcd1234",
        "abc12345",
        "11111111",
        "00000000",
        "87654321",
        "88888888",
        "66666666",
        "aaaaaaaa",
        "qazwsxedc",
        "1q2w3e4r",
        "1qaz2wsx",
        "zaq12wsx",
        "asdfghjk",
        "q1w2e3r4",
        "charlie1",
        "michelle",
        "jennifer",
    ]
)


def password_faults(password: str, *, name: str, email: str) -> list[Fault]:
    """Everything that makes a password unacceptable, all at once (ASVS 5.0, 6.2)."""
    folded = password.casefold()
    faults = []
    if len(password) < SHORTEST_PASSWORD:
        faults.append(
            _fault(_("The password needs at least %(least)s characters.", least=SHORTEST_PASSWORD))
        )
    if len(password) > LONGEST_PASSWORD:
        faults.append(
            _fault(_("The password may have at most %(most)s characters.", most=LONGEST_PASSWORD))
        )
    if folded in _COMMON or len(set(folded)) < 4:
        faults.append(
            _fault(_("This password is one of the first that is guessed. Choose another."))
        )
    own = [
        word
        for word in (*name.casefold().split(), email.casefold().partition("@")[0])
        if len(word) > 3
    ]
    if any(
        folded == word or folded.strip("0123456789!?.-_ ") == word
        for word in (*own, *_CONTEXT_WORDS)
    ):
        faults.append(_fault(_("The password is only your name or the portal’s. Choose another.")))
    return faults


def is_locked_out(*, failures_of_account: int, failures_of_address: int) -> bool:
    """Whether further attempts are refused for now, whatever the password (both bounds
    inclusive).
    """
    return (
        failures_of_account >= MOST_FAILURES_PER_ACCOUNT
        or failures_of_address >= MOST_FAILURES_PER_ADDRESS
    )


def _fault(message: Text) -> Fault:
    return Fault(message, "password", "ASVS 6.2")
