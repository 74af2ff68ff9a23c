"""All words that the stand-in for Language knows. It knows nothing else: these lists are its whole mind."""

from __future__ import annotations

from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


POSITIVE = _words("""
    amazing awesome beautiful best better brilliant calm clean delicious delighted easy enjoy enjoyed
    excellent fantastic fast fine friendly glad good great happy helpful impressed like liked
    love loved lovely nice perfect pleasant pleased recommend reliable satisfied smooth
    superb thank thanks wonderful
    """)
NEGATIVE = _words("""
    angry annoyed annoying awful bad boring broken complain complaint crash crashed difficult dirty
    disappointed disappointing dreadful expensive fail failed failure frustrated frustrating hate hated
    horrible late lost mess noisy pain poor problem problems refund rude sad slow terrible ugly unhappy upset
    useless worse worst wrong
    """)
NEGATIONS = _words("no not never don't doesn't didn't isn't wasn't aren't won't can't cannot")

JOINING = _words("an as at be but by from had has have he her his my on or our she so they we were")
"""Words of English, beside those of `LANGUAGES`, that say nothing by themselves."""

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("oracle", "microsoft", "google", "amazon", "apple", "nasa"), "ORGANIZATION"),
    **dict.fromkeys(
        _words("""
        austin berlin bangalore california chicago england france germany india italy japan london madrid
        paris rome seattle spain sydney texas tokyo toronto vienna washington
        """),
        "LOCATION",
    ),
}

TOPICS: Mapping[str, frozenset[str]] = {
    "Business and Industry": _words("bank business company customer invoice market money order price"),
    "Computers and Electronics": _words(
        "api cloud code computer data database function internet network server software"
    ),
    "Health": _words("disease doctor health hospital medicine nurse patient treatment vaccine"),
    "Sports": _words("ball coach football game goal match player score team tennis"),
    "Travel": _words("airport beach flight holiday hotel passenger ticket tourist train travel"),
}
NO_TOPIC = "Other"

LANGUAGES: Mapping[str, tuple[str, frozenset[str]]] = {
    "en": ("English", _words("a and are for i in is it of that the this to was with you")),
    "de": ("German", _words("auf das der die ein eine ich ist mit nicht sie und von wir zu")),
    "es": ("Spanish", _words("con de el en es esta la las los muy no para por que un una y")),
    "fr": (
        "French",
        _words("avec c'est dans de des est et il je la le les nous pas pour que un une"),
    ),
    "it": ("Italian", _words("che con di e gli ha il in la le non per sono un una")),
    "pt": ("Portuguese", _words("com da de do e em isso muito não o os para que um uma você")),
}
"""Small words by which a language is told."""
