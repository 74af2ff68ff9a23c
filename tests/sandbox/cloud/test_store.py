"""The store: what exists, in one file that several processes share."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.cloud.errors import Conflict, NotFound
from sandbox.cloud.store import Record, Store, StoreError

TYPE = "oci:Functions/application:Application"
OTHER = "oci:Functions/function:Function"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox" / "store.db"


class TestResources:
    def test_what_is_created_is_there(self, path: Path) -> None:
        """By id, in the list of its type and by its URN."""
        with Store(path) as store:
            made = store.create(
                TYPE, "urn:a", {"displayName": "a"}, {"displayName": "a", "state": "ACTIVE"}, "id"
            )

            assert isinstance(made, Record)
            assert store.get("id") == made
            assert store.list(TYPE) == store.list() == store.created("urn:a") == [made]
            assert store.list(OTHER) == []

    def test_it_is_there_for_another_process_at_once(self, path: Path) -> None:
        """A create is on disk before it returns, although nobody closed the file."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "id")
            asked = (
                "import sys; from sandbox.cloud.store import Store; print(Store(sys.argv[1]).get('id').urn)"
            )
            told = subprocess.run(
                [sys.executable, "-c", asked, str(path)],
                capture_output=True,
                text=True,
                check=True,
                cwd=Path(__file__).parents[3],
            )

        assert told.stdout == "urn:a\n"

    def test_an_id_is_taken_once(self, path: Path) -> None:
        """The second create is refused and leaves nothing behind."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "id")
            with pytest.raises(Conflict, match="id already exists"):
                store.create(TYPE, "urn:b", {}, {}, "id", claims=["name|b"])

            assert [record.urn for record in store.list()] == ["urn:a"]
            assert store.holder("name|b") is None

    def test_a_name_is_taken_once(self, path: Path) -> None:
        """Until its holder is gone or gives it up."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "1", claims=["app|c|main"])
            with pytest.raises(Conflict, match=r"409-Conflict, 'main' already exists \(1\)"):
                store.create(TYPE, "urn:b", {}, {}, "2", claims=["app|c|main"])
            store.update("1", {}, {}, claims=["app|c|other"])
            store.create(TYPE, "urn:b", {}, {}, "2", claims=["app|c|main"])
            store.delete("1")

            assert store.holder("app|c|other") is None
            assert store.holder("app|c|main") == "2"

    def test_a_name_without_its_holder_is_free(self, path: Path) -> None:
        """Whoever empties the table of resources by hand leaves the names behind."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "1", claims=["app|c|main"])
            raw = sqlite3.connect(path)
            raw.execute("DELETE FROM resources")
            raw.commit()
            raw.close()
            assert store.holder("app|c|main") is None
            store.create(TYPE, "urn:b", {}, {}, "2", claims=["app|c|main"])

            assert store.holder("app|c|main") == "2"

    def test_who_uses_what_follows_the_inputs(self, path: Path) -> None:
        """OCIDs anywhere in the inputs, at create and update; gone with the user."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "ocid1.fnapp.oc1.iad.a")
            store.create(OTHER, "urn:f", {"list": [{"deep": "ocid1.fnapp.oc1.iad.a"}]}, {}, "f")
            used = [record.id for record in store.users("ocid1.fnapp.oc1.iad.a")]
            store.update("f", {"applicationId": "ocid1.fnapp.oc1.iad.b"}, {})

            assert used == ["f"]
            assert store.users("ocid1.fnapp.oc1.iad.a") == []
            assert [record.id for record in store.users("ocid1.fnapp.oc1.iad.b", OTHER)] == ["f"]
            assert store.users("ocid1.fnapp.oc1.iad.b", TYPE) == []

    def test_updating_what_is_not_there_is_not_found(self, path: Path) -> None:
        """And adds nothing."""
        with Store(path) as store:
            with pytest.raises(NotFound):
                store.update("nowhere", {}, {})

            assert store.list() == []

    def test_deleting_says_whether_it_was_there(self, path: Path) -> None:
        """Deleting twice is no error."""
        with Store(path) as store:
            store.create(TYPE, "urn:a", {}, {}, "id")

            assert (store.delete("id"), store.delete("id")) == (True, False)

    def test_a_transaction_that_fails_leaves_nothing(self, path: Path) -> None:
        """Also across several writes, and the store goes on."""
        with Store(path) as store:
            with pytest.raises(Conflict), store.transaction():  # noqa: PT012 the first write is the point
                store.create(TYPE, "urn:a", {}, {}, "1")
                store.create(TYPE, "urn:a", {}, {}, "1")
            store.create(TYPE, "urn:b", {}, {}, "2")

            assert [record.id for record in store.list()] == ["2"]

    def test_thousands_are_no_trouble(self, path: Path) -> None:
        """Looking one up doesn't read the others."""
        with Store(path) as store:
            with store.transaction():
                for number in range(3000):
                    store.create(TYPE, f"urn:{number}", {"a": "ocid1.x.oc1..y"}, {}, str(number))
            plan = store._connection.execute(
                "EXPLAIN QUERY PLAN SELECT * FROM resources WHERE urn = ?", ("urn:7",)
            ).fetchone()[3]

            assert "resources_by_urn" in plan
            assert [record.id for record in store.created("urn:2999")] == ["2999"]
            assert store.count(TYPE) == 3000


