# ruff: noqa: ARG001, ARG002 -- gRPC fixes the parameters of the methods that answer calls
"""Runs Pulumi programs, policy packs and providers written in Python for the Pulumi CLI.

The CLI starts it as `pulumi-language-python`, reads a port from its first line of output, and asks for
what it needs over gRPC (service LanguageRuntime). It stands in for the official host where the CLI was
built from source. It does not convert programs, generate, pack or link packages, and attaches no debugger:
it says so.

It is copied into an engine folder (see `_host_folder.py`) and imports nothing of this project.

How it ends: processes it has started live until they end themselves or the CLI closes their stream; a
`Cancel` leaves them alone, so that a provider finishes and records what it is creating. When the CLI
signals this process, or is gone, every process started here is ended at once, and this one with them.
Should this process itself be killed, a watchman (a fork without threads) ends what it leaves behind.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import functools
import json
import os
import re
import select
import selectors
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

HERE = Path(__file__).resolve().parent
if (HERE / "lib").is_dir():
    sys.path.insert(0, str(HERE / "lib"))

import grpc  # noqa: E402 the engine folder's own copies, which the line above makes importable
from google.protobuf import empty_pb2  # noqa: E402 same
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402 same
from pulumi.runtime.proto.codegen import hcl_pb2  # noqa: E402 same

VERSION = "1.0.0"

# How the exec script ends when the user has already seen what went wrong.
_ERROR_WAS_SHOWN = 32

# PR_SET_CHILD_SUBREAPER of linux/prctl.h.
_SET_CHILD_SUBREAPER = 36

# A process whose stream was closed has so long to clean up.
_GRACE_SECONDS = 0.2

# How long to make sure at most that everything is dead: the CLI waits meanwhile.
_KILLING_SECONDS = 1.0

# How often to look whether the CLI is alive. Its end also closes our stdin, which shows at once.
_WATCH_SECONDS = 0.1


class HostError(Exception):
    """What the CLI is told instead of a result: one sentence with the way out."""


# ------------------------------------------------------------------------------------------ processes


class Watchman:
    """A process that outlives this one for a moment, to end the process groups it leaves behind.

    Made before any thread is started, since only then a fork is safe.
    """

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            os.setpgid(0, 0)
            _watch_over(reading)
        os.close(reading)

    def add(self, group: int) -> None:
        """This process group is ours."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """This process group has ended; its number may be somebody else's by now."""
        self._tell(f"-{group}\n")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._writing, line.encode())


