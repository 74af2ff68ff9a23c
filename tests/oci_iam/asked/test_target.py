"""What `compartment=…` and `variable=value` words say of the target."""

from __future__ import annotations

import pytest

from oci_iam import Compartment, Directory
from oci_iam.asked.place import Known
from oci_iam.asked.target import is_target_word, target_asked
from oci_iam.inputs import Unusable

TENANCY, APPS = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..apps"
FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
KNOWN = Known(Directory(TENANCY, {APPS: Compartment("Apps")}), True)


def test_pairs_by_their_full_or_short_names() -> None:
    """Case does not count in names; what the request says of itself is kept apart from its target."""
    target, _ = target_asked(
        ["compartment=apps", f"Function={FUNCTION}", "target.bucket.name=a=b", "region=iad"],
        KNOWN,
        "GetObject",
    )

    assert target.compartment_id == APPS
    assert dict(target.target) == {"target.function.id": FUNCTION, "target.bucket.name": "a=b"}
    assert dict(target.variables) == {"request.region": "iad"}
    assert target.operation == "GetObject"


def test_one_word_may_hold_several_pairs() -> None:
    """With blanks or commas between them; a comma in a value stays."""
    target, _ = target_asked(["compartment=Apps bucket=a,b,object=c d, operation=PutObject"], KNOWN, None)

    assert dict(target.target) == {"target.bucket.name": "a,b", "target.object.name": "c d"}
    assert target.operation == "PutObject"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compartment=Apps", "function=x"], "target.function.id: expected"),
        ([f"function={FUNCTION}"], "compartment=tenancy is missing"),
        (["compartment=Apps", "compartment=Apps"], "compartment is given twice"),
        (["compartment=Apps", f"app={FUNCTION}"], "target.app.id: expected the OCID of a fnapp"),
        (["compartment=Apps", "bucket="], "target.bucket.name: expected a value, found ''"),
        (["compartment=Apps", "colour=red"], "'colour' is no variable"),
        (["compartment=Apps", "request.user.id=x"], "says who asks, which is PRINCIPAL"),
        (["compartment=Apps", "request.principal.type=fnfunc"], "says who asks, which is PRINCIPAL"),
        (["compartment=Apps", "request.permission=X"], "follows from the question"),
        (["compartment=Apps", "target.compartment.id=x"], "follows from the question"),
        (["compartment=Apps", "target.function.name=x"], "did you mean `target.function.id`?"),
        (["compartment=Apps", "tenancy"], "expected compartment=NAME"),
        (["compartment=Nowhere"], "compartment: the directory has no compartment 'Nowhere'; there are: Apps"),
    ],
)
def test_what_is_wrong_is_said(words: list[str], said: str) -> None:
    """A target that no request can have is refused, not taken for one that nobody may use."""
    with pytest.raises(Unusable, match="TARGET: ") as problem:
        target_asked(words, KNOWN, None)

    assert said in str(problem.value)


def test_target_words() -> None:
    """A file whose name holds an equals sign is given with its folder."""
    words = ("compartment=A", "target.x.y=", "file.txt", "./a=b", "-", "a/b=c")

    assert list(map(is_target_word, words)) == [True, True, False, False, False, False]
