"""Quiet hours: for some hours of its day GP is left alone, for its backups and its people's month-end."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bridge.domain.terms import QuietHours


def quiet_until(hours: QuietHours | None, zone: ZoneInfo, now: dt.datetime) -> dt.datetime | None:
    """The end of the quiet hours that `now` is in, always after it; None outside of them.

    The hours are those that GP's own clock shows, also on the two days a year when that clock is moved.
    """
    if hours is None:
        return None
    local = now.astimezone(zone)
    is_over_midnight = hours.end < hours.start
    is_evening = local.time() >= hours.start
    is_before_end = local.time() < hours.end
    if not (is_evening or is_before_end if is_over_midnight else is_evening and is_before_end):
        return None
    day = local.date() + dt.timedelta(days=1 if is_over_midnight and is_evening else 0)
    ends = dt.datetime.combine(day, hours.end, zone)
    # An hour that comes twice may end twice: the first end may be over.
    found = [each.astimezone(dt.UTC) for each in (ends, ends.replace(fold=1))]
    return next(each for each in found if each > now)