def _watch_over(reading: int) -> NoReturn:
    """The watchman's life: note groups until the other end of the pipe closes, then end them."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Whatever else is open would keep somebody waiting for its end: the CLI for our output's, say.
    os.dup2(reading, 0)
    os.closerange(1, 1024)
    groups: set[str] = set()
    with open(0, encoding="ascii", closefd=False) as told:
        for line in told:
            (groups.add if line[0] == "+" else groups.discard)(line[1:])
    for group in groups:
        _signal_group(int(group), signal.SIGKILL)
    os._exit(0)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


class Child:
    """A process in a group of its own, with its output."""

    def __init__(self, command: list[str], folder: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        self.group = self._process.pid
        self.status = 0

    def output(self) -> Iterator[tuple[str, bytes]]:
        """What it writes, as ("stdout" | "stderr", bytes), until it ends; then `status` is set.

        Does not wait for processes it left behind that keep the streams open.
        """
        ended, tell = socket.socketpair()
        threading.Thread(target=self._wait, args=(tell,), daemon=True).start()
        with selectors.DefaultSelector() as streams, ended:
            streams.register(ended, selectors.EVENT_READ)
            for name in ("stdout", "stderr"):
                file = getattr(self._process, name)
                os.set_blocking(file.fileno(), False)
                streams.register(file, selectors.EVENT_READ, name)
            ready = streams.select()
            while all(key.fileobj is not ended for key, _ in ready):
                yield from _read(streams, ready)
                ready = streams.select()
            streams.unregister(ended)
            # What it wrote last is still in the pipes.
            while ready := streams.select(0):
                yield from _read(streams, ready)

    def _wait(self, tell: socket.socket) -> None:
        self.status = self._process.wait()
        _signal_group(self.group, signal.SIGKILL)
        tell.close()

    def end(self) -> None:
        """Ask it to end, and make it end a moment later."""
        _signal_group(self.group, signal.SIGTERM)
        timer = threading.Timer(_GRACE_SECONDS, self.kill)
        timer.daemon = True
        timer.start()

    def kill(self) -> None:
        """End it with all of its group."""
        if self._process.returncode is None:
            _signal_group(self.group, signal.SIGKILL)


def _read(streams: selectors.BaseSelector, ready: list[tuple[Any, int]]) -> Iterator[tuple[str, bytes]]:
    for key, _ in ready:
        if data := os.read(key.fd, 65536):
            yield key.data, data
        else:
            streams.unregister(key.fileobj)
            key.fileobj.close()


class Children:
    """The processes started here that have not ended."""

    def __init__(self, watchman: Watchman) -> None:
        self._watchman = watchman
        self._alive: dict[int, Child] = {}
        self._lock = threading.Lock()
        self._closed = False

    @contextlib.contextmanager
    def started(self, command: list[str], folder: str, environment: Mapping[str, str]) -> Iterator[Child]:
        """A running process, ended at the end of the block at the latest. Raises HostError."""
        with self._lock:
            if self._closed:
                raise HostError("the language host is shutting down")
            try:
                child = Child(command, folder, environment)
            except OSError as error:
                raise HostError(f"{command[0]} cannot be started in {folder}: {error.strerror}") from None
            self._watchman.add(child.group)
            self._alive[child.group] = child
        try:
            yield child
        finally:
            child.kill()
            with self._lock:
                self._alive.pop(child.group, None)
                self._watchman.remove(child.group)

    def kill(self) -> None:
        """End all of them, with their groups, at once; none is started any more."""
        with self._lock:
            self._closed = True
            for group in self._alive:
                _signal_group(group, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of processes whose parent, started here, has ended: so that they can be found.

    Linux only. Elsewhere a process in a session of its own outlives the plugin that started it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants(spared: int) -> None:
    """End every process that descends from this one, also in groups of their own, but for one.

    Again until there is none, as one may have been started meanwhile; but not for long.
    """
    deadline = time.monotonic() + _KILLING_SECONDS
    while (found := _descendants(os.getpid()) - {spared}) and time.monotonic() < deadline:
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.002)


def _descendants(process: int) -> set[int]:
    """Its children, their children and so on that are not dead; none where /proc is missing.

    A dying process shows as dead while threads of it still run, and until then it is the parent of what it
    started: so the dead are looked through as well.
    """
    children: dict[int, list[int]] = {}
    dead: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            # The name in parentheses may hold spaces and parentheses: the rest follows the last one.
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(parent), []).append(int(folder.name))
            if state in "ZX":
                dead.add(int(folder.name))
    found: set[int] = set()
    unseen = [process]
    while unseen:
        below = children.get(unseen.pop(), [])
        found.update(below)
        unseen += below
    return found - dead


# --------------------------------------------------------------------------------------------- Python


@dataclass(frozen=True)
class Interpreter:
    """The Python of a program, and the environment it is started with."""

    executable: str
    environment: Mapping[str, str]


def interpreter_for(info: Any, environment: Mapping[str, str]) -> Interpreter:
    """That of the `virtualenv` option, else `python3`, else `python`, from PATH. Raises HostError."""
    virtualenv = virtualenv_of(info)
    if virtualenv is None:
        return Interpreter(_from_path(environment), environment)
    executable = virtualenv / "bin" / "python"
    if not executable.exists():
        raise HostError(
            f"runtime option virtualenv: no virtual environment in {virtualenv}; "
            f"run `pulumi install`, or `python3 -m venv {virtualenv}` and install the requirements into it"
        )
    active = {name: value for name, value in environment.items() if name != "PYTHONHOME"}
    active["VIRTUAL_ENV"] = str(virtualenv)
    active["PATH"] = os.pathsep.join([str(executable.parent), environment.get("PATH", os.defpath)])
    return Interpreter(str(executable), active)


def virtualenv_of(info: Any) -> Path | None:
    """The folder of the `virtualenv` option, from the program's root; None without one. Raises HostError."""
    toolchain = _option(info, "toolchain") or "pip"
    stated = _option(info, "virtualenv") or (".venv" if toolchain == "uv" else "")
    if not stated and toolchain != "pip":
        raise HostError(
            f"runtime option toolchain: {toolchain} is not supported by this language host, which cannot ask "
            "it for its virtual environment; name the folder in the runtime option virtualenv, or install "
            "the official Pulumi CLI"
        )
    return Path(info.root_directory) / stated if stated else None


