"""Reads least_privilege.txt, and does what its steps say in a served copy of a deployed sandbox."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oci

from oci_iam import Principal, Request, decide
from oci_iam.catalogue import operations
from sandbox.cloud.store import Record
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import completed, object_of
from sandbox.events.samples import SAMPLES, fitted
from sandbox.events.snapshot import Deployment, read_deployment, stack_of
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, POLICY
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from sandbox.services.ons import TOPIC
from tests.sandbox.rest.conftest import Door

FILE = Path(__file__).with_name("least_privilege.txt")
FORMS = {"eventrule": "request.principal.type = 'eventrule'", "service": "service cloudEvents"}
"""The two principals that Events may be, and what their statements hold."""
REFUSED = {(404, "NotAuthorizedOrNotFound"), (404, "BucketNotFound")}
FAILED = (502, "FunctionInvokeExecutionFailed")
HOW = ("events", "function", "sdk", "decide", "nothing")


@dataclass(frozen=True)
class Step:
    """One line of the file. `needs` are words of its statement; for a step through `nothing`, the reason."""

    stack: str
    who: str
    through: str
    does: str
    about: str
    needs: tuple[str, ...]

    @property
    def name(self) -> str:
        """`group:responder-auditors GetFunction responder`."""
        return f"{self.who} {self.does} {self.about}"


def read() -> list[Step]:
    """Every step of every stack. Raises `ValueError` for a line that is none."""
    found, stack = [], ""
    for line in FILE.read_text().splitlines():
        if not line or line.startswith(("#", "who ")):
            continue
        if line.startswith("["):
            stack = line.strip("[]")
            continue
        words = line.split(None, 4)
        if len(words) != 5 or words[1] not in HOW or not stack:
            raise ValueError(f"{FILE.name}: {line}")
        who, through, does, about, needs = words
        parts = (needs,) if through == "nothing" else tuple(part.strip() for part in needs.split("|"))
        found.append(Step(stack, who, through, does, about, parts))
    return found


class Stage:
    """One stack in a served sandbox: its names, its statements, and its steps done."""

    def __init__(self, door: Door, stack: str) -> None:
        self._door = door
        self.stack = stack
        self._prefix = f"ai-functions-{stack}"
        self._clients: dict[tuple[Any, str], Any] = {}
        mine = [one for one in door.store.list() if stack_of(one.urn) == stack]
        self._by_name = {self._short(one): one for one in mine if one.type in _NAMED}
        self._policies = [one for one in mine if one.type == POLICY]
        self._bucket = next(one for one in self._deployment().buckets if one.stack == stack)

    def _short(self, record: Record) -> str:
        if record.type == APPLICATION:
            return "application"
        name = record.outputs.get("displayName") or record.outputs.get("name")
        return str(name).removeprefix(f"{self._prefix}-")

    def close(self) -> None:
        """Hang up."""
        for client in self._clients.values():
            client.base_client.session.close()

    # Statements

    def statements(self) -> list[str]:
        """The text of each statement that the stack creates; a function's triggers have theirs in common."""
        return sorted({text for policy in self._policies for text in policy.outputs["statements"]})

    @contextmanager
    def without(self, unwanted: Callable[[str], bool]) -> Iterator[None]:
        """Statements taken away from every policy of the stack, inside."""
        for policy in self._policies:
            kept = [text for text in policy.outputs["statements"] if not unwanted(text)]
            self._door.store.update(policy.id, policy.inputs, policy.outputs | {"statements": kept})
        try:
            yield
        finally:
            for policy in self._policies:
                self._door.store.update(policy.id, policy.inputs, policy.outputs)

    def is_needed_by(self, statement: str, step: Step, form: str) -> bool:
        """Whether a statement is the one that a step names as its own."""
        ids = {name: record.id for name, record in self._by_name.items()}
        return step.through != "nothing" and all(
            part.format(form=FORMS[form], **ids) in statement for part in step.needs
        )

    # Steps

    def works(self, step: Step) -> bool:
        """Whether a step can be done. Any answer that is neither yes nor OCI's refusal is an error."""
        ways: Mapping[str, Callable[[Step], bool]] = {
            "events": self._is_delivered,
            "function": self._reads,
            "sdk": self._answers,
            "decide": self._is_decided,
        }
        return ways[step.through](step)

    def _deployment(self) -> Deployment:
        return read_deployment(self._door.place.sandbox_dir, self.stack)

    def _event(self, sample: str, deployment: Deployment) -> dict[str, Any]:
        return completed(fitted(SAMPLES[sample], deployment))[0]

    def _is_delivered(self, step: Step) -> bool:
        """Up to the function's door: it has no image here, so that no process is started for the question."""
        deployment = self._deployment()
        bare = {id: dataclasses.replace(one, content=None) for id, one in deployment.functions.items()}
        rule = f"{self._prefix}-{step.who.removeprefix('rule:')}"
        trace = dispatch(self._event(step.does, deployment), dataclasses.replace(deployment, functions=bare))
        (matched,) = [one for one in trace.rules if one.matched]
        (delivery,) = matched.deliveries
        assert matched.name == rule
        assert delivery.outcome in ("denied", "failed")
        return delivery.outcome == "failed"  # for want of an image

    def _reads(self, step: Step) -> bool:
        """An administrator hands the function an event; what it makes of the object's content tells."""
        event = self._event("anomaly", self._deployment())
        ref = object_of(event)
        assert ref is not None
        Objects(self._door.store).put_bytes(
            bucket_id(ref.namespace, ref.bucket), ref.name, SAMPLES["anomaly"].body or b""
        )
        function = self._by_name[step.who.removeprefix("function:")]
        client = self._client(oci.functions.FunctionsInvokeClient, "administrator", _endpoint_of(function))
        try:
            answer = client.invoke_function(function.id, invoke_function_body=json.dumps(event))
        except oci.exceptions.ServiceError as error:
            if (error.status, error.code) != FAILED:
                raise
            return False
        assert json.loads(answer.data.content)["status"] == "processed"
        return True

    def _answers(self, step: Step) -> bool:
        record = self._by_name[step.about]
        who = step.who.replace("group:", f"group:{self._prefix}-")
        try:
            if step.does == "InvokeFunction":
                client = self._client(oci.functions.FunctionsInvokeClient, who, _endpoint_of(record))
                client.invoke_function(record.id, invoke_function_body=_HARMLESS)
            elif step.does == "PublishMessage":
                client = self._client(oci.ons.NotificationDataPlaneClient, who)
                client.publish_message(record.id, oci.ons.models.MessageDetails(body="{}"))
            elif step.does in _OBJECTS:
                client = self._client(oci.object_storage.ObjectStorageClient, who)
                _OBJECTS[step.does](client, record.outputs["namespace"], record.outputs["name"])
            else:
                _MANAGEMENT[step.does](self._client(oci.functions.FunctionsManagementClient, who), record)
        except oci.exceptions.ServiceError as error:
            if (error.status, error.code) not in REFUSED:
                raise
            return False
        return True

    def _client(self, kind: Any, who: str, endpoint: str = "") -> Any:
        if (kind, who + endpoint) not in self._clients:
            more = {"service_endpoint": endpoint} if endpoint else {}
            self._clients[kind, who + endpoint] = self._door.connected(kind, who, **more)
        return self._clients[kind, who + endpoint]

    def _is_decided(self, step: Step) -> bool:
        """A member of the group has every permission documented for an operation."""
        deployment, record = self._deployment(), self._by_name[step.about]
        user, group = "ocid1.user.oc1..member", self._by_name[step.who.removeprefix("group:")].id
        joined = dataclasses.replace(deployment.directory.groups[group], members=frozenset({user}))
        directory = dataclasses.replace(
            deployment.directory, groups={**deployment.directory.groups, group: joined}
        )
        (operation,) = [one for one in operations.named(step.does) if one.service == "Functions"]
        asked = [
            Request(
                Principal(type="user", id=user),
                permission,
                self._bucket.compartment_id,
                operation=step.does,
                target=_target(record, step.does),
            )
            for permission in operation.permissions
        ]
        return all(decide(one, deployment.policies, directory).allowed for one in asked)

    def grants_a_service(self, step: Step) -> bool:
        """Whether any statement would allow what the sandbox cannot do."""
        deployment = self._deployment()
        principal = Principal(type="service", service=step.who.removeprefix("service:"))
        request = Request(principal, step.does, self._bucket.compartment_id)
        return decide(request, deployment.policies, deployment.directory).allowed


