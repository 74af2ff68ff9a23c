"""The language host, asked over gRPC as the CLI asks it, without a CLI."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from engine import language_host
from tests.engine.processes import alive, eventually
from tests.engine.running_host import RunningHost

StartHost = Callable[..., RunningHost]

# What must be gone is looked for this long after, in seconds.
SOON = 0.5


def info(folder: Path, root: Path | None = None, **options: str) -> language_pb2.ProgramInfo:
    """A program in `folder`."""
    stated = struct_pb2.Struct()
    stated.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(root or folder), program_directory=str(folder), entry_point=".", options=stated
    )


def plugin(folder: Path, code: str, *arguments: str, **environment: str) -> language_pb2.RunPluginRequest:
    """A request to run `code` as a plugin in `folder`."""
    (folder / "__main__.py").write_text(code)
    return language_pb2.RunPluginRequest(
        pwd=str(folder),
        args=arguments,
        env=[f"{name}={value}" for name, value in {**os.environ, **environment}.items()],
        info=info(folder),
    )


def joined(answers: Iterator[Any]) -> tuple[bytes, bytes, list[int]]:
    """What a plugin wrote to stdout, to stderr, and its exit codes."""
    out, err, codes = b"", b"", []
    for answer in answers:
        out += answer.stdout
        err += answer.stderr
        if answer.WhichOneof("output") == "exitcode":
            codes.append(answer.exitcode)
    return out, err, codes


def refusal(call: Callable[[], Any]) -> tuple[grpc.StatusCode, str]:
    """The status and text of a call that fails."""
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value.code(), caught.value.details() or ""


class TestStarting:
    def test_the_port_is_there_soon(self, host_folder: Path) -> None:
        """Start and end take a fraction of a second of work: the SDK itself is not imported."""
        took = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            RunningHost.start(host_folder, os.environ).stop()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

        # Processor time, which other work on the machine changes little; importing the SDK takes a second.
        assert min(took) < 0.6

    def test_it_needs_nothing_of_the_environment(self, start_host: StartHost, tmp_path: Path) -> None:
        """Neither PYTHONPATH nor PYTHONHOME nor a missing PATH keeps it from starting."""
        host = start_host(PYTHONPATH=str(tmp_path), PYTHONHOME=str(tmp_path), PATH="")

        assert host.stub.GetPluginInfo(empty_pb2.Empty()).version == language_host.VERSION


class TestWhichPython:
    def test_virtualenv_is_taken_from_the_root(
        self, host: RunningHost, virtualenv: Path, tmp_path: Path
    ) -> None:
        """The option counts from the folder of Pulumi.yaml, also for a program in a subfolder."""
        program = tmp_path / "program"
        program.mkdir()
        option = os.path.relpath(virtualenv, tmp_path)

        about = host.stub.About(
            language_pb2.AboutRequest(info=info(program, root=tmp_path, virtualenv=option))
        )

        assert virtualenv / "bin" / "python" == Path(about.executable)

    def test_missing_virtualenv_is_named_with_the_way_out(self, host: RunningHost, tmp_path: Path) -> None:
        """One sentence says which folder is missing and what makes it."""
        request = language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, virtualenv="nowhere"))

        status, text = refusal(lambda: host.stub.GetRequiredPackages(request))

        assert status == grpc.StatusCode.FAILED_PRECONDITION
        assert f"virtualenv: no virtual environment in {tmp_path / 'nowhere'}" in text
        assert "run `pulumi install`" in text

    def test_python3_comes_before_python(self, start_host: StartHost, tmp_path: Path) -> None:
        """Without the option it is `python3` from PATH, and `python` where there is no `python3`."""
        for name in ("python", "python3"):
            (tmp_path / name).write_text(f'#!/bin/sh\necho "[\\"{name}\\", \\"1\\"]"\n')
            (tmp_path / name).chmod(0o755)
        host = start_host(PATH=str(tmp_path))
        request = language_pb2.AboutRequest(info=info(tmp_path))

        first = host.stub.About(request).executable
        (tmp_path / "python3").unlink()
        second = host.stub.About(request).executable

        assert (first, second) == ("python3", "python")

    def test_no_python_at_all(self, start_host: StartHost, tmp_path: Path) -> None:
        """Where PATH has none, that is said, with the ways out."""
        host = start_host(PATH=str(tmp_path))

        status, text = refusal(lambda: host.stub.About(language_pb2.AboutRequest(info=info(tmp_path))))

        assert status == grpc.StatusCode.FAILED_PRECONDITION
        assert text.startswith("found neither python3 nor python on PATH; install Python 3")

    def test_virtualenv_is_active_for_what_the_program_starts(
        self, host: RunningHost, virtualenv: Path, tmp_path: Path
    ) -> None:
        """PATH leads with the virtual environment, and VIRTUAL_ENV names it."""
        code = "import os; print(os.environ['PATH'].split(os.pathsep)[0], os.environ['VIRTUAL_ENV'])"
        request = plugin(tmp_path, code)
        request.info.options.update({"virtualenv": str(virtualenv)})

        out, _, _ = joined(host.stub.RunPlugin(request))

        assert f"{virtualenv / 'bin'} {virtualenv}\n" == out.decode()

    def test_toolchain_without_a_folder(self, host: RunningHost, tmp_path: Path) -> None:
        """A toolchain that only its own tool can ask is refused, not run with some other Python."""
        request = language_pb2.AboutRequest(info=info(tmp_path, toolchain="poetry"))

        _, text = refusal(lambda: host.stub.About(request))

        assert text.startswith("runtime option toolchain: poetry is not supported")


class TestPackages:
    @pytest.fixture
    def packages(self, tmp_path: Path) -> Path:
        """The package folder of a virtual environment `tmp_path/own`."""
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "own"], check=True)
        return next((tmp_path / "own" / "lib").glob("python*/site-packages"))

    def _install(self, packages: Path, name: str, version: str, /, *requires: str, **stated: Any) -> None:
        (packages / name).mkdir()
        if stated:
            (packages / name / "pulumi-plugin.json").write_text(json.dumps(stated))
        (packages / f"{name}-{version}.dist-info").mkdir()
        lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires)]
        (packages / f"{name}-{version}.dist-info" / "METADATA").write_text("\n".join(lines) + "\n")

    def test_required_packages(self, host: RunningHost, packages: Path, tmp_path: Path) -> None:
        """The providers that installed packages name; packages without one are left out."""
        self._install(packages, "pulumi_alpha", "9", resource=True, name="alpha", version="1.2.3", server="s")
        self._install(packages, "pulumi_beta_two", "2.0.1", resource=True)
        self._install(packages, "pulumi_gamma", "1.0.0", resource=False)
        self._install(packages, "plain", "1.0.0")
        request = language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, virtualenv="own"))

        found = host.stub.GetRequiredPackages(request).packages

        assert [(one.name, one.kind, one.version, one.server) for one in found] == [
            ("alpha", "resource", "1.2.3", "s"),
            ("beta-two", "resource", "2.0.1", ""),
        ]

    def test_dependencies(self, host: RunningHost, packages: Path, tmp_path: Path) -> None:
        """What nothing else asks for, and with `transitive` all of it; extras do not count as asked for."""
        self._install(packages, "top", "1.0", "below>=1", "extra; extra == 'x'")
        self._install(packages, "below", "2.0")
        self._install(packages, "extra", "3.0")
        request = language_pb2.GetProgramDependenciesRequest(info=info(tmp_path, virtualenv="own"))

        direct = host.stub.GetProgramDependencies(request).dependencies
        request.transitiveDependencies = True
        every = host.stub.GetProgramDependencies(request).dependencies

        assert [(one.name, one.version) for one in direct] == [("extra", "3.0"), ("top", "1.0")]
        assert [one.name for one in every] == ["below", "extra", "top"]

    def test_broken_python_is_one_line(self, start_host: StartHost, tmp_path: Path) -> None:
        """When the program's Python fails, its last line is passed on, without a traceback."""
        (tmp_path / "python3").write_text("#!/bin/sh\necho first >&2\necho no such library >&2\nexit 1\n")
        (tmp_path / "python3").chmod(0o755)
        host = start_host(PATH=str(tmp_path))
        request = language_pb2.GetRequiredPackagesRequest(info=info(tmp_path))

        _, text = refusal(lambda: host.stub.GetRequiredPackages(request))

        assert f"{tmp_path / 'python3'} cannot list its packages: no such library" == text

    @pytest.mark.parametrize(
        ("stated", "expected"),
        [
            ({"resource": False}, None),
            ({"resource": True, "version": "1.0.0b2"}, {"name": "x", "version": ""}),
            ({"resource": True, "version": "v1.0.0-beta.2"}, {"name": "x", "version": "v1.0.0-beta.2"}),
            (
                {
                    "resource": True,
                    "parameterization": {"name": "p", "version": "1.0.0", "value": "aGk="},
                },
                {"parameterization": {"name": "p", "version": "1.0.0", "value": b"hi"}},
            ),
        ],
    )
    def test_plugin_of(self, stated: dict[str, Any], expected: dict[str, Any] | None) -> None:
        """Only versions the CLI can read are passed on, and a parameter is decoded."""
        found = language_host.plugin_of({"package": "pulumi_x", "installed": "", **stated})

        if expected is None or found is None:
            assert expected == found
        else:
            assert expected == {name: found[name] for name in expected}


