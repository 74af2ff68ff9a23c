"""One request at a time in a container, a second one for a second call, warm ones used again."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.runner.confinement import hand_over
from sandbox.runner.containers import Containers, shared
from sandbox.runner.spec import Additions, FunctionSpec, Reply

Spec = Callable[..., FunctionSpec]
Image = Callable[..., Path]

COUNTS = """
    import os, pathlib, time, uuid
    name, calls = uuid.uuid4().hex, 0
    def handler(ctx, data=None):
        global calls
        calls += 1
        body = data.getvalue().decode()
        print("call", calls)
        if body == "exit":
            os._exit(3)
        time.sleep(float(body or 0))
        seen = sorted(path.name for path in pathlib.Path(os.environ["SANDBOX_OBJECT_DIR"]).iterdir())
        return f"{name} {calls} {seen}"
"""


@pytest.fixture
def containers(tmp_path: Path) -> Iterator[Containers]:
    """Containers that are ended after the test."""
    made = Containers(tmp_path / "run")
    yield made
    made.close()
    assert list((tmp_path / "run").iterdir()) == []


def said(reply: Reply) -> list[str]:
    """The container's name, how many calls it has served, and the objects it sees."""
    assert reply.status == 200, reply
    return reply.body.decode().split(" ", 2)


def test_two_calls_at_once_get_two_containers(containers: Containers, image: Image, spec: Spec) -> None:
    """A container serves one request at a time; the next call uses one of the two again."""
    function = spec(image(COUNTS))
    with ThreadPoolExecutor() as threads:
        replies = list(threads.map(lambda _: containers.call(function, b"0.7"), range(2)))
    names = {said(reply)[0] for reply in replies}
    again = containers.call(function, b"")

    assert len(names) == 2
    assert said(again)[:2] == [said(again)[0], "2"]
    assert said(again)[0] in names
    assert again.ready_ms == 0 < replies[0].ready_ms


def test_each_call_has_its_own_lines_and_objects(containers: Containers, image: Image, spec: Spec) -> None:
    """What a call before printed, or was allowed to read, is not there any more."""
    function = spec(image(COUNTS))
    first = containers.call(function, b"", lambda view: (view / "bucket").mkdir())
    second = containers.call(function, b"")

    assert said(first)[2] == "['bucket']"
    assert said(second)[1:] == ["2", "[]"]
    assert [line.text for line in second.lines] == ["call 2"]
    assert {line.source for line in second.lines} == {"STDOUT"}


def test_another_configuration_is_another_container(containers: Containers, image: Image, spec: Spec) -> None:
    """A warm one has the variables that it was started with."""
    content = image(COUNTS)
    names = {said(containers.call(spec(content, config={"A": value}), b""))[0] for value in "12"}

    assert len(names) == 2


def test_one_that_ended_is_not_used_again(containers: Containers, image: Image, spec: Spec) -> None:
    """The call that it ended in is 502 in OCI's form; the next one starts anew."""
    function = spec(image(COUNTS))
    ended = containers.call(function, b"exit")

    assert (ended.status, ended.code) == (502, "FunctionInvokeExecutionError")
    assert said(containers.call(function, b""))[1] == "1"


def test_an_idle_one_ends(tmp_path: Path, image: Image, spec: Spec) -> None:
    """After a while without calls."""
    containers = Containers(tmp_path / "run", idle_seconds=0.2)
    function = spec(image(COUNTS))
    first = said(containers.call(function, b""))[0]
    until = time.monotonic() + 5
    while list((tmp_path / "run").iterdir()) and time.monotonic() < until:
        time.sleep(0.02)

    assert list((tmp_path / "run").iterdir()) == []
    assert said(containers.call(function, b""))[0] != first
    containers.close()


def test_a_block_shares_its_containers(tmp_path: Path, image: Image, spec: Spec) -> None:
    """What is called inside of one block finds warm ones; they end with it."""
    function = spec(image(COUNTS))
    with shared(tmp_path / "run"):
        calls = []
        for _ in range(2):
            with shared(tmp_path / "run") as inner:
                calls.append(said(inner.call(function, b""))[1])

    assert calls == ["1", "2"]
    assert list((tmp_path / "run").iterdir()) == []


