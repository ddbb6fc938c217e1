"""How names are compared: without accents, case, punctuation and legal form."""

import re
import unicodedata

#: Letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ŋ": "n",
        "@": "a",
        "&": " ",
    }
)

#: Words that say what an organisation is in law, not which one it is, already folded.
# fmt: off
LEGAL_FORMS = frozenset({
    "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scop", "gie", "association", "asbl",
    "vzw", "bv", "nv", "gmbh", "ag", "kg", "ug", "ev", "se", "srl", "spa", "scarl", "ltd",
    "limited", "plc", "llc", "sl", "slu", "oy", "oyj", "ab", "as", "aps", "doo", "dd",
    "kft", "zrt", "sro", "ooo", "ead", "eood", "sia", "uab", "ou", "sp", "zoo", "lda", "inc"
})
# fmt: on


def fold(text: str) -> str:
    """The text in small letters without accents, punctuation turned into single spaces.

    Letters of other alphabets stay, without their accents.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(re.findall(r"\w+", bare.translate(_LETTERS)))


def name_key(legal_name: str) -> str:
    """A name without accents, case, punctuation, spaces and legal form."""
    said = fold(legal_name.replace(".", "")).split()
    return "".join(word for word in said if word not in LEGAL_FORMS) or "".join(said)
