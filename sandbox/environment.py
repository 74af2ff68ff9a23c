"""The sandbox's place on disk and the environment in which `pulumi` can reach nothing but it.

Does not run anything and does not know stacks: that is `sandbox.deploy`.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import ensure
from sandbox import checkpoints, housekeeping, private
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.providers import install

ROOT = Path(__file__).resolve().parents[1]

# What could lead the engine, the real provider, the OCI SDK or the OCI command line to a real account, or the
# engine to a state it does not share with the sandbox. None of it may survive in the sandbox's environment.
FOREIGN_VARIABLES = (
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_STACK",
    # They stand for flags of every command that does not give them: another project, stack or stack file.
    "PULUMI_OPTION_CWD",
    "PULUMI_OPTION_STACK",
    "PULUMI_OPTION_CONFIG_FILE",
    # They attach the engine to a provider or a language host that somebody runs, whatever plugins there are.
    "PULUMI_DEBUG_PROVIDERS",
    "PULUMI_DEBUG_LANGUAGES",
    # They change where the state lies or when it is written: recovery would read another file.
    "PULUMI_DIY_BACKEND_GZIP",
    "PULUMI_DIY_BACKEND_ZSTD",
    "PULUMI_DIY_BACKEND_LEGACY_LAYOUT",
    "PULUMI_SELF_MANAGED_STATE_GZIP",
    "PULUMI_SELF_MANAGED_STATE_ZSTD",
    "PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT",
    "PULUMI_SKIP_CHECKPOINTS",
    "OCI_CONFIG_PROFILE",
    "OCI_CLI_PROFILE",
    "OCI_CLI_AUTH",
    "OCI_CLI_USER",
    "OCI_CLI_TENANCY",
    "OCI_CLI_FINGERPRINT",
    "OCI_CLI_KEY_FILE",
    "OCI_CLI_KEY_CONTENT",
    "OCI_CLI_SECURITY_TOKEN_FILE",
    "OCI_CLI_CLOUD_SHELL",
    "OCI_RESOURCE_PRINCIPAL_VERSION",
    "OCI_RESOURCE_PRINCIPAL_RPST",
    "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM",
    "OCI_RESOURCE_PRINCIPAL_REGION",
    "OCI_TENANCY_OCID",
    "OCI_USER_OCID",
    "OCI_FINGERPRINT",
    "OCI_PRIVATE_KEY",
    "OCI_PRIVATE_KEY_PATH",
    "OCI_PRIVATE_KEY_PASSWORD",
    "TF_VAR_tenancy_ocid",
    "TF_VAR_user_ocid",
    "TF_VAR_fingerprint",
    "TF_VAR_private_key",
    "TF_VAR_private_key_path",
    "TF_VAR_private_key_password",
    "TF_VAR_config_file_profile",
)

# A file in the shape of ~/.oci/config whose key belongs to nobody: whatever follows the variables that
# point here fails to sign a request before it leaves the machine.
_OCI_CONFIG = """\
[DEFAULT]
tenancy=ocid1.tenancy.oc1..sandbox
user=ocid1.user.oc1..sandbox
fingerprint=00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00
region=us-ashburn-1
key_file={key_file}
"""

# Below this the engine's state file, written whole at every step, may not fit any more.
_LEAST_FREE_BYTES = 8 * 1024 * 1024
# The engine keeps a log of every command; above this it removes the oldest.
_ENGINE_LOG_MEGABYTES = 10
# Of a folder that exists already, any of these says that it is a sandbox ...
_MARKS = ("passphrase", "store.db", "faults.json")
# ... and these are what a command that was killed may have made before them.
_FIRST = re.compile(r"home|state|project|oci|rest|logs|\.passphrase\.\d+")


@dataclass(frozen=True)
class Sandbox:
    """The folders of one sandbox; `folder` is `OCI_SANDBOX_DIR`, else `.sandbox` in the project."""

    folder: Path

    @classmethod
    def here(cls) -> Sandbox:
        """The sandbox that `OCI_SANDBOX_DIR` names, else the project's own; that of the current folder where
        the sandbox is installed by itself. Raises `Unusable` for a name that cannot even be looked up: too
        long, say, or below a folder that is closed."""
        place = ROOT if (ROOT / "Pulumi.yaml").exists() else Path.cwd()
        folder = Path(os.environ.get("OCI_SANDBOX_DIR") or place / ".sandbox").absolute()
        try:
            (folder / "passphrase").exists()
        except OSError as error:
            raise Unusable(f"{folder}: {error.strerror}") from None
        return cls(folder)

    def exists(self) -> bool:
        """Whether a command has made it already."""
        return (self.folder / "passphrase").exists()

    @property
    def home(self) -> Path:
        """`PULUMI_HOME`: plugins and the engine's own settings."""
        return self.folder / "home"

    @property
    def state(self) -> Path:
        """The file backend: one state file a stack."""
        return self.folder / "state"

    def state_file(self, project: str, stack: str) -> Path:
        """Where the engine keeps a stack's state."""
        return self.state / ".pulumi" / "stacks" / project / f"{stack}.json"

    @property
    def store(self) -> Path:
        """The SQLite file that stands in for the cloud."""
        return self.folder / "store.db"

    @property
    def project(self) -> Path:
        """The generated Pulumi project whose `main` is the real one."""
        return self.folder / "project"

    def variables(self, engine: Path) -> dict[str, str | None]:
        """The environment of a `pulumi` command in this sandbox; None means: not set.

        `engine` is the folder that holds `pulumi` and its language host.
        """
        python = Path(sys.executable).parent
        path = os.pathsep.join([str(engine), str(python), os.environ.get("PATH", os.defpath)])
        return {
            "OCI_SANDBOX_DIR": str(self.folder),
            "PATH": path,
            "PULUMI_HOME": str(self.home),
            # Without `skip` the engine keeps a second file beside each, written in place: one that a kill
            # left half-written would make the whole state unreadable.
            "PULUMI_BACKEND_URL": f"file://{self.state}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            # A `pulumi-resource-oci` on PATH would otherwise be preferred to the stand-in.
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            # A program with another SDK version would otherwise download the real provider.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_LOG_ROTATION_MAX_TOTAL_MB": str(_ENGINE_LOG_MEGABYTES),
            "OCI_CONFIG_FILE": str(self.folder / "oci" / "config"),
            "OCI_CLI_CONFIG_FILE": str(self.folder / "oci" / "config"),
            "OCI_CLI_RC_FILE": str(self.folder / "oci" / "cli_rc"),
            **dict.fromkeys(FOREIGN_VARIABLES),
            checkpoints.ENGINE_VARIABLE: checkpoints.engine_value(checkpoints.asked()),
        }

    def prepare(self, say: Callable[[str], None], *, yaml: bool = False) -> dict[str, str | None]:
        """Make the folders, the stand-in plugins and the engine ready; returns `variables()`.

        With `yaml`, the engine runs programs in YAML as well. Safe to call at every command: what stands is
        left as it is. Raises `SandboxFault`.
        """
        self._make_folders()
        housekeeping.tidy(self.folder)
        # The interpreter as it was started: resolving the link would leave the virtual environment.
        install.install(home=self.home, python=Path(sys.executable), root=ROOT)
        try:
            engine = ensure.ensure(progress=say)
            if yaml:
                ensure.ensure_yaml(engine, progress=say)
        except ensure.EngineError as error:
            raise SandboxFault(str(error)) from None
        return self.variables(engine)

    def make(self) -> None:
        """Make the folder ready for what needs no engine. Raises `SandboxFault`."""
        try:
            self._refuse_foreign_folder()
            private.make_folder(self.folder)
        except OSError as error:
            raise SandboxFault(f"{self.folder}: the sandbox cannot be written: {error.strerror}") from None

    def _make_folders(self) -> None:
        try:
            self._refuse_foreign_folder()
            for folder in (self.folder, self.home, self.state, self.project, self.folder / "oci"):
                private.make_folder(folder)
            self._refuse_lost_passphrase()
            private.write_once(self.folder / "passphrase", secrets.token_hex(16))
            key = self.folder / "oci" / "key.pem"
            private.write_once(key, "no key: the sandbox signs nothing\n")
            private.write_once(self.folder / "oci" / "config", _OCI_CONFIG.format(key_file=key))
            private.write_once(self.folder / "oci" / "cli_rc", "")
            probe = self.folder / f".probe-{os.getpid()}"
            probe.write_bytes(b"\0" * 4096)
            probe.unlink()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SandboxFault(f"{self.folder}: the sandbox cannot be written: {reason}") from None
        disk = os.statvfs(self.folder)
        free = disk.f_bavail * disk.f_frsize
        if free < _LEAST_FREE_BYTES:
            raise SandboxFault(
                f"{self.folder}: the disk is full: {free // 1024} KiB free, "
                f"{_LEAST_FREE_BYTES // 1024} KiB needed"
            )

    def _refuse_lost_passphrase(self) -> None:
        """A new one would not decrypt what stands, and the engine would say only that it is wrong."""
        path = self.folder / "passphrase"
        lost = not path.is_file() or path.stat().st_size == 0
        if lost and any(self.state.glob(".pulumi/stacks/*/*.json")):
            raise SandboxFault(
                f"{path}: lost, and the stacks' secrets are encrypted with it; put it back, or give up what "
                "is deployed in this sandbox: make clean"
            )

    def _refuse_foreign_folder(self) -> None:
        """A folder with other things in it is not made private: `OCI_SANDBOX_DIR=~` would close the home."""
        if not self.folder.is_dir() or any((self.folder / name).exists() for name in _MARKS):
            return
        names = sorted(path.name for path in self.folder.iterdir())
        found = next((name for name in names if not _FIRST.fullmatch(name)), None)
        if found is not None:
            raise SandboxFault(
                f"{self.folder}: contains {found}, which the sandbox did not create; "
                "set OCI_SANDBOX_DIR to a folder of its own"
            )


def merged(variables: Mapping[str, str | None]) -> dict[str, str]:
    """This process's environment with `variables` laid over it."""
    environment = {name: value for name, value in os.environ.items() if name not in variables}
    environment.update({name: value for name, value in variables.items() if value is not None})
    return environment


def shell_exports(variables: Mapping[str, str | None]) -> str:
    """The same as lines for `eval` in a POSIX shell."""
    gone = [name for name, value in variables.items() if value is None]
    lines = [f"unset {' '.join(gone)}"] if gone else []
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items() if value is not None]
    return "\n".join(lines)
