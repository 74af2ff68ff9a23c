"""The tables of all operations, against the catalogue and the SDK."""

from __future__ import annotations

import inspect
import re
from typing import Any

import oci
import pytest

from sandbox.api.operation import Operation, RestService
from sandbox.rest.rights import ways_for
from sandbox.services import rest_services

# The SDK's clients of each service, by the name the catalogue has.
CLIENTS: dict[str, tuple[Any, ...]] = {
    "Document Understanding": (oci.ai_document.AIServiceDocumentClient,),
    "Functions": (oci.functions.FunctionsManagementClient, oci.functions.FunctionsInvokeClient),
    "Generative AI": (oci.generative_ai_inference.GenerativeAiInferenceClient,),
    "Generative AI Agents": (oci.generative_ai_agent_runtime.GenerativeAiAgentRuntimeClient,),
    "IAM": (oci.identity.IdentityClient,),
    "Language": (oci.ai_language.AIServiceLanguageClient,),
    "Logging": (
        oci.logging.LoggingManagementClient,
        oci.loggingsearch.LogSearchClient,
        oci.loggingingestion.LoggingClient,
    ),
    "Monitoring": (oci.monitoring.MonitoringClient,),
    "Notifications": (oci.ons.NotificationControlPlaneClient, oci.ons.NotificationDataPlaneClient),
    "Object Storage": (oci.object_storage.ObjectStorageClient,),
    "Queue": (oci.queue.QueueAdminClient, oci.queue.QueueClient),
    "Speech": (oci.ai_speech.AIServiceSpeechClient,),
    "Streaming": (oci.streaming.StreamAdminClient, oci.streaming.StreamClient),
    "Vault": (
        oci.secrets.SecretsClient,
        oci.vault.VaultsClient,
        oci.key_management.KmsCryptoClient,
        oci.key_management.KmsManagementClient,
        oci.key_management.KmsVaultClient,
    ),
    "Vision": (oci.ai_vision.AIServiceVisionClient,),
}


def _operations() -> list[Any]:
    return [
        pytest.param(service, operation, id=f"{service.name}-{operation.name}-{operation.path}")
        for service in rest_services()
        for operation in service.operations
    ]


# What policies call another operation when an argument is given: the SDK has one method for both.
_OF_THE_SDK = {"DeleteObjectVersion": "DeleteObject"}


def _in_sdk(service: RestService, name: str) -> tuple[str, str]:
    """Method and path of an operation in the SDK, its fields without names."""
    name = _OF_THE_SDK.get(name, name)
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
    for client in CLIENTS[service.name]:
        if hasattr(client, snake):
            source = inspect.getsource(getattr(client, snake))
            path = re.search(r'resource_path = "([^"]+)"', source)
            method = re.search(r'method = "([A-Z]+)"', source)
            assert path
            assert method
            return method[1], _anonymous(path[1])
    raise AssertionError(f"the SDK has no {name}")


def _anonymous(path: str) -> str:
    return re.sub(r"\{\w+\+?\}", "{}", path).rstrip("/")


@pytest.mark.parametrize(("service", "operation"), _operations())
def test_an_operation_is_the_sdks(service: RestService, operation: Operation) -> None:
    """By name, method and path; one that is answered without a signature is asked for by browsers."""
    if not operation.anonymous:
        assert (operation.method, _anonymous(operation.path)) == _in_sdk(service, operation.name)


@pytest.mark.parametrize(("service", "operation"), _operations())
def test_the_rights_of_an_operation_are_known(service: RestService, operation: Operation) -> None:
    """From the catalogue, or stated; a choice by `when` is one that the catalogue has."""
    if operation.anonymous or operation.asks is not None:
        return
    assert operation.target is not None
    if operation.permissions is None and operation.when is None:
        assert ways_for(service.name, operation.name)


def test_hosts_are_one_services() -> None:
    """No name is answered by two."""
    hosts = [host for service in rest_services() for host in service.hosts]

    assert len(hosts) == len(set(hosts))
