"""Whether a text that cannot be read could, read in the widest way, grant a workload something of D.

Looks at words only. In doubt it could; what could not is a text that grants nothing (a deny, a define), one
whose subject certainly is no workload, and one whose verbs and types yield nothing of D.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from oci_iam.catalogue.permissions import VERBS
from oci_iam.statement import Unparsable
from oci_iam.workloads.reach import held_by_list, held_by_verb

__all__ = ["may_grant_workload"]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201c\u201d"), "'")
_WORDS = re.compile(r"[a-z0-9_.-]+|[^\sa-z0-9_.-]").findall
_PLAIN = re.compile(r"[\x20-\x7e\t\r\n]*").fullmatch
_LONGEST = 8_000
_GRANTS = (["allow"], ["endorse"], ["admit"])
_BEGINS = ("allow", "endorse", "admit", "deny", "define")
_ACTS = frozenset({*VERBS, "associate"})


def may_grant_workload(text: Unparsable) -> bool:
    """Whether some reading grants a dynamic group, any-user or any-group something of D."""
    plain = text.text.translate(_INVISIBLE).translate(_QUOTES)
    if len(plain) > _LONGEST or not _PLAIN(plain):
        return True
    words: list[str] = _WORDS(plain.lower())
    if words[:1] in (["deny"], ["define"]):
        own = 2 if words[1:2] in (["endorse"], ["admit"]) else 1
        return any(map(_begins, words[own:]))
    return not _is_of_people(words) and not _yields_nothing(words)


def _begins(word: str) -> bool:
    """Whether a word begins a statement, perhaps run together with the end of another one."""
    return word.endswith(_BEGINS)


def _is_of_people(words: list[str]) -> bool:
    """Whether the subject is a group or a service, and no word may be another one."""
    if words[:1] not in _GRANTS or words[1:2] not in (["group"], ["service"]):
        return False
    rest = words[2:]
    bare = [word.replace("-", "").replace("_", "") for word in rest]
    pairs = zip(bare, [*bare[1:], ""], strict=True)
    return not any(map(_begins, rest)) and not any(
        word.startswith(("dynamic", "anyuser", "anygroup"))
        or (word == "any" and after.startswith(("user", "group")))
        for word, after in pairs
    )


def _yields_nothing(words: list[str]) -> bool:
    """Whether all that is between a verb and the location yields nothing of D, with no verb elsewhere."""
    first = next((at for at, word in enumerate(words) if word in _ACTS or word == "{"), None)
    if words[:1] not in _GRANTS or first is None:
        return False
    end = next((at for at in range(first, len(words)) if words[at] in ("in", "on")), len(words))
    action = words[first:end]
    if any(word in _ACTS or _begins(word) for word in (*words[1:first], *words[end:])):
        return False
    verbs = [word for word in action if word in _ACTS]
    if not verbs:  # a list counts alone, whatever follows it
        action = action[: action.index("}")] if "}" in action else action
    things = [word for word in action if word not in _ACTS and word not in ("{", "}", ",", "to")]
    return bool(things) and not any(map(_guarded(verbs), things))


def _guarded(verbs: list[str]) -> Callable[[str], bool]:
    """Whether a word, under one of these verbs or as a permission, yields something of D."""

    def yields(thing: str) -> bool:
        if not verbs or "_" in thing:
            return bool(held_by_list((thing.upper(),)).guarded)
        return any(held_by_verb(verb, thing).guarded for verb in verbs)

    return yields
