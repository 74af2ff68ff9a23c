"""How far the stand-in agrees with the real provider, key by key, over all facts beside the project.

Skipped where the facts are not there. `python -m tests.lockstep.fidelity -v` prints the shares and every case
that does not agree.
"""

from __future__ import annotations

import pytest

from tests.lockstep.facts_table import FACTS
from tests.lockstep.fidelity import MEASURES


@pytest.mark.skipif(not FACTS.is_dir(), reason=f"{FACTS} is not there: fidelity is not measured")
@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_the_share_of_agreement(measure, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    """At least as high as promised."""
    share = measure()
    print(share)

    assert share.total
    assert share.percent >= MEASURES[measure], "\n".join([str(share), *share.wrong[:20]])
