"""The pace in the State table: one row, `pace`/`shipbob`, that every function and the operator's command share.

A slot is reserved by one conditional update. Its condition is not that nobody wrote since the row was seen, but that
the schedule stands as it was taken to stand (over, or ahead by no more than the lane may wait), so that twenty workers
who ask at once are served one after the other. Which of the two it is, is guessed from the row last seen: a wrong guess
is refused with the row as it is, and costs one more write.

An update whose reply was lost and that botocore repeats reserves two slots and uses the later: a slot is lost, and no
two calls share one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bridge.aws.calls import translated
from bridge.domain.outcome import RowMoved, Transient
from bridge.protocols import pace
from bridge.protocols.pace import AHEAD_MAX, BELIEVED, PATIENCE, SPACING, Lane, PaceRow, Reserved, Schedule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY: Mapping[str, Any] = {"pk": {"S": "pace"}, "sk": {"S": "shipbob"}}
SCHEMA = 1  # a row written by newer code than this is not touched: no call, rather than one too many
TRIES = 20  # a back-fill asks about every 0.4 s for 5 s; a wrong guess is put right by the second
CALL_SECONDS = 30.0  # a slot and the call in it, at their longest
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

BEGIN = "SET next_slot = :next, #schema = :schema"
JOIN = "SET next_slot = next_slot + :spacing, #schema = :schema"
OF_THIS_CODE = "(attribute_not_exists(#schema) OR #schema <= :schema)"
IF_OVER = "(attribute_not_exists(next_slot) OR next_slot <= :now)"
IF_AHEAD = "next_slot BETWEEN :now AND :latest"
IF_UNBELIEVABLE = "next_slot > :believed"
IF_EARLIER = "(attribute_not_exists(next_slot) OR next_slot < :next OR next_slot > :believed)"


class Turns:
    """Turns to call ShipBob, in one lane. `pause` waits so many seconds; `now` is read anew for each try.

    `left` tells for how many seconds the run may still go on: no turn is taken that the run might not outlast.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        lane: Lane,
        now: Callable[[], dt.datetime],
        pause: Callable[[float], None],
        left: Callable[[], float] = lambda: float("inf"),
    ) -> None:
        self._client = client
        self._table = table
        self._lane = lane
        self._left = left
        self._now = now
        self._pause = pause
        self._seen = PaceRow()
        self._is_busy = False

    def take(self) -> None:
        """Reserve the next slot and wait for it. `Transient` where it is too far off, and for how long."""
        if self._left() < CALL_SECONDS:
            raise Transient("this run has too little time left to ask ShipBob anything more")
        slot = self._reserve()
        wait = min(slot - self._now(), AHEAD_MAX[Lane.LIVE])  # no longer, should the clock have been set back
        if wait > dt.timedelta():
            self._pause(wait.total_seconds())

    def push(self, seconds: float) -> None:
        """ShipBob has refused a call: nobody reserves a slot before `seconds` from now."""
        now = self._now()
        self._update(BEGIN, IF_EARLIER, {":next": now + pace.pushed_by(seconds), ":believed": now + BELIEVED})

    def _reserve(self) -> dt.datetime:
        patience = PATIENCE[self._lane]
        for _ in range(TRIES):
            now = self._now()
            answer = pace.ask(self._seen, self._lane, now)
            if isinstance(answer, Reserved):
                if self._store(answer, now) and self._seen.next_slot is not None:
                    return self._seen.next_slot - SPACING
                continue
            if answer.ask_in > patience:
                away = answer.away
                raise Transient(f"the next turn to call ShipBob is {away.total_seconds():.1f} s away", away)
            patience -= answer.ask_in
            self._pause(answer.ask_in.total_seconds())
        raise Transient("no turn to call ShipBob could be had in many tries", SPACING)

    def _store(self, reserved: Reserved, now: dt.datetime) -> bool:
        """Whether the schedule stood as it was taken to stand, and the slot is ours.

        Who had to wait the last time finds the row seen then long past, and others ahead of him all the same.
        """
        if reserved.before is Schedule.UNBELIEVABLE:
            return self._update(BEGIN, IF_UNBELIEVABLE, {":next": reserved.row.next_slot, ":believed": now + BELIEVED})
        if reserved.before is Schedule.OVER and not self._is_busy:
            return self._update(BEGIN, IF_OVER, {":next": reserved.row.next_slot, ":now": now})
        self._is_busy = self._update(JOIN, IF_AHEAD, {":now": now, ":latest": now + AHEAD_MAX[self._lane]})
        return self._is_busy

    def _update(self, change: str, condition: str, moments: Mapping[str, dt.datetime | None]) -> bool:
        """Write, if the condition is met; and keep in memory what the row holds now in either case."""
        values: dict[str, Any] = {name: _number(moment) for name, moment in moments.items() if moment is not None}
        if change == JOIN:
            values[":spacing"] = {"N": str(SPACING // MICROSECOND)}
        try:
            with translated("DynamoDB"):
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=KEY,
                    UpdateExpression=change,
                    ConditionExpression=f"{condition} AND {OF_THIS_CODE}",
                    ExpressionAttributeNames={"#schema": "schema"},
                    ExpressionAttributeValues=values | {":schema": {"N": str(SCHEMA)}},
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except RowMoved as moved:
            self._seen = _row(_in_the_way(moved))
            return False
        self._seen = _row(answer["Attributes"])
        return True


def _number(moment: dt.datetime) -> dict[str, str]:
    """Microseconds since 1970, which DynamoDB can add to."""
    return {"N": str((moment - EPOCH) // MICROSECOND)}


def _in_the_way(moved: RowMoved) -> Mapping[str, Any]:
    """The item that did not meet the condition; empty where there is none."""
    told: Any = moved.__cause__.response if isinstance(moved.__cause__, ClientError) else {}
    found: Mapping[str, Any] = told.get("Item") or {}
    return found


def _row(item: Mapping[str, Any]) -> PaceRow:
    if int(item.get("schema", {}).get("N", SCHEMA)) > SCHEMA:
        raise Transient("newer code wrote the pace of ShipBob's calls; calls wait for that code")
    found = item.get("next_slot", {}).get("N")
    return PaceRow(EPOCH + int(found) * MICROSECOND if found is not None else None)