def test_a_create_survives_the_death_of_its_process(path: Path) -> None:
    """Killed right after the call returned, without closing anything."""
    program = (
        "import os, signal, sys; from sandbox.cloud.store import Store\n"
        "Store(sys.argv[1]).create('t', 'urn:killed', {}, {}, 'id')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=False, cwd=Path(__file__).parents[3]
    )
    with Store(path) as store:
        found = [record.id for record in store.created("urn:killed")]
        mode = store._connection.execute("PRAGMA journal_mode").fetchone()[0]

    assert killed.returncode == -9
    assert found == ["id"]
    assert mode == "wal"


def test_several_processes_write_at_once(path: Path) -> None:
    """None of them loses a write or sees the file locked, from the very first opening."""
    program = (
        "import sys; from sandbox.cloud.store import Store; store = Store(sys.argv[1])\n"
        "for n in range(40): store.create('t', 'urn', {}, {}, f'{sys.argv[2]}-{n}')\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(path), str(number)], cwd=Path(__file__).parents[3]
        )
        for number in range(4)
    ]
    ended = [process.wait() for process in running]

    assert ended == [0, 0, 0, 0]
    with Store(path) as store:
        assert len(store.list()) == 160


class TestImages:
    def test_the_newest_push_of_a_tag_counts(self, path: Path) -> None:
        """The older digest is still an image."""
        with Store(path) as store:
            for digest in ("sha256:1", "sha256:2"):
                store.add_image(digest, "r/a:1", ref="", platforms=["linux/amd64"], context="/x", pushed=True)

            assert [image.digest for image in [store.tagged("r/a:1")] if image] == ["sha256:2"]
            assert [image.platforms for image in [store.image("sha256:1")] if image] == [("linux/amd64",)]
            assert [image.digest for image in store.images()] == ["sha256:1", "sha256:2"]

    def test_a_removed_image_is_gone(self, path: Path) -> None:
        """By digest and tag."""
        with Store(path) as store:
            store.add_image("sha256:1", "t", ref="", platforms=[], context="", pushed=False)
            store.remove_image("sha256:1", "t")

            assert store.image("sha256:1") is None


class TestSettings:
    def test_a_use_is_counted_across_openings(self, path: Path) -> None:
        """Twice means twice, whoever asks."""
        with Store(path) as store:
            first = [store.take("k", 2)]
        with Store(path) as store:
            assert [*first, store.take("k", 2), store.take("k", 2)] == [True, True, False]

    def test_every_store_has_a_mark_of_its_own(self, tmp_path: Path) -> None:
        """And keeps it."""
        with Store(tmp_path / "a.db") as one, Store(tmp_path / "b.db") as two:
            marks = one.mark, two.mark
        with Store(tmp_path / "a.db") as again:
            assert again.mark == marks[0] != marks[1]


