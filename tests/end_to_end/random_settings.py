"""Random changes of a stack's file: a walk through what its config can say, the same one for one seed.

Each step adds, removes, renames or changes a few things at once. What the config refuses is proposed anew, so
that every file of the walk is one that a person could have written. What only the deployed state refuses is
not known here. `retain` is left out: what the stack lets go of on purpose is in the store and in no state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from components.config.loading import validate
from components.errors import ConfigError
from tests.end_to_end.test_edits import BARE, PREFIX, SUBNETS, USERS, Settings

NAMES = ("reader", "grader", "watcher", "teller")
OBJECT = "com.oraclecloud.objectstorage.createobject"
KEY = "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey"
VAULT = "ocid1.vault.oc1.eu-frankfurt-1.aaaaaaaavault"
SECRET = "ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaaaaaasecret"
_LOG_GROUP = "ocid1.loggroup.oc1.eu-frankfurt-1.aaaaaaaapumps"
_MOST_FUNCTIONS = 3
_TRIES = 200

Edit = Callable[[Random, Settings], str]


def first() -> Settings:
    """Where every walk begins: one function with one trigger."""
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    return settings


def walk(seed: int, stack: str) -> Iterator[tuple[str, Settings]]:
    """What is changed, in words, and the settings after it; without end."""
    random, settings = Random(seed), first()  # noqa: S311 a seed must tell it all
    while True:
        changed, settings = step(random, settings, stack)
        yield changed, deepcopy(settings)


def step(random: Random, settings: Settings, stack: str) -> tuple[str, Settings]:
    """One to three edits at once that make another valid file."""
    for _ in range(_TRIES):
        proposed = deepcopy(settings)
        said = [edit(random, proposed) for edit in random.choices(EDITS, k=random.randint(1, 3))]
        _tidy(proposed)
        if proposed != settings and _is_valid(proposed, stack):
            return "; ".join(filter(None, said)), proposed
    raise AssertionError(f"no valid change found in {_TRIES} proposals")


def _is_valid(settings: Settings, stack: str) -> bool:
    raw = {key.removeprefix(PREFIX).replace("oci:", ""): value for key, value in settings.items()}
    try:
        validate(raw, f"Pulumi.{stack}.yaml")
    except ConfigError:
        return False
    return True


def _tidy(settings: Settings) -> None:
    """What follows from the rest: the primary function, and no options of what nothing names."""
    functions = settings[f"{PREFIX}functions"]
    if len(functions) > 1 and settings.get(f"{PREFIX}primary") not in functions:
        settings[f"{PREFIX}primary"] = min(functions)
    if len(functions) == 1:
        settings.pop(f"{PREFIX}primary", None)
    made = _made(settings)
    for key in ("buckets", "topics", "queues", "streams"):
        options = settings.get(f"{PREFIX}{key}", {})
        for name in [each for each in options if each not in made[key]]:
            del options[name]
        if not options:
            settings.pop(f"{PREFIX}{key}", None)


def _made(settings: Settings) -> dict[str, set[str]]:
    """The names of the buckets, topics, queues and streams that the stack creates."""
    found: dict[str, set[str]] = {"buckets": set(), "topics": set(), "queues": set(), "streams": set()}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                if f"{key}s" in found and isinstance(each, dict) and "name" in each:
                    found[f"{key}s"].add(each["name"])
                look(each)

    look(settings[f"{PREFIX}functions"])
    look(settings.get(f"{PREFIX}alarms", {}))
    return found


# Functions


def _function(random: Random, settings: Settings) -> tuple[str, Settings]:
    """One of them, by name, with its section."""
    functions = settings[f"{PREFIX}functions"]
    name = random.choice(sorted(functions))
    return name, functions[name]


def _add_function(random: Random, settings: Settings) -> str:
    functions = settings[f"{PREFIX}functions"]
    free = sorted({*NAMES, "responder"} - set(functions))
    if len(functions) >= _MOST_FUNCTIONS or not free:
        return ""
    name = random.choice(free)
    others = sorted(functions)
    functions[name] = random.choice(
        [{}, {"image": {"context": "rotator"}}, {"image": {"of": random.choice(others)}}]
    )
    return f"+ function {name}"


def _remove_function(random: Random, settings: Settings) -> str:
    functions = settings[f"{PREFIX}functions"]
    if len(functions) < 2:
        return ""
    name = random.choice(sorted(functions))
    del functions[name]
    return f"- function {name}"


def _rename_function(random: Random, settings: Settings) -> str:
    functions = settings[f"{PREFIX}functions"]
    old = random.choice(sorted(functions))
    new = random.choice(sorted({*NAMES, "responder"} - set(functions)))
    section = functions.pop(old)
    keeps = random.random() < 0.5
    former = section.pop("renamed_from", old)
    functions[new] = {**section, "renamed_from": former} if keeps and former != new else section
    return f"function {old} is {new}" + (" and keeps what it has" if keeps else "")


def _options_of_function(random: Random, settings: Settings) -> str:
    name, section = _function(random, settings)
    option, value = random.choice(
        [
            ("memory_in_mbs", random.choice([128, 512, 1024])),
            ("timeout_in_seconds", random.choice([10, 60, 300])),
            ("detached_mode_timeout_in_seconds", random.choice([60, 900])),
            ("provisioned_concurrency", random.choice([0, 40, 80])),
            ("config", {"LEVEL": random.choice(["info", "debug"])}),
            ("identity", random.choice(["function", "dynamic_group"])),
        ]
    )
    return _set_or_drop(random, section, option, value, f"{name}.{option}")


def _access(random: Random, settings: Settings) -> str:
    name, section = _function(random, settings)
    access = section.setdefault("access", {})
    role = random.choice(["invokers", "developers", "auditors"])
    value: Settings = random.choice([{}, {"members": random.sample(USERS, random.randint(1, 2))}])
    said = _set_or_drop(random, access, role, value, f"{name}.access.{role}")
    if not access:
        del section["access"]
    return said


def _destinations(random: Random, settings: Settings) -> str:
    name, section = _function(random, settings)
    kind = random.choice(["topic", "queue", "stream"])
    told = section.setdefault("destinations", {})
    end = random.choice(["success", "failure"])
    said = _set_or_drop(random, told, end, {kind: {"name": f"{end}-{kind}"}}, f"{name}.destinations.{end}")
    if not told:
        del section["destinations"]
    return said


# Triggers and connections


def _trigger_of(random: Random) -> Settings:
    """One by any source."""
    batch = {"batch_size_in_num": random.choice([1, 10]), "batch_time_in_sec": random.choice([5, 60])}
    found: Settings = random.choice(
        [
            {"event_types": [OBJECT], "bucket": {"name": random.choice(["ai-results", "ai-other"])}},
            {"event_types": ["com.oraclecloud.cloudguard.problemdetected"]},
            {"schedule": {"cron": random.choice(["0 2 * * *", "30 4 * * 1"]), "time_zone": "Europe/Berlin"}},
            {"alarm": {"namespace": "pumps", "query": f"Heat[1m].max() > {random.choice([80, 90])}"}},
            {"topic": {"name": "news"}},
            {"stream": {"name": "feed", **batch}},
            {"queue": {"name": "jobs", **batch}},
            {"logs": {"sources": [{"group_id": _LOG_GROUP}]}},
            {"secret_rotation": {"name": "password", "vault_id": VAULT, "key_id": KEY}},
        ]
    )
    if "event_types" in found:
        found["enabled"] = random.random() < 0.8
    return found


def _trigger(random: Random, settings: Settings) -> str:
    name, section = _function(random, settings)
    triggers = section.setdefault("triggers", {})
    key = random.choice(["one", "two", "three"])
    said = _set_or_drop(random, triggers, key, _trigger_of(random), f"{name}.triggers.{key}")
    if not triggers:
        del section["triggers"]
    return said


def _connection_of(random: Random, others: list[str]) -> Settings:
    found: Settings = random.choice(
        [
            {"read": {"bucket": {"name": "ai-input", **random.choice([{}, {"prefix": "in/"}])}}},
            {"write": {"bucket": {"name": "ai-archive"}}},
            {"push": {"queue": {"name": "work"}}},
            {"push": {"stream": {"name": "out"}}},
            {"publish": {"topic": {"name": "alerts"}}},
            {"read": {"secret": {"id": SECRET}}},
            {"post": {"metrics": {"namespace": "grades"}}},
            {"use": random.choice(["language-detection", "vision", "generative-ai-chat"])},
            *([{"invoke": {"function": {"name": random.choice(others)}}}] if others else []),
        ]
    )
    return found


def _connection(random: Random, settings: Settings) -> str:
    name, section = _function(random, settings)
    connections = section.setdefault("connections", {})
    key = random.choice(["store", "tell", "ask"])
    others = sorted(set(settings[f"{PREFIX}functions"]) - {name})
    said = _set_or_drop(random, connections, key, _connection_of(random, others), f"{name}.connections.{key}")
    if not connections:
        del section["connections"]
    return said


# The stack


def _data(random: Random, settings: Settings) -> str:
    made = [(key, name) for key, names in sorted(_made(settings).items()) for name in sorted(names)]
    made = [each for each in made if each[0] != "topics"]  # which have no option but `retain`
    if not made:
        return ""
    key, name = random.choice(made)
    options: dict[str, list[Settings]] = {
        "buckets": [
            {"versioning": False},
            {"kms_key_id": KEY},
            {"versioning": False, "retention_days": 30},
            {"delete_after_days": 90, "delete_versions_after_days": 7},
        ],
        "queues": [{"visibility_seconds": 60}, {"dead_letter_after": 3}, {"retention_seconds": 3600}],
        "streams": [{"partitions": 2}, {"retention_hours": 48}],
    }
    section = settings.setdefault(f"{PREFIX}{key}", {})
    return _set_or_drop(random, section, name, random.choice(options[key]), f"{key}.{name}")


def _whole_section(random: Random, settings: Settings) -> str:
    key = random.choice(["tags", "application", "alarms", "edge", "event_principal", "event_statements"])
    value: Any = {
        "tags": {"freeform": {"team": random.choice(["vision", "speech"])}, "defined": {"Cost.centre": "42"}},
        "application": {"config": {"SHARED": random.choice("12")}, "log_retention_in_days": 60},
        "alarms": {"topic": {"name": "alarms"}, "errors": {"threshold": random.choice([0, 5])}},
        "edge": {
            **BARE[f"{PREFIX}edge"],
            "mode": random.choice(["BLOCK", "DETECT"]),
        },
        "event_principal": random.choice(["eventrule", "service"]),
        "event_statements": random.choice(["function", "application"]),
    }[key]
    return _set_or_drop(random, settings, f"{PREFIX}{key}", value, key)


def _api(random: Random, settings: Settings) -> str:
    names = sorted(settings[f"{PREFIX}functions"])
    routes = {
        path: {"path": f"/{path}", "function": random.choice(names)}
        for path in random.sample(["ask", "grade", "tell"], random.randint(1, 2))
    }
    jwks_uri = "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk"
    value: Settings = {"jwt": {"audiences": ["ai-api"], "jwks_uri": jwks_uri}, "routes": routes}
    value |= random.choice([{}, {"path_prefix": "/v1"}, {"rate_limit": {"requests_per_second": 5}}])
    return _set_or_drop(random, settings, f"{PREFIX}api", value, "api")


def _network(random: Random, settings: Settings) -> str:
    """The stack's own network in place of given subnets, with the word that a replacement needs; or back."""
    application = settings.setdefault(f"{PREFIX}application", {})
    application["allow_replacement"] = True
    if settings.pop(f"{PREFIX}network", None) is not None:
        settings[f"{PREFIX}subnet_ids"] = SUBNETS
        return "- network"
    settings.pop(f"{PREFIX}subnet_ids", None)
    egress = {"nat_gateway": True, "egress": {"partner": {"cidr": "203.0.113.0/24"}}}
    settings[f"{PREFIX}network"] = random.choice([{}, egress, {"public_subnet": True}])
    return "+ network"


def _set_or_drop(random: Random, section: Settings, key: str, value: Any, said: str) -> str:
    """Take a value out, if it is there, or put one in."""
    if key in section and random.random() < 0.5:
        del section[key]
        return f"- {said}"
    sign = "~" if key in section else "+"
    section[key] = value
    return f"{sign} {said}"


# Where several are of one kind, they come up as often as they stand here.
EDITS: tuple[Edit, ...] = (
    *(_add_function, _remove_function, _rename_function, _options_of_function, _options_of_function),
    *(_access, _destinations, _trigger, _trigger, _trigger, _connection, _connection, _connection),
    *(_data, _whole_section, _whole_section, _api, _network),
)
