"""What `policy-statement-budget` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any


class TestStatementBudget:
    NAME = "policy-statement-budget"
    ROOT = "ocid1.tenancy.oc1..aaaaaaaatenancy"
    CHILD = "ocid1.compartment.oc1..aaaaaaaachild"
    GRANDCHILD = "ocid1.compartment.oc1..aaaaaaaagrandchild"

    def ask(self, pack: Any, number: int, compartment: str, name: str) -> list[str]:
        statements = [f"Allow group g{n} to inspect vcns in compartment x" for n in range(number)]
        found: list[str] = pack.policy(*statements, name=name, compartmentId=compartment).of(self.NAME)
        return found

    def test_the_limit_of_one_path(self, pack: Any) -> None:
        """Five hundred fit; the policy with the one too many is the finding, also over several policies."""
        assert self.ask(pack, 300, self.CHILD, "a") == []
        assert self.ask(pack, 200, self.ROOT, "b") == []
        assert self.ask(pack, 1, self.CHILD, "c") == [
            "501 statements on one compartment path, where the limit is 500"
        ]

    def test_separate_branches_do_not_add_up(self, pack: Any) -> None:
        """Two compartments beside each other have a path each."""
        assert self.ask(pack, 400, self.CHILD, "a") == []
        assert self.ask(pack, 400, self.GRANDCHILD, "b") == []

    def test_a_full_branch_is_no_finding_of_another(self, pack: Any) -> None:
        """Only the branch that is over the limit is refused."""
        self.ask(pack, 501, self.CHILD, "a")

        assert self.ask(pack, 1, self.GRANDCHILD, "b") == []

    def test_the_root_is_on_every_path(self, pack: Any) -> None:
        """A policy at the root is the finding when a branch below it is full."""
        self.ask(pack, 500, self.CHILD, "a")

        assert self.ask(pack, 1, self.ROOT, "b") == [
            "501 statements on one compartment path, where the limit is 500"
        ]

    def test_config_gives_the_tree_the_limit_and_what_stands_already(self, pack: Any) -> None:
        """With the parent known, a nested compartment adds to its parent's path."""
        pack.configure(
            {self.NAME: {"limit": 10, "alreadyUsed": 4, "compartments": {self.GRANDCHILD: self.CHILD}}}
        )

        assert self.ask(pack, 3, self.CHILD, "a") == []
        assert self.ask(pack, 4, self.GRANDCHILD, "b") == [
            "11 statements on one compartment path, where the limit is 10"
        ]

    def test_a_circle_in_the_tree_ends(self, pack: Any) -> None:
        """Config that makes two compartments each other's parent does not hang the rule."""
        pack.configure(
            {self.NAME: {"compartments": {self.GRANDCHILD: self.CHILD, self.CHILD: self.GRANDCHILD}}}
        )

        assert self.ask(pack, 3, self.CHILD, "a") == []

    def test_a_policy_analysed_again_counts_once(self, pack: Any) -> None:
        """The same policy again replaces itself."""
        assert self.ask(pack, 400, self.CHILD, "a") == []
        assert self.ask(pack, 400, self.CHILD, "a") == []