class TestInstalling:
    @pytest.mark.parametrize(
        ("files", "virtualenv", "expected"),
        [
            ((), False, []),
            (("requirements.txt",), False, ["python -m pip install -r requirements.txt"]),
            (("pyproject.toml",), False, ["python -m pip install -e ."]),
            ((), True, ["python -m venv own"]),
            (
                ("requirements.txt", "pyproject.toml"),
                True,
                ["python -m venv own", "own/bin/python -m pip install -r requirements.txt"],
            ),
        ],
    )
    def test_commands(
        self, tmp_path: Path, files: tuple[str, ...], virtualenv: bool, expected: list[str]
    ) -> None:
        """A missing virtual environment is made, then what the program's folder asks for is installed."""
        for name in files:
            (tmp_path / name).touch()

        commands = language_host.installation_commands(
            tmp_path, tmp_path / "own" if virtualenv else None, "python"
        )

        spoken = [" ".join(command).replace(f"{tmp_path}/", "") for command in commands]
        assert expected == [text.replace(" --disable-pip-version-check", "") for text in spoken]

    def test_failure_is_shown(self, host: RunningHost, virtualenv: Path, tmp_path: Path) -> None:
        """What pip says is streamed, and its failure ends the call with an error."""
        (tmp_path / "requirements.txt").write_text("-r nowhere.txt\n")
        request = language_pb2.InstallDependenciesRequest(info=info(tmp_path, virtualenv=str(virtualenv)))
        seen: list[bytes] = []

        status, text = refusal(
            lambda: seen.extend(one.stderr for one in host.stub.InstallDependencies(request))
        )

        assert b"Could not open requirements file" in b"".join(seen)
        assert status == grpc.StatusCode.FAILED_PRECONDITION
        assert text.endswith("ended with exit status 1")


