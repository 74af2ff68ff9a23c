"""Starts a function's process, confines it as far as the system allows, and ends everything that it started.

    python -I -S launch.py <socket> <plan>

<socket>  one end of a socket pair. When the other end closes, however its process ends, everything ends.
          Told over it, a line of JSON each: what could not be confined (with the sockets that listen in the
          function's network), and later that the memory was used up.
<plan>    a file of JSON, read and removed; `confinement.plan_for` makes it.

This process outlives the function: it reaps what the function leaves, ends the whole tree, watches its
memory, and ends as the function did. Standard library only, and nothing of the project. On systems other
than Linux it only starts the function and ends its process group.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from typing import Any

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET = 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_DETACH = 2
_PDEATHSIG, _NO_NEW_PRIVS, _SUBREAPER = 1, 38, 36
_MOUNT_SETATTR, _AT_RECURSIVE = 442, 0x8000
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_SECONDS_BETWEEN_LOOKS = 0.05
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64")
_SETTINGS = ("ssl", "pki", "ca-certificates", "localtime", "ld.so.cache", "alternatives")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_NAMES = {
    "passwd": "root:x:0:0::/:/bin/false\nfn:x:{user}:{user}::/tmp:/bin/false\n",
    "group": "root:x:0:\nfn:x:{user}:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_LINUX = sys.platform == "linux"
_libc: Any = ctypes.CDLL(None, use_errno=True) if _LINUX else None


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


def _unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), "unshare")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, options)]
    _checked(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]), target)


def _read_only(target: str) -> None:
    """Everything below a mount, where the system can; else the mount alone."""
    attributes = struct.pack("=QQQQ", _RDONLY, 0, 0, 0)
    done = _libc.syscall(
        _MOUNT_SETATTR, -100, os.fsencode(target), _AT_RECURSIVE, attributes, len(attributes)
    )
    if done < 0:
        kept = os.statvfs(target).f_flag & 0xF
        _mount(None, target, None, _REMOUNT | _BIND | _RDONLY | kept)


def enter_user(user: int, group: int) -> None:
    """Be known by these numbers in a namespace of users; outside of it this process stays who it is."""
    outside_user, outside_group = os.geteuid(), os.getegid()
    _unshare(_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {outside_user} 1"),
        ("gid_map", f"{group} {outside_group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def enter_network(ports: Sequence[int]) -> list[socket.socket]:
    """Only the way to itself, and sockets on these ports that whoever gets them passes on."""
    _unshare(_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        request = struct.pack("16sH22x", b"lo", 1)
        fcntl.ioctl(one, 0x8914, request)
    listening = []
    for port in ports:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        listening.append(listener)
    return listening


class Namespaces:
    """What of the system's confinement could be entered; `lacking` says what could not, and why."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan = plan
        self.lacking: list[str] = []
        self.root = ""
        self.listening: list[socket.socket] = []
        self._made: set[str] = set()

    def enter(self) -> None:
        """Enter what the system lets this process enter; never raises."""
        if not _LINUX or not self.plan["confine"]:
            why = "this system has no namespaces" if not _LINUX else "it was switched off"
            self.lacking = [f"files, user, processes, network ({why})"]
            return
        try:
            self._own_user()
            _unshare(_NEWNS)
            _mount(None, "/", None, _REC | _PRIVATE)
            self._build(self.plan["root"])
            self.root = self.plan["root"]
        except (OSError, KeyError) as error:
            self.lacking.append(f"files and user ({error})")
        for name, flag in (("processes", _NEWPID), ("shared memory", _NEWIPC), ("host name", _NEWUTS)):
            try:
                _unshare(flag)
            except OSError as error:
                self.lacking.append(f"{name} ({error.strerror})")
        try:
            self.listening = enter_network(self.plan["ports"])
        except OSError as error:
            self.lacking.append(f"network ({error.strerror})")

    def _own_user(self) -> None:
        """Root takes another user's number later; anybody else becomes one in a namespace."""
        if os.geteuid() != 0:
            enter_user(self.plan["user"], self.plan["user"])

    # The file system

    def _build(self, root: str) -> None:
        _mount("tmpfs", root, "tmpfs", _NOSUID | _NODEV, "mode=755,size=4m")
        self._system(root)
        # Before what lies below the machine's /tmp: a later mount would hide it.
        self._tmp(f"{root}/tmp")  # noqa: S108 the function's own
        for source in self.plan["read_only"]:
            if os.path.exists(source):
                self._bind(source, root + source, read_only=True)
        for source, target in self.plan["mounts"]:
            self._bind(source, root + target, read_only=True)
        self._place(self.plan["image"], root)
        for inside in ("proc", self.plan["workdir"].strip("/")):
            if inside and not os.path.isdir(f"{root}/{inside}"):
                os.makedirs(f"{root}/{inside}")
        _mount(None, root, None, _REMOUNT | _RDONLY | _NOSUID | _NODEV, "mode=755,size=4m")

    def _system(self, root: str) -> None:
        self._bind("/usr", f"{root}/usr", read_only=True)
        for name in _SYSTEM:
            if os.path.islink(f"/{name}"):
                os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
            elif os.path.isdir(f"/{name}"):
                self._bind(f"/{name}", f"{root}/{name}", read_only=True)
        os.makedirs(f"{root}/etc")
        for name in _SETTINGS:
            if os.path.exists(f"/etc/{name}"):
                self._bind(f"/etc/{name}", f"{root}/etc/{name}", read_only=True)
        for name, text in _NAMES.items():
            with open(f"{root}/etc/{name}", "w") as file:
                file.write(text.format(user=self.plan["user"]))
        os.makedirs(f"{root}/dev")
        for name in _DEVICES:
            self._bind(f"/dev/{name}", f"{root}/dev/{name}", read_only=False)
        for name, leads in (("fd", "fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
            os.symlink(f"/proc/self/{leads}", f"{root}/dev/{name}")

    def _tmp(self, folder: str) -> None:
        os.makedirs(folder)
        megabytes, files = self.plan["tmp"]
        _mount("tmpfs", folder, "tmpfs", _NOSUID | _NODEV, f"mode=1777,size={megabytes}m,nr_inodes={files}")
        self._made.add(folder)
        self._bind(self.plan["socket_folder"], f"{folder}/iofs", read_only=False)

    def _bind(self, source: str, target: str, *, read_only: bool) -> None:
        if os.path.isdir(source):
            os.makedirs(target, exist_ok=True)
        elif not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
        _mount(source, target, None, _BIND | _REC)
        self._made.add(target)
        if read_only:
            _read_only(target)

    def _place(self, source: str, target: str) -> None:
        """The image's files, each folder whole where nothing of the machine is in its place."""
        for name in sorted(os.listdir(source)):
            inner, place = f"{source}/{name}", f"{target}/{name}"
            if place in self._made:
                if not place.endswith("/tmp"):  # noqa: S108
                    self._over(inner, place)
            elif os.path.islink(inner) or not os.path.lexists(place):
                if os.path.lexists(place):
                    continue
                if os.path.islink(inner):
                    os.symlink(os.readlink(inner), place)
                else:
                    self._bind(inner, place, read_only=True)
            elif os.path.isdir(inner) and os.path.isdir(place):
                self._place(inner, place)

    def _over(self, source: str, target: str) -> None:
        try:
            _mount("overlay", target, "overlay", _RDONLY, f"lowerdir={source}:{target}")
        except OSError as error:
            name = target[len(self.plan["root"]) :]
            self.lacking.append(f"the image's files in {name} are not there ({error.strerror})")


class MemoryGroup:
    """A control group that holds the function to its memory, where the system lets this process make one.

    Of the second version of control groups beside its own, of the first below it. Elsewhere only what is
    resident is looked at, now and then.
    """

    def __init__(self, plan: dict[str, Any]) -> None:
        self._folder = ""
        self._events = ""
        if not _LINUX or not plan["confine"]:
            return
        with contextlib.suppress(OSError):
            for folder, settings, events in self._places(plan["memory_kb"] * 1024):
                if folder and self._make(folder, settings):
                    self._events = f"{self._folder}/{events}"
                    return

    @staticmethod
    def _places(limit: int) -> list[tuple[str, tuple[tuple[str, int], ...], str]]:
        one, two = "", ""
        with open("/proc/self/cgroup") as file:
            for line in file:
                _, controllers, path = line.rstrip("\n").split(":", 2)
                if controllers == "memory":
                    one = f"/sys/fs/cgroup/memory{path}"
                elif not controllers:
                    two = os.path.dirname(f"/sys/fs/cgroup{path}")
        return [
            (two, (("memory.max", limit), ("memory.swap.max", 0)), "memory.events"),
            (one, (("memory.limit_in_bytes", limit),), "memory.oom_control"),
        ]

    def _make(self, parent: str, settings: tuple[tuple[str, int], ...]) -> bool:
        folder = f"{parent}/oci-sandbox-{os.getpid()}"
        with contextlib.suppress(OSError):
            os.mkdir(folder)
            for name, value in settings:
                if name == settings[0][0] or os.path.exists(f"{folder}/{name}"):
                    with open(f"{folder}/{name}", "r+") as file:
                        file.write(str(value))
            self._folder = folder
            return True
        with contextlib.suppress(OSError):
            os.rmdir(folder)
        return False

    def join(self) -> None:
        """In the child, before it changes anything else; every process that it starts belongs to it too."""
        if self._folder:
            with contextlib.suppress(OSError), open(f"{self._folder}/cgroup.procs", "r+") as file:
                file.write("0")

    def used_up(self) -> bool:
        """Whether a process was ended because there was no more."""
        if not self._events:
            return False
        with contextlib.suppress(OSError), open(self._events) as file:
            return any(line.startswith("oom_kill ") and line.strip() != "oom_kill 0" for line in file)
        return False

    def remove(self) -> None:
        """When nothing of it is left."""
        with contextlib.suppress(OSError):
            if self._folder:
                os.rmdir(self._folder)


def _change_root(root: str) -> None:
    _unshare(_NEWNS)
    # While the machine's own is in sight: without one that hides nothing, a user's namespace gets none.
    with contextlib.suppress(OSError):
        _mount("proc", f"{root}/proc", "proc", _NOSUID | _NODEV)
    os.chdir(root)
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None or _libc.syscall(number, b".", b".") < 0:
        os.chroot(".")
    else:
        _checked(_libc.umount2(b".", _DETACH), "umount")
    os.chdir("/")


def _become(plan: dict[str, Any], spaces: Namespaces) -> None:
    """In the child: the confined place, the other user, then the function's interpreter."""
    if _LINUX:
        if spaces.root:
            _change_root(spaces.root)
            if os.getuid() == 0:
                os.setgroups([])
                os.setresgid(plan["user"], plan["user"], plan["user"])
                os.setresuid(plan["user"], plan["user"], plan["user"])
        _prctl(_NO_NEW_PRIVS, 1)
        _prctl(_PDEATHSIG, signal.SIGKILL)
    else:
        os.setpgid(0, 0)  # the group is all there is to find its children by
    how = plan["confined"] if spaces.root else plan["open"]
    os.umask(0o022)
    os.chdir(how["workdir"])
    os.execve(how["command"][0], how["command"], how["environment"])  # noqa: S606 no shell is wanted


def _start(plan: dict[str, Any], spaces: Namespaces, group: MemoryGroup) -> int:
    child = os.fork()
    if child:
        return child
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        group.join()
        _become(plan, spaces)
    except BaseException as error:  # noqa: BLE001 nothing may get out of the child
        os.write(2, f"the sandbox cannot start the function: {error}\n".encode())
    finally:
        os._exit(127)


# The tree of processes


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += map(int, file.read().split())
    return found


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    left = _children(pid)
    while left:
        one = left.pop()
        found.append(one)
        left += _children(one)
    return found


def _resident(pid: int, name: str) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/{name}") as file:
        text = file.read()
        if name == "statm":
            return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
        return int(text.partition("Pss:")[2].split()[0])
    return None


def _used(pids: list[int]) -> int:
    """KiB in memory. Pages that processes share count once where the system tells, which takes longer."""
    return sum(_resident(pid, "statm") or 0 for pid in pids)


def _used_exactly(pids: list[int]) -> int:
    exact = [_resident(pid, "smaps_rollup") for pid in pids]
    told = [one for one in exact if one is not None]
    return sum(told) if len(told) == len(exact) else _used(pids)


def _end_tree(child: int) -> None:
    """Nothing that the function started is left: orphans are this process's own children."""
    if not _LINUX:
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    while True:
        for pid in {child, *_descendants(os.getpid())} if _LINUX else {child}:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


class _Watch:
    """Waits until the function ends, the other end closes, or the memory is used up."""

    def __init__(self, control: socket.socket, child: int, limit: int, group: MemoryGroup) -> None:
        self._control, self._child, self._limit, self._group = control, child, limit, group
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.status: int | None = None

    def run(self) -> None:
        """Until then; `status` is how the function ended, None where it has not."""
        while self.status is None:
            pause = _SECONDS_BETWEEN_LOOKS if _LINUX else None
            watched: list[Any] = [self._control, self._woken]
            ready, _, _ = select.select(watched, [], [], pause)
            if self._woken in ready:
                os.read(self._woken, 512)
            self._reap()
            if self._control in ready or self._over_memory():
                return

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == self._child:
                    self.status = status
                if pid == 0:
                    return

    def _over_memory(self) -> bool:
        if not _LINUX:
            return False
        pids = _descendants(os.getpid())
        used = _used(pids)
        if self._group.used_up():
            used = max(used, self._limit)
        elif used <= self._limit or _used_exactly(pids) <= self._limit:
            return False
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"memory": used}).encode() + b"\n")
        return True


def _end_as(status: int) -> None:
    """End the way the function ended."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def main() -> None:
    """Confines, starts, watches, ends."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    with open(sys.argv[2]) as file:
        plan = json.load(file)
    os.unlink(sys.argv[2])
    signal.signal(signal.SIGCHLD, lambda *_: None)
    if _LINUX:
        _prctl(_SUBREAPER, 1)
    group = MemoryGroup(plan)  # while its folder is in sight
    spaces = Namespaces(plan)
    spaces.enter()
    told = json.dumps({"lacking": spaces.lacking, "confined": bool(spaces.root)}).encode() + b"\n"
    socket.send_fds(control, [told], [one.fileno() for one in spaces.listening])
    for one in spaces.listening:
        one.close()
    child = _start(plan, spaces, group)
    watch = _Watch(control, child, plan["memory_kb"], group)
    watch.run()
    _end_tree(child)
    group.remove()
    _end_as(watch.status if watch.status is not None else int(signal.SIGKILL))


if __name__ == "__main__":
    main()