def _option(info: Any, name: str) -> str:
    return str(info.options.fields[name].string_value) if name in info.options.fields else ""


def _from_path(environment: Mapping[str, str]) -> str:
    path = environment.get("PATH", os.defpath)
    names = [environment.get("PULUMI_PYTHON_CMD", ""), "python3", "python"]
    for name in filter(None, names):
        if found := shutil.which(name, path=path):
            return found
    raise HostError(
        "found neither python3 nor python on PATH; install Python 3, or name a virtual environment "
        "in the runtime option virtualenv"
    )


# Run by the program's Python: what its installed packages say about the provider they belong to.
_LIST_PLUGINS = """
import importlib.metadata, json, pathlib, sys
found = []
for folder in dict.fromkeys(sys.path):
    for file in sorted(pathlib.Path(folder or ".").glob("*/pulumi-plugin.json")):
        package = file.parent.name
        stated = json.loads(file.read_text(encoding="utf-8"))
        try:
            installed = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            installed = ""
        found.append({"package": package, "installed": installed, **stated})
print(json.dumps(found))
"""

# Run by the program's Python: what is installed, and which of it nothing else there asks for.
_LIST_PACKAGES = r"""
import importlib.metadata, json, re
def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()
found = {plain(one.metadata["Name"]): one for one in importlib.metadata.distributions()}
asked = {
    plain(re.match(r"[\w.-]+", line)[0])
    for one in found.values() for line in one.requires or () if "extra ==" not in line
}
print(json.dumps([
    {"name": one.metadata["Name"], "version": one.version, "direct": name not in asked}
    for name, one in sorted(found.items())
]))
"""

_SEMANTIC = re.compile(r"v?\d+\.\d+\.\d+([-+].*)?$")


def plugin_of(stated: Mapping[str, Any]) -> dict[str, Any] | None:
    """The provider that a package's `pulumi-plugin.json` names, as fields of a PackageDependency."""
    if not stated.get("resource"):
        return None
    version = stated.get("version") or stated["installed"]
    name = stated.get("name") or re.sub(r"^pulumi[-_]", "", stated["package"]).replace("_", "-")
    fields = {
        "name": name,
        "kind": "resource",
        # A Python version that is not a semantic version would be refused; without one, any is accepted.
        "version": version if _SEMANTIC.match(version) else "",
        "server": stated.get("server") or "",
    }
    for key, field in (("parameterization", "parameterization"), ("extensionParameterization", "extension")):
        if given := stated.get(key):
            value = base64.b64decode(given.get("value") or "")
            fields[field] = {"name": given["name"], "version": given["version"], "value": value}
    return fields


def program_command(request: Any, executable: str, engine: str) -> list[str]:
    """The exec script and its arguments for a RunRequest."""
    info = request.info
    return [
        executable,
        "-u",
        str(HERE / "pulumi-language-python-exec"),
        *("--engine", engine),
        *("--monitor", request.monitor_address),
        *("--project", request.project),
        *("--stack", request.stack),
        *("--organization", request.organization),
        *("--root_directory", info.root_directory),
        *("--pwd", request.pwd),
        *("--parallel", str(request.parallel)),
        *("--dry_run", "true" if request.dryRun else "false"),
        info.entry_point or ".",
        *request.args,
    ]


def program_config(request: Any) -> dict[str, str]:
    """The stack's configuration as the SDK reads it from the environment."""
    # Projects of the first years wrote `oci:config:region` for `oci:region`.
    values = {key.replace(":config:", ":", 1): value for key, value in request.config.items()}
    secret = [key.replace(":config:", ":", 1) for key in request.configSecretKeys]
    return {"PULUMI_CONFIG": json.dumps(values), "PULUMI_CONFIG_SECRET_KEYS": json.dumps(secret)}