class TestAnswers:
    def test_an_answer_is_owed_until_it_is_given(self, path: Path) -> None:
        """By id, with what was asked last; other ids are not touched."""
        with Store(path) as store:
            store.owe_answer("1", "update")
            store.owe_answer("2", "update")
            store.owe_answer("1", "delete")
            assert store.unanswered() == {"1": "delete", "2": "update"}
            store.answered("1")
            store.answered("nobody")

            assert store.unanswered() == {"2": "update"}

    def test_an_answer_is_owed_only_for_what_was_written(self, path: Path) -> None:
        """The note is part of the write's transaction."""
        with Store(path) as store:
            with contextlib.suppress(RuntimeError), store.transaction():
                store.owe_answer("1", "update")
                raise RuntimeError

            assert store.unanswered() == {}

    def test_a_new_resource_owes_nothing(self, path: Path) -> None:
        """Some ids come again, such as a bucket's or an image's."""
        with Store(path) as store:
            store.owe_answer("id", "delete")
            store.create(TYPE, "urn", {}, {}, "id")

            assert store.unanswered() == {}

    def test_empty(self, path: Path) -> None:
        """Until there is a resource, and after the last one is deleted."""
        with Store(path) as store:
            assert store.is_empty()
            store.create(TYPE, "urn", {}, {}, "id")
            assert not store.is_empty()
            store.delete("id")
            assert store.is_empty()

    def test_the_provider_is_kept(self, path: Path) -> None:
        """Which of several providers made a resource."""
        with Store(path) as store:
            store.create(TYPE, "urn", {}, {}, "id", provider="urn:p::1")

            assert [record.provider for record in store.list()] == ["urn:p::1"]


