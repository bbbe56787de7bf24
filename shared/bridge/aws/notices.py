"""What is told to people goes onto the topic of the stack's alarms, and from there by e-mail or wherever it leads."""

from __future__ import annotations

from typing import Protocol

from bridge.aws.calls import translated

SUBJECT_MAX = 99  # SNS takes fewer than a hundred characters: ASCII, on one line
TEXT_BYTES_MAX = 200_000  # SNS takes 256 KiB in all


class Client(Protocol):
    """What is needed of boto3's client of SNS."""

    def publish(self, *, TopicArn: str, Subject: str, Message: str) -> object: ...  # noqa: N803 - AWS's own names


class TopicNotices:
    """Notices, over SNS."""

    def __init__(self, client: Client, topic: str) -> None:
        self._client = client
        self._topic = topic

    def tell(self, subject: str, text: str) -> None:
        """Publish; durable when this returns."""
        told = text.encode(errors="replace")[:TEXT_BYTES_MAX].decode(errors="ignore")
        with translated("SNS"):
            self._client.publish(TopicArn=self._topic, Subject=_on_one_line(subject), Message=told)


def _on_one_line(subject: str) -> str:
    line = " ".join(subject.encode("ascii", "replace").decode().split())
    return "".join(sign for sign in line if sign.isprintable())[:SUBJECT_MAX]
