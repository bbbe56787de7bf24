"""The gates in the State table: how each neighbour does, and whether a person has paused the writing.

Keys: `gates`/`GP`, `gates`/`ShipBob`, `gates`/`pause`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.outcome import Transient
from bridge.protocols import health, pause
from bridge.protocols.health import Health, Probing
from bridge.protocols.pause import Deed, Pause, Side
from bridge.protocols.standing import Standing

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAUSE = "pause"
MOMENTS = ("down_since", "next_probe", "up_since")
SCHEMAS = {Gate.GP: health.SCHEMA, Gate.SHIPBOB: health.SCHEMA, PAUSE: pause.SCHEMA}


class Gates:
    """Gates, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def standing(self) -> Standing:
        """All of them as they stand now, in one read."""
        with translated("DynamoDB"):
            keys = [_key(name) for name in SCHEMAS]
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        if answer.get("UnprocessedKeys"):
            raise Transient("DynamoDB is busy, and did not show how the gates stand")
        found = {item["sk"]["S"]: item for item in answer["Responses"].get(self._table, [])}
        gp, shipbob = (_health(each, found.get(each)) for each in NEIGHBOURS)
        return Standing(gp, shipbob, _pause(found.get(PAUSE)))

    def save_health(self, row: Health) -> Health:
        """Store it if it is still at the version read; give it back with its new version."""
        saved = replace(row, version=row.version + 1)
        fields = asdict(saved)
        del fields["version"], fields["neighbour"]
        self._put(row.neighbour, fields, row.version)
        return saved

    def save_pause(self, row: Pause) -> Pause:
        """Likewise."""
        self._put(PAUSE, {"deeds": [asdict(deed) for deed in row.deeds]}, row.version)
        return replace(row, version=row.version + 1)

    def _put(self, name: str, fields: Mapping[str, Any], version_read: int) -> None:
        item = {
            **_key(name),
            "version": {"N": str(version_read + 1)},
            "schema": {"N": str(SCHEMAS[name])},
            "gate": {"S": json.dumps(fields, default=dt.datetime.isoformat)},
        }
        put_at(self._client, self._table, item, version_read)


def _key(name: str) -> dict[str, Any]:
    return {"pk": {"S": "gates"}, "sk": {"S": name}}


def _fields(name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    if int(item["schema"]["N"]) > SCHEMAS[name]:
        raise Transient(f"newer code wrote the gate {name}; it waits for that code")
    return {**json.loads(item["gate"]["S"]), "version": int(item["version"]["N"])}


def _health(neighbour: Gate, item: Mapping[str, Any] | None) -> Health:
    if item is None:
        return Health(neighbour)
    fields = _fields(neighbour, item)
    asked = fields["probing"]
    read = {
        "failing": tuple(fields["failing"]),
        "probing": Probing(asked["holder"], _moment(asked["until"])) if asked else None,
        **{name: _moment(fields[name]) if fields[name] else None for name in MOMENTS},
    }
    return Health(neighbour, **{**fields, **read})


def _pause(item: Mapping[str, Any] | None) -> Pause:
    if item is None:
        return Pause()
    fields = _fields(PAUSE, item)
    deeds = (Deed(**{**each, "side": Side(each["side"]), "at": _moment(each["at"])}) for each in fields["deeds"])
    return Pause(tuple(deeds), fields["version"])


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
