"""The bridge's own SBA service, which a Dexterity developer installs: `docs/gp-sba-service.schema.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bridge.domain.outcome import Failure, Misconfigured
from bridge.gp.ending import Reply
from bridge.gp.sba_call import NOT_THERE, Connection, agreed, doubt, post, refused, unwrapped
from bridge.gp.sba_json import Json, Row

VERSION = 1
CUSTOM_VERB = {"GP-Custom-Action": "POST"}
WORD_MIN = 4  # shorter words of an address are in any sentence
SCHEMA = "docs/gp-sba-service.schema.json"


@dataclass(frozen=True, slots=True)
class About:
    """What the service told of itself, or why there is nothing to tell."""

    operations: frozenset[str] = frozenset()
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation gave: its payload, and the body that it came in."""

    payload: Row
    body: bytes


class Documents:
    """The operations of the service at `path` under the company; an empty path means that none is installed."""

    def __init__(self, connection: Connection, company: str, path: str) -> None:
        self._connection = connection
        self._path = path.strip("/")
        self._address = f"{company}/{quote(self._path, safe='/(),;')}"
        self._about = About()

    def look(self) -> None:
        """Read which operations the service has."""
        if self._path:
            self._about = self._read_about()

    def missing(self, operation: str) -> str:
        """What would have to be installed for this operation; empty when it is there."""
        if operation in self._about.operations:
            return ""
        if not self._path:
            return f"the bridge's own SBA service ({SCHEMA}), with its path in GpSbaServicePath"
        return self._about.why_none or f"{operation} in the bridge's own SBA service at {self._path}"

    def has(self, operation: str) -> bool:
        """Does the service have the operation? What it once had is not asked again."""
        if operation not in self._about.operations:
            self.look()
        return not self.missing(operation)

    def read(self, operation: str, **members: Json) -> Answer:
        return self._perform({"operation": operation, **members}, is_write=False)

    def write(self, operation: str, **members: Json) -> None:
        """Returns once the service says that the document is saved as asked."""
        answer = self._perform({"operation": operation, **members}, is_write=True)
        with agreed(operation, is_write=True):
            if not answer.payload.flag("written"):
                raise ValueError("written is not true")

    def _perform(self, request: dict[str, Json], *, is_write: bool) -> Answer:
        operation = str(request["operation"])
        if not self._path:
            raise self._cannot(operation)
        reply = post(self._connection, self._address, request, CUSTOM_VERB, is_write=is_write)
        if reply.status in NOT_THERE:
            raise Misconfigured(f"GP's SBA cannot do {operation} without {self._nothing_there(reply)}")
        if reply.status != 200:
            failure = doubt(f"the SBA service answers {reply.status} to {operation}", is_write=is_write)
            raise self._or_missing(failure, operation)
        with agreed(operation, is_write=is_write):
            payload = Row.of(unwrapped(reply.body))
            refusal = _refusal(payload, _personal(request))
        if refusal is not None:
            raise self._or_missing(refusal, operation)
        return Answer(payload, reply.body)

    def _or_missing(self, failure: Failure, operation: str) -> Failure:
        """The failure, unless the service has not the operation at all: then no document is at fault."""
        try:
            has_it = self.has(operation)
        except Failure:
            return failure
        return failure if has_it else self._cannot(operation)

    def _cannot(self, operation: str) -> Misconfigured:
        return Misconfigured(f"GP's SBA cannot do {operation} without {self.missing(operation)}")

    def _read_about(self) -> About:
        reply = post(self._connection, self._address, {"operation": "about"}, CUSTOM_VERB, is_write=False)
        if reply.status in NOT_THERE:
            return About(why_none=self._nothing_there(reply))
        if reply.status != 200:
            raise doubt(f"the SBA service answers {reply.status} to about", is_write=False)
        with agreed("about"):
            about = Row.of(Row.of(unwrapped(reply.body)).members.get("about"))
            if (version := about.integer("version")) != VERSION:
                return About(why_none=f"version {VERSION} of the bridge's own SBA service: installed is {version}")
            return About(frozenset(about.texts("operations")))

    def _nothing_there(self, reply: Reply) -> str:
        return f"the bridge's own SBA service at {self._address} (GpSbaServicePath), which answers {reply.status}"


def _refusal(payload: Row, personal: Sequence[str]) -> Failure | None:
    if "refusal" not in payload.members:
        return None
    refusal = Row.of(payload.members["refusal"])
    texts = [refusal.text("reason"), *refusal.texts("evidence")]
    for text in personal:
        texts = [each.replace(text, "…") for each in texts]
    return refused(texts[0], texts[1:])


def _personal(request: Mapping[str, Json]) -> list[str]:
    """What was sent about a person, longest first: GP may quote it, whatever the service promises."""
    given = request.get("document", request.get("changes"))
    written = given if isinstance(given, Mapping) else {}
    address = written.get("ship_to")
    texts = [*(address.values() if isinstance(address, Mapping) else ()), written.get("comment")]
    return sorted((text for text in texts if isinstance(text, str) and len(text) >= WORD_MIN), key=len, reverse=True)
