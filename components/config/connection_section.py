"""The section of one connection: what a function does (one key) with which destination (one key in it).

See `components.config.model` for what a section is; `components.config.destinations` has the destinations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Annotated, Any, cast

from pydantic import model_validator

from components.config.arguments import Context
from components.config.destinations import (
    Created,
    KeyConfig,
    LogConfig,
    MetricsConfig,
    ObjectsConfig,
    OtherFunctionConfig,
    QueueConfig,
    SecretConfig,
    StreamConfig,
    TableConfig,
    TopicConfig,
    UsedBucketConfig,
    WalletConfig,
)
from components.config.section import section
from components.config.service_section import SHORT, ServiceConfig
from components.function_connections import Connection, Intent
from components.grants.targets import Target
from components.values.option import Option


@section
class Choice:
    """A section of which exactly one key is given."""

    @property
    def chosen(self) -> tuple[str, Any]:
        """The key and what it holds."""
        ((key, value),) = self._given()
        return key, value

    def _given(self) -> Iterator[tuple[str, Any]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                yield each.name, value

    @model_validator(mode="after")
    def _is_one(self) -> Choice:
        names = [each.name for each in fields(self)]
        if len(list(self._given())) != 1:
            raise ValueError(f"give {'exactly one of ' if len(names) > 1 else ''}{', '.join(names)}")
        return self


@section
class ReadConfig(Choice):
    """What is read."""

    bucket: Annotated[ObjectsConfig | None, Option("Read and list objects")] = None
    secret: Annotated[SecretConfig | None, Option("Read a secret's contents")] = None
    table: Annotated[TableConfig | None, Option("Read rows of a NoSQL table")] = None
    wallet: Annotated[WalletConfig | None, Option("Download the wallet of an Autonomous Database")] = None


@section
class ListConfig(Choice):
    """What is listed."""

    bucket: Annotated[UsedBucketConfig | None, Option("List objects and their sizes; read none")] = None


@section
class WriteConfig(Choice):
    """What is written."""

    bucket: Annotated[
        ObjectsConfig | None, Option("Create and overwrite objects; neither read nor delete them")
    ] = None
    table: Annotated[
        TableConfig | None, Option("Read, insert and update rows of a NoSQL table; delete none")
    ] = None


@section
class PushConfig(Choice):
    """What is sent to."""

    queue: Annotated[QueueConfig | None, Option("Send messages to a queue")] = None
    stream: Annotated[StreamConfig | None, Option("Send messages to a stream")] = None
    log: Annotated[LogConfig | None, Option("Write to the custom logs of a log group; read none")] = None


@section
class PullConfig(Choice):
    """What is received from."""

    queue: Annotated[QueueConfig | None, Option("Receive and delete messages of a queue")] = None
    stream: Annotated[StreamConfig | None, Option("Receive messages of a stream")] = None


@section
class PublishConfig(Choice):
    """What is published to."""

    topic: Annotated[
        TopicConfig | None, Option("Publish; the statement reaches every topic of the compartment")
    ] = None


@section
class CipherConfig(Choice):
    """What is encrypted or decrypted with."""

    key: Annotated[KeyConfig | None, Option("A Vault key")] = None


@section
class PostConfig(Choice):
    """What is posted to."""

    metrics: Annotated[MetricsConfig | None, Option("Post custom metrics; read none")] = None


@section
class InvokeConfig(Choice):
    """What is invoked."""

    function: Annotated[OtherFunctionConfig | None, Option("Another function, and no other")] = None


@section
class ConnectionConfig(Choice):
    """Something the function uses: exactly one of these."""

    read: Annotated[ReadConfig | None, Option("Read something")] = None
    list: Annotated[ListConfig | None, Option("List something")] = None
    write: Annotated[WriteConfig | None, Option("Write something")] = None
    push: Annotated[PushConfig | None, Option("Send to something")] = None
    pull: Annotated[PullConfig | None, Option("Receive from something")] = None
    publish: Annotated[PublishConfig | None, Option("Publish to something")] = None
    encrypt: Annotated[CipherConfig | None, Option("Encrypt with a key")] = None
    decrypt: Annotated[CipherConfig | None, Option("Decrypt with a key")] = None
    post: Annotated[PostConfig | None, Option("Post something")] = None
    invoke: Annotated[InvokeConfig | None, Option("Invoke something")] = None
    use: Annotated[
        ServiceConfig | None,
        Option("Call an AI service, or one task of it; its name alone is short for `{service: <name>}`"),
        SHORT,
    ] = None

    @property
    def destination(self) -> tuple[str, Any]:
        """Its path within the connection (`write.bucket`), and what it says."""
        intent, choice = self.chosen
        if not isinstance(choice, Choice):
            return intent, choice
        kind, said = choice.chosen
        return f"{intent}.{kind}", said

    def connection(self, context: Context, created: Created) -> Connection:
        """What the function does with what."""
        path, said = self.destination
        target: Target = said.target(context, created)
        return Connection(cast(Intent, path.partition(".")[0]), target)
