"""What `functions-config-no-secrets` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

FUNCTION = "oci:Functions/function:Function"


APPLICATION = "oci:Functions/application:Application"


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class TestConfigNoSecrets:
    NAME = "functions-config-no-secrets"

    @pytest.mark.parametrize("token", [FUNCTION, APPLICATION])
    @pytest.mark.parametrize(
        "key",
        [
            "DB_PASSWORD",
            "apiToken",
            "API_KEY",
            "apikey",
            "CLIENT_SECRET",
            "privateKey",
            "AWS_SECRET_ACCESS_KEY",
            "pwd",
        ],
    )
    def test_a_key_that_says_it(self, pack: Any, token: str, key: str) -> None:
        """The key is named in the finding, the value is not."""
        answer = pack.analyze(token, {"config": {key: "correct horse"}})

        assert [f"config.{key}: the key suggests that the value is a secret"] == answer.of(self.NAME)
        assert "correct horse" not in answer.text

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("MAX_TOKENS", "512"),
            ("TOKEN_LIMIT", "many"),
            ("SECRET_OCID", "anything"),
            ("DB_PASSWORD", "ocid1.vaultsecret.oc1.phx.aaaaaaaasecret"),
            ("USE_TOKEN", "true"),
            ("PASSWORD", ""),
            ("KEYBOARD", "qwerty"),
            ("TOKENIZER", "bpe"),
            ("LOG_LEVEL", "info"),
            ("ENDPOINT", "https://example.com/p/short/n/x"),
        ],
    )
    def test_what_only_sounds_like_one(self, pack: Any, key: str, value: str) -> None:
        """OCIDs, numbers, switches and things about a secret pass."""
        assert pack.analyze(FUNCTION, {"config": {key: value}}).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("value", "what"),
        [
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key in PEM"),
            ("AKIA" + "A" * 16, "an AWS access key"),
            ("ghp_" + "a" * 36, "a GitHub token"),
            ("postgres://app:hunter2@db/x", "a URL with a password"),
            ("https://objectstorage/p/" + "a" * 40 + "/n/ns/b/x/o/y", "a pre-authenticated request URL"),
            ("eyJhbGciOiJI.eyJzdWIiOiIx.sig", "a JSON web token"),
            ("Server=db;Password=hunter2", "a connection string with a password"),
            ("Bearer abcdefghijklmnopqrst", "an authorization header"),
            ("sk-" + "a1" * 20, "a model provider's API key"),
        ],
    )
    def test_the_format_of_a_credential(self, pack: Any, value: str, what: str) -> None:
        """A known format is found under any key, and the value is not shown."""
        answer = pack.analyze(FUNCTION, {"config": {"LEVEL": value}})

        assert [f"config.LEVEL: the value has the format of {what}"] == answer.of(self.NAME)
        assert value not in answer.text

    def test_a_value_marked_as_secret(self, pack: Any, sample: Any) -> None:
        """The mark is enough, whatever key and value look like, known or not."""
        answer = pack.analyze(
            FUNCTION, {"config": {"A": sample.secret("plain"), "B": sample.secret(UNKNOWN), "C": "plain"}}
        )

        assert answer.of(self.NAME) == [
            "config.A: the value is marked as secret",
            "config.B: the value is marked as secret",
        ]
        assert "plain" not in answer.text

    def test_a_config_marked_as_secret(self, pack: Any, sample: Any) -> None:
        """A config that is a secret as a whole makes every entry one, and an OCID is still none."""
        config = sample.secret({"A": "plain", "B": "ocid1.vaultsecret.oc1.phx.aaaaaaaasecret"})

        assert pack.analyze(FUNCTION, {"config": config}).of(self.NAME) == [
            "config.A: the value is marked as secret"
        ]

    def test_allowed_keys(self, pack: Any) -> None:
        """A key that config allows may sound like a secret; the format of its value is still looked at."""
        pack.configure({self.NAME: {"allowedKeys": ["STOP_TOKEN", "START_TOKEN"]}})

        answer = pack.analyze(FUNCTION, {"config": {"STOP_TOKEN": "<end>", "START_TOKEN": "ghp_" + "a" * 36}})

        assert answer.of(self.NAME) == ["config.START_TOKEN: the value has the format of a GitHub token"]

    @pytest.mark.parametrize("config", [{"DB_PASSWORD": UNKNOWN}, UNKNOWN])
    def test_unknown_is_judged_later(self, pack: Any, config: Any) -> None:
        """An unknown value may yet be the OCID of a secret."""
        answer = pack.analyze(FUNCTION, {"config": config})

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]

    def test_an_unknown_entry_hides_no_neighbour(self, pack: Any) -> None:
        """The entries beside an unknown one are judged."""
        answer = pack.analyze(FUNCTION, {"config": {"A": UNKNOWN, "DB_PASSWORD": "hunter2"}})

        assert answer.of(self.NAME) == ["config.DB_PASSWORD: the key suggests that the value is a secret"]