class TestRun:
    def _request(self, folder: Path, **fields: Any) -> language_pb2.RunRequest:
        return language_pb2.RunRequest(
            project="p", stack="s", pwd=str(folder), organization="o", parallel=7, info=info(folder), **fields
        )

    def test_the_program_gets_its_settings(self, host: RunningHost, tmp_path: Path) -> None:
        """Addresses, names and configuration go through the exec script; old keys are shortened."""
        request = self._request(
            tmp_path,
            dryRun=True,
            monitor_address="m",
            args=["--flag"],
            config={"p:config:a": "1", "oci:region": "x"},
            configSecretKeys=["p:config:a"],
        )

        host.stub.Run(request)

        called = json.loads(host.stop())
        arguments = called["arguments"]
        given = dict(zip(arguments[:18:2], arguments[1:18:2], strict=True))
        assert {
            "--engine": "127.0.0.1:1",
            "--monitor": "m",
            "--project": "p",
            "--stack": "s",
            "--organization": "o",
            "--root_directory": str(tmp_path),
            "--pwd": str(tmp_path),
            "--parallel": "7",
            "--dry_run": "true",
        } == given
        assert arguments[18:] == [".", "--flag"]
        assert json.loads(called["environment"]["PULUMI_CONFIG"]) == {"p:a": "1", "oci:region": "x"}
        assert json.loads(called["environment"]["PULUMI_CONFIG_SECRET_KEYS"]) == ["p:a"]

    @pytest.mark.parametrize(
        ("status", "bail", "error"),
        [
            (0, False, ""),
            (32, True, ""),
            (1, False, "program exited with non-zero exit code: 1"),
            (-9, False, "program was terminated by SIGKILL"),
        ],
    )
    def test_response(self, status: int, bail: bool, error: str) -> None:
        """32 means that the user was told; anything else but 0 is an error to tell."""
        response = language_host.run_response(status)

        assert (bail, error) == (response.bail, response.error)

    def test_debugger_is_refused(self, host: RunningHost, tmp_path: Path) -> None:
        """A request for a debugger is not silently run without one."""
        _, text = refusal(lambda: host.stub.Run(self._request(tmp_path, attach_debugger=True)))

        assert text.startswith("this language host does not support --attach-debugger")


