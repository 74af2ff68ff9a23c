"""The sections of what a stack creates by name: options of buckets, topics, queues and streams."""

from __future__ import annotations

from pydantic import model_validator

from components.config.section import section
from components.event_bucket import BucketOptions
from components.queue import QueueOptions
from components.stream import StreamOptions
from components.topic import TopicOptions


@section
class BucketDataConfig(BucketOptions):
    """A bucket that the stack creates."""

    @model_validator(mode="after")
    def _may_be(self) -> BucketDataConfig:
        if problem := self.problem():
            raise ValueError(problem)
        return self


@section
class TopicDataConfig(TopicOptions):
    """A topic that the stack creates."""


@section
class QueueDataConfig(QueueOptions):
    """A queue that the stack creates."""


@section
class StreamDataConfig(StreamOptions):
    """A stream that the stack creates."""