class TestTrouble:
    def test_a_damaged_file_is_one_line_with_its_name(self, path: Path) -> None:
        """Whether it never was a database or was cut."""
        path.parent.mkdir()
        path.write_bytes(b"not a database, but long enough to be looked at" * 40)

        with pytest.raises(StoreError) as failed:
            Store(path)

        assert str(failed.value) == (
            f"{path}: the store is damaged (file is not a database); replace it with a good copy or "
            "remove it; the next deploy says how to continue"
        )

    def test_a_damaged_row_is_one_line_too(self, path: Path) -> None:
        """Text that isn't JSON any more."""
        with Store(path) as store:
            store.create(TYPE, "urn", {}, {}, "id")
            raw = sqlite3.connect(path)
            raw.execute("UPDATE resources SET outputs = '{'")
            raw.commit()
            raw.close()
            with pytest.raises(StoreError, match="the store is damaged"):
                store.get("id")

    def test_a_full_disk_is_said(self, path: Path) -> None:
        """A limit on the file's size stands for the disk; what was there before stays."""
        with Store(path) as store:
            store.create(TYPE, "urn", {}, {}, "small")
            store._connection.execute("PRAGMA max_page_count = 20")
            with pytest.raises(StoreError, match="no space left for the store"):
                store.create(TYPE, "urn", {"a": "x" * 500_000}, {}, "large")

            assert [record.id for record in store.list()] == ["small"]

    def test_a_folder_that_can_not_be_made_is_said(self, tmp_path: Path) -> None:
        """Here because a file is in the way; a read-only disk reads the same."""
        (tmp_path / "file").write_text("")

        with pytest.raises(StoreError, match=str(tmp_path / "file")):
            Store(tmp_path / "file" / "store.db")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_read_only_folder_is_said(self, tmp_path: Path) -> None:
        """Nothing can be written there."""
        tmp_path.chmod(0o500)

        with pytest.raises(StoreError, match="cannot be written"):
            Store(tmp_path / "store.db")

    def test_a_store_of_another_version_is_left_alone(self, path: Path) -> None:
        """It isn't damaged, it is newer."""
        Store(path).close()
        raw = sqlite3.connect(path)
        raw.execute("PRAGMA user_version = 99")
        raw.commit()
        raw.close()

        with pytest.raises(StoreError, match="written by another version"):
            Store(path)

    @pytest.mark.parametrize(("version", "lacking"), [(1, ("provider", "region")), (2, ("region",))])
    def test_a_store_of_an_older_version_is_taken_over(
        self, path: Path, version: int, lacking: tuple[str, ...]
    ) -> None:
        """What it holds stays; what it could not know is empty."""
        with Store(path) as store:
            store.create(TYPE, "urn", {"a": 1}, {"a": 1}, "id", provider="p::1", region="eu-paris-1")
        raw = sqlite3.connect(path)
        for column in lacking:
            raw.execute(f"ALTER TABLE resources DROP COLUMN {column}")
        if version == 1:
            raw.execute("DROP TABLE unanswered")
        raw.execute(f"PRAGMA user_version = {version}")
        raw.commit()
        raw.close()

        for _ in range(2):
            with Store(path) as store:
                found = store.get("id")
                assert found is not None
                assert (found.inputs, found.region) == ({"a": 1}, "")
                assert found.provider == ("" if version == 1 else "p::1")
                assert store.unanswered() == {}

    def test_every_change_of_a_resource_is_another_generation(self, path: Path) -> None:
        """By whichever process; a store of the version before counts from when it was opened."""
        with Store(path) as store:
            store.create(TYPE, "urn", {}, {}, "id")
        raw = sqlite3.connect(path)
        for event in ("insert", "update", "delete"):
            raw.execute(f"DROP TRIGGER generation_{event}")
        raw.execute("DELETE FROM settings WHERE key = 'generation'")
        raw.execute("PRAGMA user_version = 3")
        raw.commit()
        raw.close()

        with Store(path) as store, Store(path) as other:
            seen = [store.generation()]
            for change in (
                lambda: other.create(TYPE, "urn", {}, {}, "other"),
                lambda: other.update("other", {"a": 1}, {}),
                lambda: other.delete("other"),
            ):
                change()
                seen.append(store.generation())
            store.set_setting("a", "b")

            assert sorted(set(seen)) == seen
            assert store.generation() == seen[-1]

    def test_a_service_keeps_tables_of_its_own(self, path: Path) -> None:
        """In the same transaction as everything else: what fails in between leaves nothing."""

        def half(store: Store) -> None:
            with store.transaction():
                store.execute("INSERT INTO a VALUES (?)", ("lost",))
                raise ValueError("in between")

        with Store(path) as store:
            for _ in range(2):
                store.define("CREATE TABLE IF NOT EXISTS a (x TEXT); CREATE TABLE IF NOT EXISTS b (y TEXT)")
            with pytest.raises(ValueError, match="in between"):
                half(store)
            changed = store.execute("INSERT INTO a VALUES (?), (?)", ("1", "2"))
            with Store(path) as other:
                found = other.select("SELECT x FROM a WHERE x > ?", ("1",))

        assert (changed, found) == (2, [("2",)])

    def test_what_no_program_made_does_not_make_a_store_less_empty(self, path: Path) -> None:
        """A user made on demand is no sign that a stack's resources are there."""
        with Store(path) as store:
            store.create(TYPE, "", {}, {}, "on-demand")
            before = store.is_empty()
            store.create(TYPE, "urn", {}, {}, "id")

            assert (before, store.is_empty()) == (True, False)

    def test_a_second_connection_leaves_the_locks_of_the_first(self, path: Path) -> None:
        """A process that opens the store twice keeps its journal: whoever else comes and goes meanwhile does
        not take it for abandoned, and what is written afterwards is not lost.
        """
        visit = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT 1 FROM settings')"
        with Store(path) as store:
            store.create(TYPE, "urn", {}, {}, "before")
            Store(path).close()
            subprocess.run([sys.executable, "-c", visit, str(path)], check=True)
            store.create(TYPE, "urn", {}, {}, "after")
            with Store(path) as other:
                found = {record.id for record in other.list()}

            assert path.with_name("store.db-wal").exists()
        assert found == {"before", "after"}

    def test_only_the_owner_may_read_it(self, path: Path) -> None:
        """It holds what the cloud would know, secrets included; so do the journals beside it, and the folder
        is closed too. A store that was readable is so no more."""
        former = os.umask(0)
        try:
            with Store(path) as store:
                store.create(TYPE, "urn", {}, {}, "id")
                places = [path.parent, *path.parent.iterdir()]
                modes = {place.name: place.stat().st_mode & 0o077 for place in places}
            path.chmod(0o644)
            Store(path).close()
        finally:
            os.umask(former)

        assert {"store.db-wal", "store.db-shm"} <= set(modes)
        assert set(modes.values()) == {0}
        assert path.stat().st_mode & 0o077 == 0


def test_a_table_whose_transaction_failed_is_made_again(path: Path) -> None:
    """Only what is in the file counts as made."""
    schema = "CREATE TABLE IF NOT EXISTS letters (text TEXT)"
    with Store(path) as store:

        def fail() -> None:
            with store.transaction():
                store.define(schema)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        store.define(schema)
        assert store.execute("INSERT INTO letters VALUES ('a')") == 1