class TestRunPlugin:
    def test_streams_then_exit_code(self, host: RunningHost, tmp_path: Path) -> None:
        """Both streams are passed on as they come, and the exit code comes last, once."""
        code = "import sys; print('out', sys.argv[1:]); print('err', file=sys.stderr); sys.exit(3)"

        answers = list(host.stub.RunPlugin(plugin(tmp_path, code, "a", "b")))

        assert joined(iter(answers)) == (b"out ['a', 'b']\n", b"err\n", [3])
        assert answers[-1].exitcode == 3

    def test_environment_and_folder_are_the_request_s(self, host: RunningHost, tmp_path: Path) -> None:
        """The plugin runs where the CLI says, with the environment the CLI gives, unbuffered."""
        code = "import os, sys; print(os.getcwd(), os.environ['GIVEN'], sys.stdout.write_through)"
        request = plugin(tmp_path, code, GIVEN="a=b")
        request.pwd = "/"

        out, _, _ = joined(host.stub.RunPlugin(request))

        assert out == b"/ a=b True\n"

    def test_output_comes_while_it_runs(self, host: RunningHost, tmp_path: Path) -> None:
        """The port a provider prints arrives at once: the CLI waits for it."""
        stream = host.stub.RunPlugin(
            plugin(tmp_path, "import os, time; os.write(1, b'4711\\n'); time.sleep(60)")
        )

        assert next(stream).stdout == b"4711\n"
        stream.cancel()

    def test_nothing_of_the_last_words_is_lost(self, host: RunningHost, tmp_path: Path) -> None:
        """A megabyte that is written right before the end arrives whole."""
        code = "import os; os.write(2, b'e' * 60_000); os.write(1, b'o' * 1_000_000); os._exit(0)"

        out, err, codes = joined(host.stub.RunPlugin(plugin(tmp_path, code)))

        assert (len(out), len(err), codes) == (1_000_000, 60_000, [0])

    def test_end_comes_before_the_last_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the end of a process is seen before what it wrote, that is still passed on."""
        monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
        child = language_host.Child(["sh", "-c", "echo out; echo err >&2"], "/", {})

        assert sorted(child.output()) == [("stderr", b"err\n"), ("stdout", b"out\n")]

    def test_what_it_left_behind_holds_nothing_up(self, host: RunningHost, mark: str, tmp_path: Path) -> None:
        """A background process that keeps the streams open neither delays the end nor outlives it."""
        code = "import subprocess; subprocess.Popen(['sleep', '60'])"
        began = time.monotonic()

        _, _, codes = joined(host.stub.RunPlugin(plugin(tmp_path, code, MARK=mark + "-plugin")))

        assert codes == [0]
        assert time.monotonic() - began < 5
        assert eventually(lambda: not alive(mark + "-plugin"), SOON)

    def test_missing_folder(self, host: RunningHost, tmp_path: Path) -> None:
        """A folder that is gone is an error of one line."""
        request = plugin(tmp_path, "")
        request.pwd = str(tmp_path / "gone")

        _, text = refusal(lambda: list(host.stub.RunPlugin(request)))

        assert text.endswith(f"cannot be started in {tmp_path / 'gone'}: No such file or directory")


class TestUnsupported:
    @pytest.mark.parametrize("name", ["GenerateProject", "GeneratePackage", "Pack", "Link"])
    def test_is_said_so(self, host: RunningHost, name: str) -> None:
        """What this host does not offer is answered as such, and nothing is printed."""
        request = getattr(language_pb2, f"{name}Request")()

        status, text = refusal(lambda: getattr(host.stub, name)(request))

        assert status == grpc.StatusCode.UNIMPLEMENTED
        assert f"{name} is not offered by this language host; install the official Pulumi CLI for it" == text
        assert host.stop() == b""

    def test_every_call_has_an_answer(self) -> None:
        """No method of the service is left to the generated one, which prints a traceback."""
        service = language_pb2.DESCRIPTOR.services_by_name["LanguageRuntime"]

        missing = [one.name for one in service.methods if one.name not in vars(language_host.LanguageHost)]

        assert missing == []


# A plugin that ignores the friendly signals, with a child in a session of its own.
_STUBBORN = """
import os, signal, subprocess, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
subprocess.Popen(["sleep", "60"], start_new_session=True)
subprocess.Popen(["sleep", "61"])
os.write(1, b"ready\\n")
time.sleep(60)
"""


class TestEnding:
    @pytest.fixture
    def stream(self, host: RunningHost, mark: str, tmp_path: Path) -> Any:
        """The stream of a stubborn plugin that runs."""
        stream = host.stub.RunPlugin(plugin(tmp_path, _STUBBORN, MARK=mark + "-plugin"))
        assert next(stream).stdout == b"ready\n"
        assert eventually(lambda: len(alive(mark + "-plugin")) == 3)
        return stream

    def test_cancel_leaves_plugins_alone(self, host: RunningHost, mark: str, stream: Any) -> None:
        """A provider may be creating something: it goes on after a Cancel."""
        host.stub.Cancel(empty_pb2.Empty())
        time.sleep(SOON)

        assert len(alive(mark + "-plugin")) == 3
        assert host.process.poll() is None

    def test_closed_stream_ends_the_plugin(self, host: RunningHost, mark: str, stream: Any) -> None:
        """When the CLI closes the stream, the plugin's group ends; the host goes on."""
        stream.cancel()

        assert eventually(lambda: not any("61" in one for one in alive(mark + "-plugin")), SOON)
        assert eventually(lambda: not any("python" in one for one in alive(mark + "-plugin")), SOON)
        assert host.process.poll() is None

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_signal_ends_everything_at_once(
        self, host: RunningHost, mark: str, stream: Any, number: signal.Signals
    ) -> None:
        """The CLI's signal ends the host without delay, its plugins and their children with it."""
        began = time.monotonic()
        os.killpg(host.process.pid, number)
        status = host.process.wait(5)

        assert status == 0
        # The plugin would take a minute; the rest is for a machine that is busy.
        assert time.monotonic() - began < 4.5
        assert eventually(lambda: not alive(mark), SOON)

    def test_killed_host_leaves_no_group_behind(self, host: RunningHost, mark: str, stream: Any) -> None:
        """The watchman ends the plugins of a host that could not do so itself, and then itself."""
        host.process.kill()
        host.process.wait(5)

        # A child in a session of its own is known only to the host.
        assert eventually(lambda: alive(mark) == ["sleep 60 "], SOON)

    @pytest.mark.parametrize("stdin", ["subprocess.PIPE", "subprocess.DEVNULL"])
    def test_parent_gone(self, host_folder: Path, mark: str, tmp_path: Path, stdin: str) -> None:
        """When the CLI is killed, host and plugins end within half a second, whatever stdin was."""
        code = (
            "import subprocess, sys, time\n"
            f"host = subprocess.Popen([sys.argv[1], 'address'], stdin={stdin}, stdout=subprocess.PIPE)\n"
            "print(int(host.stdout.readline()), flush=True)\n"
            "time.sleep(60)\n"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", code, host_folder / "pulumi-language-python"],
            env=os.environ | {"MARK": mark},
            stdout=subprocess.PIPE,
        )
        assert parent.stdout
        with grpc.insecure_channel(f"127.0.0.1:{int(parent.stdout.readline())}") as channel:
            stub = language_pb2_grpc.LanguageRuntimeStub(channel)
            stream: Any = stub.RunPlugin(plugin(tmp_path, _STUBBORN, MARK=mark + "-plugin"))
            assert next(stream).stdout == b"ready\n"

            parent.kill()
            parent.communicate()

            assert eventually(lambda: not alive(mark), SOON)

    @pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
    def test_child_of_a_process_that_is_dying(self) -> None:
        """A process that shows as dead while a thread of it still runs does not hide its children."""
        code = (
            "import ctypes, platform, subprocess, threading, time\n"
            "child = subprocess.Popen(['sleep', '60'])\n"
            "threading.Thread(target=time.sleep, args=(60,)).start()\n"
            "print(child.pid, flush=True)\n"
            "exit_thread = 60 if platform.machine() == 'x86_64' else 93\n"
            "ctypes.CDLL(None).syscall(exit_thread, 0)\n"
        )
        dying = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert dying.stdout
        child = int(dying.stdout.readline())
        try:
            shown = Path(f"/proc/{dying.pid}/stat")
            assert eventually(lambda: shown.read_text().rpartition(")")[2].split()[0] == "Z")

            assert child in language_host._descendants(os.getpid())
            assert dying.pid not in language_host._descendants(os.getpid())
        finally:
            os.kill(child, signal.SIGKILL)
            dying.kill()
            dying.communicate()

    def test_nothing_starts_once_it_ends(self) -> None:
        """A plugin asked for while the host ends is refused, not left behind."""
        children = language_host.Children(language_host.Watchman.__new__(language_host.Watchman))
        children.kill()

        with (
            pytest.raises(language_host.HostError, match="the language host is shutting down"),
            children.started(["true"], "/", {}),
        ):
            pass
