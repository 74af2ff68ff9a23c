"""The section `tags`: what every resource of the stack is tagged with."""

from __future__ import annotations

from collections.abc import Sequence

from components.config.section import section
from components.stack_tags import StackTags, TagOptions
from components.values.option import options_of


@section
class TagsConfig(TagOptions):
    """Tags on every resource that can carry them."""

    def args(self, config_path: str, ignored: Sequence[str]) -> StackTags:
        """The stack's tags. `ignored` are the defined tags that the provider is told to leave to others."""
        return StackTags(**options_of(self, TagOptions), ignored=ignored, config_path=config_path)
