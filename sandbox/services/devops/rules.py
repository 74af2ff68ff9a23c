"""What DevOps computes that programs read: where a repository is cloned from.

Source: Oracle's page "Cloning a Repository".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.devops import REPOSITORY


class RepositoryRules(Declared):
    """A repository, whose name is its own in the project."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"{REPOSITORY}|{call.inputs.get('projectId')}|{call.inputs.get('name')}"

    def derived(self, call: Call) -> Mapping[str, Any]:
        return _addresses(call)


def _addresses(call: Call) -> dict[str, Any]:
    project = call.store.get(str(call.inputs.get("projectId")))
    name = project.outputs.get("name") if project is not None else call.inputs.get("projectId")
    namespace = namespace_of(call.cloud)
    path = f"namespaces/{namespace}/projects/{name}/repositories/{call.inputs.get('name')}"
    host = f"devops.scmservice.{call.cloud.region}.oci.oraclecloud.com"
    return {
        "httpUrl": f"https://{host}/{path}",
        "namespace": namespace,
        "projectName": name,
        "sshUrl": f"ssh://{host}/{path}",
    }


RULES: Mapping[str, Rules] = {REPOSITORY: RepositoryRules()}
