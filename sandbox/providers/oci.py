"""The stand-in for the provider `oci`: every resource type of the installed SDK, over the sandbox's store."""

# ruff: noqa: ARG002 the protocol names methods and their parameters
from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty

from sandbox.cloud import composed_ids, import_ids, kept_secrets, references, regions
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.errors import NotFound, NoUpdate
from sandbox.cloud.faults import Fault
from sandbox.cloud.store import Record
from sandbox.providers import (
    checking,
    data_sources,
    deployer,
    diffing,
    filling,
    naming,
    plausible,
    schema,
    stored_state,
)
from sandbox.providers.defaulting import with_defaults
from sandbox.providers.deployer import NotAuthorized
from sandbox.providers.sdk import ResourceType, Sdk
from sandbox.providers.server import Provider, answering, serve
from sandbox.providers.stubs import provider_pb2
from sandbox.providers.wire import Secret, decode, encode, has_unknown, keep_secret, plain
from sandbox.services import bridge_of, rules_of
from sandbox.services.bridge_base import UNKNOWN

_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class OciProvider(Provider):
    """Answers for OCI's resource types and data sources."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(Sdk("pulumi_oci"), folder)
        self._tenancy: str | None = None

    def cloud(self, inputs: Mapping[str, Any]) -> Cloud:
        """Where a request with these inputs goes."""
        region = (
            self.config.get("region")
            or os.environ.get("TF_VAR_region")  # noqa: SIM112 Terraform's own spelling
            or references.region_in(inputs)
            or os.environ.get("OCI_REGION")
            or regions.DEFAULT
        )
        tenancy = self.config.get("tenancyOcid") or references.tenancy_in(inputs) or self._own_tenancy()
        home = os.environ.get("OCI_SANDBOX_HOME_REGION")
        return Cloud(self.store, region, tenancy, home, bool(self.config.get("region")))

    def _own_tenancy(self) -> str:
        """A tenancy for programs that name none; the store keeps it for ever."""
        known = self._tenancy or self.store.setting("tenancy")
        if known is None:
            known = f"ocid1.tenancy.oc1..aaaaaaaa{self.store.mark}{'a' * 44}"
            self.store.set_setting("tenancy", known)
        self._tenancy = known
        return known

    @answering
    def CheckConfig(self, request: Any, context: Any) -> Any:
        known = self.sdk.provider_inputs()
        given = decode(request.news)
        failures = [
            provider_pb2.CheckFailure(reason=f"unknown configuration key {name!r} of the provider oci")
            for name in given
            if name not in known and name != "version" and not name.startswith("__")
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @answering
    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=schema.schema_of(self.sdk, "oci"))

    @answering
    def Check(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type or _type(request.urn))
        news, problem = _named(request, resource, decode(request.olds), decode(request.news))
        bridge = bridge_of(resource.token)
        inputs, problems = checking.check(resource, with_defaults(news, bridge.facts.defaults))
        if problem:
            problems.append(problem)
        failures = [provider_pb2.CheckFailure(reason=text) for text in problems]
        if not problems:
            failures = [
                provider_pb2.CheckFailure(reason=f'"{failure.property}": {failure.reason}')
                for failure in bridge.check(plain(inputs))
            ]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    @answering
    def Diff(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type or _type(request.urn))
        self.expect(request.urn, request.id)
        record = self.store.get(request.id)
        if record is not None:
            self._is_here(request.urn, record)
        outputs, news = decode(request.olds), decode(request.news)
        olds = decode(request.old_inputs) if request.HasField("old_inputs") else outputs
        found = diffing.changes(
            resource,
            bridge_of(resource.token),
            self._without_ignored_tags(olds),
            self._without_ignored_tags(news),
            outputs,
            request.ignoreChanges,
        )
        response = provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({change.property for change in found}),
            replaces=sorted({change.property for change in found if change.replace}),
            hasDetailedDiff=True,
        )
        for change in found:
            entry = response.detailedDiff[str(change)]
            entry.kind = _KINDS[change.kind, change.replace]
            entry.inputDiff = True
        name = plain(news.get("name"))
        response.deleteBeforeReplace = (
            bool(response.replaces)
            and isinstance(name, str)
            and "name" in resource.inputs
            and not naming.is_invented(name, _name(request.urn))
        )
        return response

    def _without_ignored_tags(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs without the defined tags that the provider is told to ignore: others set them."""
        tags = plain(inputs.get("definedTags"))
        try:
            ignored = {str(name).lower() for name in json.loads(self.config.get("ignoreDefinedTags") or "[]")}
        except (TypeError, ValueError):
            ignored = set()
        if not ignored or not isinstance(tags, dict):
            return inputs
        return {**inputs, "definedTags": {key: tags[key] for key in tags if key.lower() not in ignored}}

    @answering
    def Create(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type or _type(request.urn))
        inputs = decode(request.properties)
        if request.preview:
            sent = bridge_of(resource.token).sent(inputs)
            rules_of(resource.token).planned(self.store, request.urn, sent)
            shown = filling.unknowns(resource, sent, UNKNOWN)
            return provider_pb2.CreateResponse(properties=encode(shown))
        with self.working():
            id, outputs = self._create(resource, request.urn, inputs)
        return provider_pb2.CreateResponse(id=id, properties=encode(keep_secret(outputs, inputs)))

    def _create(self, resource: ResourceType, urn: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        fault = self.fault("create", resource.token, urn)
        if fault.error is not None:
            fault.strike()
        bridge, rules = bridge_of(resource.token), rules_of(resource.token)
        given = bridge.sent(plain(inputs))
        cloud = self.cloud(given)
        self.authorize("create", urn, resource.token, "", given)
        template = composed_ids.template_of(resource.token, resource.import_id)
        with self.store.transaction():
            call = Call(cloud, resource.token, urn, "", given)
            references.verify(cloud, resource.token, given)
            found = bridge.taken_over(call)
            if found is not None:
                self.store.hand_over(found.id, urn, self.reference)
                return found.id, self._written(resource, urn, found, inputs)
            rules.create(call)
            bridge.verify(given)
            call = replace(call, id=rules.new_id(call) or composed_ids.new_id(template, call))
            outputs = filling.fill(resource, call, given, rules.computed(call))
            self.store.create(
                resource.token,
                urn,
                given,
                outputs,
                call.id,
                claims=[*rules.claims(call), *composed_ids.own_ocids(call, outputs)],
                secret=kept_secrets.places(inputs, Secret),
                provider=self.reference,
                region=cloud.region_for(resource.token),
            )
            rules.created(call)
        fault.wait()  # what exists is on disk before the answer, as in the cloud
        fault.hold(urn)
        return call.id, outputs

    @answering
    def Read(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type or _type(request.urn))
        self._fault("read", resource.token, request.urn)
        known = decode(request.properties)
        # Where nothing is known but the id, it is that of an import.
        record = (
            self.store.get(request.id)
            if known
            else import_ids.imported(self.cloud({}), resource.token, resource.import_id, request.id)
        )
        if record is None or record.type != resource.token:
            return provider_pb2.ReadResponse(id="")
        if not self._is_here(request.urn, record):
            return provider_pb2.ReadResponse(id="")
        try:
            self.authorize("read", request.urn, record.type, record.id, record.inputs | record.outputs)
        except NotAuthorized:  # to the real provider 404 means that there is no such resource any more
            return provider_pb2.ReadResponse(id="")
        olds = decode(request.inputs) if request.HasField("inputs") else {}
        inputs = stored_state.inputs_now(resource, bridge_of(resource.token), record, olds)
        outputs = stored_state.closed(record, keep_secret(keep_secret(dict(record.outputs), known), olds))
        return provider_pb2.ReadResponse(
            id=record.id,
            properties=encode(outputs),
            inputs=encode(stored_state.closed(record, keep_secret(inputs, olds))),
        )

    @answering
    def Update(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type or _type(request.urn))
        news, olds = decode(request.news), decode(request.olds)
        if request.preview:
            bridge = bridge_of(resource.token)
            sent = bridge.sent(news)
            merged = stored_state.merged(resource, bridge, decode(request.old_inputs), olds, sent)
            shown = bridge.planned(plain(news), merged)
            return provider_pb2.UpdateResponse(properties=encode(keep_secret(shown, news)))
        with self.working():
            outputs = self._update(resource, request.urn, request.id, news)
            self.answer_goes_out(request.urn, request.id, context)
        return provider_pb2.UpdateResponse(properties=encode(keep_secret(outputs, news)))

    def _update(self, resource: ResourceType, urn: str, id: str, news: dict[str, Any]) -> dict[str, Any]:
        fault = self._fault("update", resource.token, urn)
        bridge = bridge_of(resource.token)
        if bridge.facts.no_update:
            raise NoUpdate(f"the provider cannot update a {resource.token.rpartition(':')[2]}")
        with self.store.transaction():
            record = self.store.get(id)
            if record is not None:
                properties = record.inputs | record.outputs | bridge.sent(plain(news))
                self.authorize("update", urn, resource.token, id, properties)
            if record is None or not self._is_here(urn, record):
                raise NotFound(f"{resource.token.rpartition(':')[2]} {id} not found")
            outputs = self._written(resource, urn, record, news)
            self.store.owe_answer(id, "update")
        fault.hold(urn)
        return outputs

    def _written(
        self, resource: ResourceType, urn: str, record: Record, news: dict[str, Any]
    ) -> dict[str, Any]:
        """The outputs of a resource after its inputs were changed; part of the transaction that is open."""
        bridge, rules = bridge_of(resource.token), rules_of(resource.token)
        given = bridge.sent(plain(news))
        cloud = self.cloud(given)
        call = Call(cloud, resource.token, urn, record.id, given, record)
        references.verify(cloud, resource.token, given)
        rules.update(replace(call, inputs=stored_state.in_force(resource, record, given)))
        outputs = stored_state.merged(resource, bridge, record.inputs, record.outputs, given)
        outputs = filling.emptied(resource, outputs)
        if "timeUpdated" in outputs:
            outputs["timeUpdated"] = plausible.now()
        outputs = rules.refreshed(call, outputs)
        self.store.update(
            record.id,
            given,
            outputs,
            claims=[*rules.claims(call), *composed_ids.own_ocids(call, outputs)],
            secret=kept_secrets.places(news, Secret),
        )
        return outputs

    @answering
    def Delete(self, request: Any, context: Any) -> Any:
        token = request.type or _type(request.urn)
        with self.working():
            fault = self._fault("delete", token, request.urn)
            with self.store.transaction():
                record = self.store.get(request.id)
                if record is not None:
                    self.authorize("delete", request.urn, token, record.id, record.inputs | record.outputs)
                if record is not None and self._is_here(request.urn, record):
                    self._delete(token, request.urn, record)
                    self.store.owe_answer(request.id, "delete")
            fault.hold(request.urn)
            self.answer_goes_out(request.urn, request.id, context)
        return Empty()

    def _delete(self, token: str, urn: str, record: Record) -> None:
        if bridge_of(token).is_left(record.inputs):
            self.store.hand_over(record.id)
            self.warn(urn, "stays: the provider deletes it only where enableDelete is true")
            return
        call = Call(self.cloud(record.inputs), token, urn, record.id, record.inputs, record)
        rules_of(token).delete(call)
        self.store.delete(record.id)

    def _is_here(self, urn: str, record: Record) -> bool:
        """Whether the region the provider is configured for has the resource; a warning where it has not.

        The service itself only answers that there is no such resource, and the real provider takes that for
        the end of a delete: what lives elsewhere stays, and no state knows it any more.
        """
        cloud = self.cloud(record.inputs)
        if cloud.sees(record):
            return True
        self.warn(
            urn,
            f"lives in {record.region}, where the provider for {cloud.region} does not find it: it is neither"
            f" moved nor deleted. Set oci:region back to {record.region} and destroy it there first",
        )
        return False

    def _fault(self, operation: str, token: str, urn: str) -> Fault:
        fault = self.fault(operation, token, urn)
        fault.strike()
        return fault

    @answering
    def Invoke(self, request: Any, context: Any) -> Any:
        args = decode(request.args)
        if has_unknown(args):
            return provider_pb2.InvokeResponse()
        given = {key: value for key, value in plain(args).items() if value is not None}
        deployer.check_look_up(request.tok, given, self.store)
        failures = [
            provider_pb2.CheckFailure(reason=problem)
            for problem in data_sources.problems(self.sdk, request.tok, given)
        ]
        if failures:
            return provider_pb2.InvokeResponse(failures=failures)
        answer = data_sources.answer(self.sdk, self.cloud(given), request.tok, given)
        return provider_pb2.InvokeResponse(**{"return": encode(answer)})


def _named(
    request: Any, resource: ResourceType, olds: dict[str, Any], news: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """The inputs with an invented `name` where there is none, and what is wrong with that."""
    named = resource.inputs.get("name")
    if named is None or named.type.kind != "str" or news.get("name") is not None:
        return news, ""
    resource_name = _name(request.urn)
    former = plain(olds.get("name"))
    if isinstance(former, str) and naming.is_invented(former, resource_name):
        return {**news, "name": former}, ""
    if request.HasField("autonaming"):
        options = request.autonaming
        if options.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE:
            return news, 'missing required property "name": autonaming is switched off'
        if options.proposed_name:
            return {**news, "name": former or options.proposed_name}, ""
    return {**news, "name": naming.invented(resource_name, request.randomSeed)}, ""


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def main() -> None:
    """Serve the provider."""
    serve(OciProvider())
