"""Bus and queues of the shop's events as data: the stacks, the emulator and the adapters mean the same ones.

One bus; for each lane a rule, a queue that the rule fills, and a queue for what nobody could bring to an end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vivamarket.kernel.outbox import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sqs.literals import QueueAttributeNameType

BUS = "events"
#: Who tells, in the words of EventBridge.
SOURCE = "vivamarket"
#: Consumers give an event up after twelve attempts and say why; this is for those that died each time.
RECEIVES_MAX = 15
#: The longest that SQS keeps a message.
KEPT_SECONDS = 14 * 86_400
#: For whoever takes a message without saying how long.
HIDDEN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of one lane."""

    lane: Lane

    @property
    def name(self) -> str:
        """Return its name, and that of its rule; the stage's prefix comes before it."""
        return f"events-{self.lane.value}"

    @property
    def dead_name(self) -> str:
        """Return the name of its dead-letter queue."""
        return f"{self.name}-dead"

    @property
    def pattern(self) -> str:
        """Return what its rule lets through."""
        return json.dumps({"source": [SOURCE], "detail": {"lane": [self.lane.value]}})

    def attributes(self, dead_arn: str) -> Mapping[QueueAttributeNameType, str]:
        """Return how the queue is made; ``dead_arn`` names its dead-letter queue."""
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": RECEIVES_MAX}
        return {
            "MessageRetentionPeriod": str(KEPT_SECONDS),
            "VisibilityTimeout": str(HIDDEN_SECONDS),
            "RedrivePolicy": json.dumps(redrive),
        }


QUEUES = tuple(Queue(lane) for lane in Lane)