def installation_commands(folder: Path, virtualenv: Path | None, python: str) -> list[list[str]]:
    """What makes the program's environment: the virtual environment if missing, then its requirements."""
    commands = []
    if virtualenv is not None:
        if not (virtualenv / "bin" / "python").exists():
            commands.append([python, "-m", "venv", str(virtualenv)])
        python = str(virtualenv / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    if (folder / "requirements.txt").exists():
        commands.append([*pip, "-r", "requirements.txt"])
    elif (folder / "pyproject.toml").exists():
        commands.append([*pip, "-e", "."])
    return commands


# -------------------------------------------------------------------------------------------- service


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """A HostError becomes the call's error, without a traceback."""

    @functools.wraps(method)
    def answer(self: LanguageHost, request: Any, context: Any) -> Any:
        try:
            return method(self, request, context)
        except HostError as error:
            return context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    return answer


def _streaming(method: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """The same for a call that is answered with a stream."""

    @functools.wraps(method)
    def answer(self: LanguageHost, request: Any, context: Any) -> Iterator[Any]:
        try:
            yield from method(self, request, context)
        except HostError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    return answer


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The service LanguageRuntime. `engine` is the address of the CLI's own service."""

    def __init__(self, engine: str, children: Children) -> None:
        self._engine = engine
        self._children = children

    def Handshake(self, request: Any, context: Any) -> Any:
        """Sent by a CLI that did not start this process: where its own service is."""
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    @_answering
    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """The providers of the Pulumi packages that are installed for the program."""
        listed = map(plugin_of, self._ask(request.info, _LIST_PLUGINS))
        return language_pb2.GetRequiredPackagesResponse(packages=[one for one in listed if one])

    @_answering
    def Run(self, request: Any, context: Any) -> Any:
        """Run a program to its end. What it writes goes to our own streams, which the CLI shows."""
        _refuse_debugger(request)
        python = interpreter_for(request.info, os.environ)
        command = program_command(request, python.executable, self._engine)
        environment = {**python.environment, **program_config(request)}
        folder = request.info.program_directory or request.pwd
        with self._children.started(command, folder, environment) as child:
            for name, data in child.output():
                _write(1 if name == "stdout" else 2, data)
        return run_response(child.status)

    @_streaming
    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack or provider: a folder with a `__main__.py`."""
        _refuse_debugger(request)
        environment = dict(entry.split("=", 1) for entry in request.env if "=" in entry) or os.environ
        python = interpreter_for(request.info, environment)
        command = [python.executable, "-u", request.info.program_directory, *request.args]
        with self._children.started(command, request.pwd, python.environment) as child:
            if not context.add_callback(child.end):
                return
            for name, data in child.output():
                yield _plugin_output(name, data)
        yield language_pb2.RunPluginResponse(exitcode=child.status)

    @_streaming
    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        folder = Path(request.info.program_directory or request.directory)
        virtualenv = virtualenv_of(request.info)
        for command in installation_commands(folder, virtualenv, _from_path(os.environ)):
            with self._children.started(command, str(folder), os.environ) as child:
                for name, data in child.output():
                    yield language_pb2.InstallDependenciesResponse(**{name: data})
            if child.status:
                raise HostError(f"`{' '.join(command)}` in {folder} ended with exit status {child.status}")

    @_answering
    def About(self, request: Any, context: Any) -> Any:
        asked = "import json, platform, sys; print(json.dumps([sys.executable, platform.python_version()]))"
        executable, version = self._ask(request.info, asked)
        return language_pb2.AboutResponse(executable=executable, version=version)

    @_answering
    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        listed = self._ask(request.info, _LIST_PACKAGES)
        wanted = [one for one in listed if one["direct"] or request.transitiveDependencies]
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=one["name"], version=one["version"]) for one in wanted
            ]
        )

    @_answering
    def GenerateProgram(self, request: Any, context: Any) -> Any:
        """The program for resources that `pulumi import` has taken over, by Pulumi's own generator."""
        asked = {"source": dict(request.source), "loader": request.loader_target, "strict": request.strict}
        result = subprocess.run(
            [HERE / "pulumi-language-python-generate"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=False,
        )
        if result.returncode:
            raise HostError(f"code generation failed: {_last_line(result.stderr)}")
        answer = json.loads(result.stdout)
        files = {name: base64.b64decode(text) for name, text in (answer["source"] or {}).items()}
        return language_pb2.GenerateProgramResponse(
            source=files, diagnostics=[_diagnostic(one) for one in answer["diagnostics"]]
        )

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:
        return language_pb2.RuntimeOptionsResponse()

    def Template(self, request: Any, context: Any) -> Any:
        return language_pb2.TemplateResponse()

    def Cancel(self, request: Any, context: Any) -> Any:
        """Nothing: what is being created is finished first. The CLI signals this process when it is done."""
        return empty_pb2.Empty()

    def _ask(self, info: Any, script: str) -> Any:
        """The JSON that `script` prints when the program's Python runs it. Raises HostError."""
        python = interpreter_for(info, os.environ)
        said: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
        with self._children.started(
            [python.executable, "-c", script], info.program_directory, python.environment
        ) as child:
            for name, data in child.output():
                said[name].append(data)
        if child.status:
            complaint = _last_line(b"".join(said["stderr"]))
            raise HostError(f"{python.executable} cannot list its packages: {complaint}")
        return json.loads(b"".join(said["stdout"]))


def _last_line(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().rpartition("\n")[2]


def _diagnostic(stated: Mapping[str, Any]) -> Any:
    severity = hcl_pb2.DIAG_ERROR if stated["error"] else hcl_pb2.DIAG_WARNING
    return hcl_pb2.Diagnostic(severity=severity, summary=stated["summary"], detail=stated["detail"])


def _plugin_output(name: str, data: bytes) -> Any:
    if name == "stdout":
        return language_pb2.RunPluginResponse(stdout=data)
    return language_pb2.RunPluginResponse(stderr=data)


def _unsupported(name: str) -> Callable[..., Any]:
    def answer(self: LanguageHost, request: Any, context: Any) -> Any:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"{name} is not offered by this language host; install the official Pulumi CLI for it",
        )

    return answer


for _name in ("GetRequiredPlugins", "GenerateProject", "GeneratePackage", "Pack", "Link"):
    setattr(LanguageHost, _name, _unsupported(_name))


def _refuse_debugger(request: Any) -> None:
    if request.attach_debugger:
        raise HostError("this language host does not support --attach-debugger; run without it")


def run_response(status: int) -> Any:
    """How the CLI is told that a program ended, as the official host tells it."""
    if status == 0:
        return language_pb2.RunResponse()
    if status == _ERROR_WAS_SHOWN:
        return language_pb2.RunResponse(bail=True)
    if status < 0:
        return language_pb2.RunResponse(error=f"program was terminated by {signal.Signals(-status).name}")
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {status}")


def _write(stream: int, data: bytes) -> None:
    # Nobody reads any more once the CLI is gone.
    with contextlib.suppress(BrokenPipeError):
        while data:
            data = data[os.write(stream, data) :]


# ------------------------------------------------------------------------------------- start and end


def serve(engine: str, children: Children) -> int:
    """Start the service on a free local port; the port."""
    # A plugin keeps its thread as long as it runs, so there have to be plenty; they are started on demand.
    server = grpc.server(
        ThreadPoolExecutor(max_workers=512),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine, children), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    _SERVERS.append(server)
    return int(port)


# A server that nothing refers to stops.
_SERVERS: list[grpc.Server] = []


def wait_for_end(parent: int, signalled: socket.socket) -> None:
    """Return when this process is signalled, or when its parent `parent` is gone.

    The CLI holds the other end of our stdin: when that closes, it is gone or about to be.
    """
    watched: list[Any] = [signalled]
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        watched.append(0)
    closed_at = float("-inf")
    while os.getppid() == parent:
        closed_lately = time.monotonic() - closed_at < 1
        ready, _, _ = select.select(watched, [], [], 0.005 if closed_lately else _WATCH_SECONDS)
        if signalled in ready:
            return
        if 0 in ready and not os.read(0, 4096):
            watched.remove(0)
            closed_at = time.monotonic()
            if parent == 1:
                # It was gone before we looked for it.
                return


def main(arguments: list[str]) -> NoReturn:
    """Serve until told to end. The last argument is the CLI's address; options for logging are ignored."""
    parent = os.getppid()
    watchman = Watchman()
    children = Children(watchman)
    adopt_orphans()
    signalled, wake = socket.socketpair()
    wake.setblocking(False)
    # Python's own handlers run when the main thread gets to it; this is written to in any case.
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    port = serve(arguments[-1] if arguments else "", children)
    _write(1, f"{port}\n".encode())
    wait_for_end(parent, signalled)
    children.kill()
    kill_descendants(spared=watchman.process)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