def test_each_container_is_equipped_while_it_lives(tmp_path: Path, image: Image, spec: Spec) -> None:
    """Files of its own, made before it starts and gone after it has ended, found by a variable."""
    source = """
        import os
        def handler(ctx, data=None):
            return open(os.environ["TOKEN"]).read()
    """
    token = tmp_path / "identity" / "token"

    @contextmanager
    def equip(function: FunctionSpec) -> Iterator[Additions]:
        token.parent.mkdir()
        token.write_text(f"for {function.function_name}")
        hand_over(token.parent)
        yield Additions(environment={"TOKEN": str(token)}, read_only=(token.parent,))
        token.unlink()

    with shared(tmp_path / "run", equip) as containers:
        reply = containers.call(spec(image(source)), b"")
        assert token.exists()

    assert reply.body == b"for scorer"
    assert not token.exists()


@pytest.mark.parametrize(
    ("source", "status", "code"),
    [
        ("import os; os._exit(1)", 502, "FunctionInvokeContainerInitFail"),
        ("held = b'x' * 900_000_000; import time; time.sleep(60)", 504, "FunctionInvokeContainerInitTimeout"),
    ],
)
def test_one_that_does_not_come_up(
    containers: Containers, image: Image, spec: Spec, source: str, status: int, code: str
) -> None:
    """As OCI answers a container that ends, or takes too much memory, before it listens."""
    content = image("def handler(ctx, data=None):\n    pass\n", {"sitecustomize.py": source})
    reply = containers.call(spec(content), b"")

    assert (reply.status, reply.code) == (status, code)
    assert reply.problem.startswith("function scorer: ended while starting")


OWN_KIT = """
    import os, socket
    def main():
        link = os.environ["FN_LISTENER"].partition(":")[2]
        place = os.path.join(os.path.dirname(link), "phonylsnr.sock")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(place)
            server.listen()
            os.symlink("phonylsnr.sock", link)
            while True:
                connection, _ = server.accept()
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 {status} Other\\r\\nContent-Length: 2\\r\\n\\r\\nno")
                connection.close()
"""


@pytest.mark.parametrize("status", [201, 404, 500])
def test_any_other_status_of_a_container_is_invalid(
    containers: Containers, image: Image, spec: Spec, tmp_path: Path, status: int
) -> None:
    """What the kit never answers, but one of the image's own may: 502, and the container is ended."""
    kit = {
        "fdk/__init__.py": "",
        "fdk/context.py": "class InvokeContext:\n    SetResponseHeaders = None\n",
        "fdk/scripts/__init__.py": "",
        "fdk/scripts/fdk.py": textwrap.dedent(OWN_KIT.format(status=status)),
    }
    reply = containers.call(spec(image("", kit)), b"")

    assert (reply.status, reply.code) == (502, "FunctionInvokeInvalidResponse")
    assert str(status) in reply.problem
    assert list((tmp_path / "run").iterdir()) == []


def test_headers_of_the_caller_reach_the_function(containers: Containers, image: Image, spec: Spec) -> None:
    """Those that the platform sets cannot be given."""
    source = """
        import json
        def handler(ctx, data=None):
            headers = ctx.Headers()
            return json.dumps([headers.get(name) for name in ("fn-intent", "content-type", "fn-call-id")])
    """
    given = {"fn-intent": "cloudevent", "Fn-Call-Id": "forged"}
    reply = containers.call(spec(image(source)), b"x", None, "ID", "text/plain", given)

    assert json.loads(reply.body) == ["cloudevent", "text/plain", "ID"]


def test_a_call_is_ended_in_the_middle(containers: Containers, image: Image, spec: Spec) -> None:
    """With its name, as after a kill; whoever comes later is ended before the call."""
    function = spec(image(COUNTS))
    said(containers.call(function, b""))
    with ThreadPoolExecutor() as threads:
        running = threads.submit(containers.call, function, b"60")
        while not containers._at_work:
            time.sleep(0.01)
        began = time.monotonic()
        names = containers.end()
        reply = running.result(10)
        took = time.monotonic() - began
    late = containers.call(function, b"60")

    assert names == [function.function_name]
    assert (reply.status, late.status) == (502, 502)
    assert took < 5
    assert containers._at_work == {}
