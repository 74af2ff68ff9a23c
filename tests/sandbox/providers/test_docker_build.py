"""The stand-in `docker-build`: an image is its kept content, named by a digest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.wire import Secret, plain
from sandbox.services.bridge_base import UNKNOWN
from tests.sandbox.conftest import COMPARTMENT, Client, Failed

IMAGE = "docker-build:index:Image"
REPOSITORY = "oci:Artifacts/containerRepository:ContainerRepository"
TAG = "iad.ocir.io/sandboxns/app/fn:1"


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "program" / "function_src"
    place.mkdir(parents=True)
    (place / "Dockerfile").write_text("FROM fnproject/python:3.12\nCOPY func.py /function/\n")
    (place / "func.py").write_text("print(1)\n")
    monkeypatch.chdir(place.parent)
    return place


def image(**more: Any) -> dict[str, Any]:
    return {
        "context": {"location": "./function_src"},
        "platforms": ["linux/amd64"],
        "push": True,
        "registries": [{"address": "iad.ocir.io", "username": "u", "password": Secret("hunter2")}],
        "tags": [TAG],
        **more,
    }


@pytest.fixture
def repository(oci: Client) -> Any:
    return oci.create(REPOSITORY, "repo", {"compartmentId": COMPARTMENT, "displayName": "app/fn"})


class TestBuild:
    def test_the_content_is_kept_under_its_digest(
        self, docker: Client, context: Path, folder: Path, repository: Any
    ) -> None:
        """What runs later is the copy, not the working tree."""
        made = docker.create(IMAGE, "img", image())
        (context / "func.py").write_text("print(2)\n")
        digest = made.outputs["digest"]

        assert made.id == digest
        assert made.outputs["ref"] == f"{TAG}@{digest}"
        kept = folder / "images" / "sha256" / digest.removeprefix("sha256:") / "content"
        assert (kept / "func.py").read_text() == "print(1)\n"
        assert [image.context for image in docker.provider.store.images()] == [str(kept.parent)]
        assert [image.platforms for image in docker.provider.store.images()] == [("linux/amd64",)]

    def test_what_of_the_dockerfile_is_not_done_is_a_warning(
        self, docker: Client, context: Path, folder: Path, repository: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The deploy goes on; no build argument is in it, and none that RUN alone uses is kept."""
        warnings: list[str] = []
        monkeypatch.setattr(docker.provider, "warn", lambda urn, text: warnings.append(text))
        (context / "Dockerfile").write_text(
            "FROM x\nARG TOKEN\nARG WHERE\nRUN apt-get install gcc\nADD https://$TOKEN@example.com/a /a\n"
            "RUN pip install -r missing.txt\nCOPY func.py /$WHERE/\n"
        )
        docker.create(IMAGE, "img", image(buildArgs={"TOKEN": Secret("swordfish"), "WHERE": "function"}))
        (context / "Dockerfile").write_text(
            "FROM x\nARG TOKEN\nRUN apt-get install gcc # $TOKEN\nCOPY func.py /f/\n"
        )
        docker.create(IMAGE, "other", image(buildArgs={"TOKEN": Secret("swordfish")}))

        assert "requirements file missing.txt is not in the image" in warnings[0]
        assert "line 3: not run: apt-get install gcc" in warnings[1]
        assert "swordfish" not in "".join(warnings)
        kept = [path.read_text() for path in folder.glob("images/sha256/*/build.json")]
        assert sorted(kept) == [
            '{"arguments": {"WHERE": "function"}, "target": null}',
            '{"arguments": {}, "target": null}',
        ]

    def test_the_digest_names_content_platforms_and_arguments(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """And nothing else: tags, credentials and pushing don't count."""
        inputs = [
            image(),
            image(tags=[f"{TAG}2"], registries=[]),
            image(platforms=["linux/arm64"]),
            image(buildArgs={"A": "1"}),
            image(labels={"a": "b"}),
        ]
        digests = [docker.create(IMAGE, f"img{i}", given).outputs["digest"] for i, given in enumerate(inputs)]

        assert digests[0] == digests[1]
        assert len(set(digests)) == 4

    def test_two_images_of_the_same_content_have_ids_of_their_own(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """Deleting one leaves the other's image."""
        one, two = docker.create(IMAGE, "one", image()), docker.create(IMAGE, "two", image())
        docker.delete(one)

        assert one.id != two.id
        assert docker.provider.store.image(two.outputs["digest"]) is not None
        docker.delete(two)
        assert docker.provider.store.image(two.outputs["digest"]) is None

    def test_without_a_push_there_is_no_digest(self, docker: Client, context: Path) -> None:
        """As with the real one: the build stays in its cache."""
        made = docker.create(IMAGE, "img", image(push=False))

        assert (made.outputs["digest"], made.outputs["ref"]) == ("", TAG)

    def test_a_file_that_is_missing_fails_the_build(self, docker: Client, context: Path) -> None:
        """At create, as in Docker."""
        (context / "func.py").unlink()

        with pytest.raises(Failed, match=r'line 2: "func.py" is not in the build context function_src'):
            docker.create(IMAGE, "img", image())


class TestRegistry:
    def test_a_push_creates_a_missing_repository_and_warns(
        self, docker: Client, context: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In the root compartment, as OCI does; nobody wants it there."""
        warnings: list[str] = []
        monkeypatch.setattr(docker.provider, "warn", lambda urn, text: warnings.append(text))
        docker.create(IMAGE, "img", image())
        made = docker.provider.store.list(REPOSITORY)

        assert [record.outputs["displayName"] for record in made] == ["app/fn"]
        assert made[0].inputs["compartmentId"].startswith("ocid1.tenancy.")
        assert "created it in the root compartment" in warnings[0]

    def test_a_repository_counts_its_images(self, docker: Client, context: Path, repository: Any) -> None:
        """Without a warning where it existed."""
        docker.create(IMAGE, "img", image())

        assert docker.record(repository.id).outputs["imageCount"] == 1

    def test_an_immutable_tag_can_not_be_overwritten(
        self, oci: Client, docker: Client, context: Path
    ) -> None:
        """The same digest may be pushed again, another may not."""
        oci.create(
            REPOSITORY,
            "repo",
            {"compartmentId": COMPARTMENT, "displayName": "app/fn", "isImmutable": True},
        )
        made = docker.create(IMAGE, "img", image())
        docker.update(made, image(labels={}))
        (context / "func.py").write_text("print(2)\n")

        with pytest.raises(
            Failed, match=r"409-Conflict, tag .* cannot be overwritten: the repository is immutable"
        ):
            docker.update(made, image())

    def test_other_registries_are_nobodys_business(self, docker: Client, context: Path) -> None:
        """No repository is made for them."""
        docker.create(IMAGE, "img", image(tags=["docker.io/me/fn:1"]))

        assert docker.provider.store.list(REPOSITORY) == []


class TestPreview:
    def test_the_digest_of_a_new_image_is_unknown(self, docker: Client, context: Path) -> None:
        """Nothing was built; the hash of the context is known."""
        shown = docker.preview(IMAGE, "img", image())

        assert (shown["digest"], shown["ref"]) == (UNKNOWN, UNKNOWN)
        assert len(shown["contextHash"]) == 64

    def test_unknown_inputs_make_no_trouble(self, docker: Client, context: Path) -> None:
        """Tags and the context may come from other resources."""
        assert docker.preview(IMAGE, "img", image(tags=[UNKNOWN]))["digest"] is UNKNOWN
        assert docker.preview(IMAGE, "img", image(context={"location": UNKNOWN}))["contextHash"] is UNKNOWN

    def test_an_update_knows_the_digest_unless_the_image_changes(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """A new tag gets a new ref of the same image."""
        made = docker.create(IMAGE, "img", image())
        tagged = docker.update(made, image(tags=[f"{TAG}.1"]), preview=True).outputs
        built = docker.update(made, image(buildArgs={"A": "1"}), preview=True).outputs
        (context / "func.py").write_text("print(2)\n")
        changed = docker.update(made, image(), preview=True).outputs

        assert (tagged["digest"], tagged["ref"]) == (made.outputs["digest"], UNKNOWN)
        assert (built["digest"], built["ref"]) == (UNKNOWN, UNKNOWN)
        assert (changed["digest"], changed["ref"]) == (UNKNOWN, UNKNOWN)


class TestDiff:
    def test_nothing_changed_is_no_change(self, docker: Client, context: Path, repository: Any) -> None:
        """Also with another password: tokens are short-lived."""
        made = docker.create(IMAGE, "img", image())
        registries = [{"address": "iad.ocir.io", "username": "u", "password": Secret("other")}]

        assert docker.changed(made, image()) == {}
        assert docker.changed(made, image(registries=registries)) == {}

    def test_a_changed_file_is_an_update(self, docker: Client, context: Path, repository: Any) -> None:
        """And the update has another digest under the same id."""
        made = docker.create(IMAGE, "img", image())
        (context / "func.py").write_text("print(2)\n")

        assert docker.changed(made, image()) == {"contextHash": "UPDATE"}
        updated = docker.update(made, image())
        assert updated.id == made.id
        assert updated.outputs["digest"] != made.outputs["digest"]
        assert docker.changed(updated, image()) == {}

    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"tags": [f"{TAG}2"]}, "tags[0]"),
            ({"platforms": ["linux/arm64"]}, "platforms[0]"),
            ({"registries": [{"address": "iad.ocir.io", "username": "v"}]}, "registries[0].username"),
            ({"push": False}, "push"),
        ],
    )
    def test_a_changed_input_is_an_update(
        self, docker: Client, context: Path, repository: Any, more: dict[str, Any], path: str
    ) -> None:
        """Nothing ever replaces an image."""
        made = docker.create(IMAGE, "img", image())

        assert docker.changed(made, image(**more)) == {path: "UPDATE"}

    def test_secrets_one_asks_to_ignore_are_ignored(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """Short-lived ones would build every time."""
        made = docker.create(IMAGE, "img", image(secrets={"t": "1"}, ignoreSecretsInDiffCalculation=["t"]))

        assert docker.changed(made, image(secrets={"t": "2"}, ignoreSecretsInDiffCalculation=["t"])) == {}


class TestCheck:
    @pytest.mark.parametrize(
        ("more", "problem"),
        [
            ({"platforms": ["linux/amd65"]}, '"platforms[0]" must be one of darwin/386'),
            ({"tags": ["Not A Tag"]}, "\"tags[0]\": 'Not A Tag' is not an image reference"),
            ({"tags": []}, '"push" needs at least one of "tags"'),
            ({"context": {"location": "./nowhere"}}, "build context ./nowhere: no such folder"),
            ({"context": {"location": "https://github.com/x/y.git"}}, "the sandbox builds from a folder"),
            ({"dockerfile": {"location": "./Missing"}}, "Dockerfile Missing: No such file"),
            (
                {"dockerfile": {"location": "./x", "inline": "FROM x"}},
                'accepts "location" or "inline", not both',
            ),
            ({"dockerfile": {"inline": "FRM x"}}, "line 1: unknown instruction FRM"),
            ({"tag": "x"}, 'unexpected property "tag"; did you mean "tags"?'),
        ],
    )
    def test_what_can_not_be_built_is_refused(
        self, docker: Client, context: Path, more: dict[str, Any], problem: str
    ) -> None:
        """Before anything is built, also at preview."""
        with pytest.raises(Failed) as failed:
            docker.preview(IMAGE, "img", image(**more))

        assert problem in str(failed.value)

    def test_push_is_required(self, docker: Client, context: Path) -> None:
        """As in the SDK."""
        inputs = image()
        del inputs["push"]

        with pytest.raises(Failed, match='missing required property "push"'):
            docker.check(IMAGE, "img", inputs)

    def test_passwords_and_build_secrets_are_closed(self, docker: Client, context: Path) -> None:
        """Although the program forgot to."""
        registries = [{"address": "a", "username": "u", "password": "hunter2"}]
        checked = docker.check(IMAGE, "img", image(registries=registries, secrets={"k": "v"}))

        assert checked["registries"][0]["password"] == Secret("hunter2")
        assert checked["secrets"] == Secret({"k": "v"})


class TestKeeping:
    def test_no_password_reaches_the_store(
        self, docker: Client, context: Path, repository: Any, folder: Path
    ) -> None:
        """Neither the registry's nor a build secret; the state keeps them, closed."""
        made = docker.create(IMAGE, "img", image(secrets={"k": "swordfish"}))
        docker.update(made, image(secrets={"k": "swordfish"}, labels={"a": "b"}))
        kept = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

        assert b"hunter2" not in kept
        assert b"swordfish" not in kept
        assert made.outputs["registries"][0]["password"] == Secret("hunter2")

    def test_a_refresh_finds_nothing_after_a_deploy(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """Inputs and outputs as they were, with what is secret."""
        made = docker.create(IMAGE, "img", image())

        assert docker.read(made) == made

    def test_a_refresh_finds_that_the_image_is_gone(
        self, docker: Client, context: Path, repository: Any
    ) -> None:
        """Somebody deleted it from the registry."""
        made = docker.create(IMAGE, "img", image())
        docker.provider.store.remove_image(made.outputs["digest"], TAG)

        assert docker.read(made) is None


class TestIndex:
    def test_an_index_joins_images(self, docker: Client, context: Path, repository: Any) -> None:
        """Its digest names the images; its tag stands for it."""
        made = docker.create(IMAGE, "img", image())
        index = docker.create(
            "docker-build:index:Index", "idx", {"tag": f"{TAG}-all", "sources": [made.outputs["ref"]]}
        )

        assert index.outputs["ref"].startswith(f"{TAG}-all@sha256:")
        assert [image.platforms for image in docker.provider.store.images()] == [("linux/amd64",)] * 2

    def test_a_missing_image_is_not_found(self, docker: Client, context: Path) -> None:
        """By name."""
        with pytest.raises(Failed, match=r"404-NotAuthorizedOrNotFound, image iad.ocir.io/x/y:1 not found"):
            docker.create("docker-build:index:Index", "idx", {"tag": TAG, "sources": ["iad.ocir.io/x/y:1"]})


def test_the_encoded_answer_holds_no_open_password(docker: Client, context: Path, repository: Any) -> None:
    """What goes back to the engine is closed everywhere."""
    made = docker.create(IMAGE, "img", image())

    assert "hunter2" not in repr(made.outputs)
    assert "hunter2" in repr(plain(made.outputs))
