"""One program that deploys into two regions, each by a provider of its own, under the real engine."""

from __future__ import annotations

from tests.end_to_end.harness import COMPARTMENT, TENANCY, Program

APPLICATION = "oci:Functions/application:Application"
TWO_REGIONS = f"""
    import pulumi
    import pulumi_oci as oci

    def place(region):
        provider = oci.Provider(region, region=region, tenancy_ocid={TENANCY!r})
        options = pulumi.ResourceOptions(provider=provider)
        app = oci.functions.Application(
            f"app-{{region}}", compartment_id={COMPARTMENT!r}, display_name=pulumi.get_project(),
            subnet_ids=[f"ocid1.subnet.oc1.{{region}}.aaaaaaaasubnet"], opts=options,
        )
        pulumi.export(f"id-{{region}}", app.id)
        bucket = oci.objectstorage.Bucket(
            f"bucket-{{region}}", compartment_id={COMPARTMENT!r}, namespace="acme",
            name=pulumi.get_project(), opts=options,
        )
        topic = oci.ons.NotificationTopic(
            f"topic-{{region}}", compartment_id={COMPARTMENT!r}, name=pulumi.get_project(), opts=options
        )
        return options, app, topic

    fra, fra_app, fra_topic = place("eu-frankfurt-1")
    iad, iad_app, iad_topic = place("us-ashburn-1")
    group = oci.identity.Group(
        "group", compartment_id={TENANCY!r}, name=pulumi.get_project(), description="d", opts=fra
    )
    member = oci.identity.UserGroupMembership(
        "member", group_id=group.id, user_id="ocid1.user.oc1..aaaauser", opts=iad
    )
"""
ACROSS = """
    oci.logging.LogGroup("logs", compartment_id=COMPARTMENT, display_name="logs", opts=iad)
    oci.ons.Subscription(
        "across", compartment_id=COMPARTMENT, topic_id=fra_topic.id, protocol="EMAIL",
        endpoint="ops@example.com", opts=iad,
    )
""".replace("COMPARTMENT", repr(COMPARTMENT))


def test_two_regions_in_one_program(program: Program) -> None:
    """The same names in both; a second up, a refresh and the end leave nothing; IAM is the same for both."""
    program.write(TWO_REGIONS)
    first = program.up()
    ids = program.outputs()

    assert first.status == 0, first.output
    assert ids["id-eu-frankfurt-1"].startswith("ocid1.fnapp.oc1.eu-frankfurt-1.")
    assert ids["id-us-ashburn-1"].startswith("ocid1.fnapp.oc1.iad.")
    for command in (("up", "--yes", "--expect-no-changes"), ("refresh", "--yes", "--expect-no-changes")):
        again = program.run(*command)
        assert again.status == 0, again.output

    program.write(TWO_REGIONS + ACROSS)
    across = program.up()
    assert across.status != 0
    assert "404-NotAuthorizedOrNotFound, topicId" in across.output

    taken = program.run(
        "import",
        APPLICATION,
        "copy",
        ids["id-us-ashburn-1"],
        "--yes",
        "--generate-code=false",
        "--provider",
        f"fra={_provider(program, 'eu-frankfurt-1')}",
    )
    assert taken.status != 0
    assert "lives in us-ashburn-1, where the provider for eu-frankfurt-1 does not find it" in taken.output

    down = program.run("destroy", "--yes")
    assert down.status == 0, down.output
    assert program.resources() == {}


def _provider(program: Program, region: str) -> str:
    return f"urn:pulumi:{program.stack}::{program.name}::pulumi:providers:oci::{region}"