_NAMED = (APPLICATION, FUNCTION, GROUP, DYNAMIC_GROUP, TOPIC, BUCKET)
# An event that the handler takes note of and does nothing about: what counts is who may send it.
_HARMLESS = json.dumps({"eventType": "com.example.nothing", "data": {}})
# An object that is there can be written again and read.
_OBJECTS: Mapping[str, Callable[[Any, str, str], object]] = {
    "PutObject": lambda client, namespace, bucket: client.put_object(namespace, bucket, _OBJECT, b"{}"),
    "GetObject": lambda client, namespace, bucket: client.get_object(namespace, bucket, _OBJECT),
}
_OBJECT = "one.json"
_MANAGEMENT: Mapping[str, Callable[[Any, Record], object]] = {
    "ListApplications": lambda client, app: client.list_applications(app.outputs["compartmentId"]),
    "GetApplication": lambda client, app: client.get_application(app.id),
    "ListFunctions": lambda client, app: client.list_functions(app.id),
    "GetFunction": lambda client, function: client.get_function(function.id),
}


def _endpoint_of(function: Record) -> str:
    return str(function.outputs["invokeEndpoint"])


def _target(record: Record, operation: str) -> dict[str, str]:
    """The target variables of a request; one that creates something has none of what is not there yet."""
    if operation.startswith("Create"):
        return {}
    if record.type == APPLICATION:
        return {"target.app.id": record.id}
    return {"target.function.id": record.id, "target.app.id": str(record.outputs["applicationId"])}
