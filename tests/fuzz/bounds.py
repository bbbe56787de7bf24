"""What a reader must keep within, whatever it is given: its own failures, its time, its memory, and its silence."""

from __future__ import annotations

import dataclasses
import datetime as dt
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from types import FrameType

from bridge.domain.outcome import Failure, Refused
from hypothesis import HealthCheck, settings

SECONDS = 2.0  # of the processor's time, for one input: a reader needs a thousandth of it
MEGABYTES = 300  # what a bomb would pass at once, and no input here needs
NUMBER_MAX = 10**28  # what Decimal adds up exactly
# Planted where an answer speaks of persons, or holds what is secret: neither is ever told on.
PERSON, SECRET = "Zebulon Quux", "sk9live7Xq2Lm8Rt4Vb6Nc1Pz3Wd5Kf0Gh"
UTC = dt.UTC
FARTHEST_EAST, FARTHEST_WEST = (dt.timezone(dt.timedelta(hours=hours)) for hours in (14, -12))
_KIBIBYTES = 1 if sys.platform != "darwin" else 1024


def fuzzed(examples: int) -> settings:
    """So many examples, the same in each run of the gate: it is to say what a change broke, not what luck found.

    A profile with more examples multiplies them, and draws others each time. What fails is printed with the line that
    brings it back.
    """
    is_thorough = settings().max_examples > settings.get_profile("default").max_examples
    return settings(
        max_examples=examples * settings().max_examples // 100,
        database=None,
        derandomize=not is_thorough,
        print_blob=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )


@contextmanager
def bounded() -> Iterator[None]:
    """Breaks off what takes too long, and fails where it took too much memory."""

    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"still reading after {SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    held = _most_held()
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert _most_held() - held < MEGABYTES, "a bomb"


def _most_held() -> float:
    """The most memory that the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / _KIBIBYTES


def reads[T](read: Callable[[], T], *failures: type[Exception]) -> T | None:
    """What is read, sound in every part; None for a failure that is one of these, and tells nothing it should not."""
    try:
        with bounded():
            found = read()
    except failures as failure:
        says_nothing_of_persons(failure)
        return None
    assert_sound(found)
    return found


def says_nothing_of_persons(failure: BaseException) -> None:
    told = "\n".join(_told(failure))
    assert PERSON not in told, told[:2000]
    assert SECRET not in told, told[:2000]
    if isinstance(failure, Failure):
        assert len(str(failure)) < 2_000, "a reason goes into a row, and onto a screen"


def _told(failure: BaseException | None) -> Iterator[str]:
    """All that a log would print of it: what it came of, too."""
    while failure is not None:
        yield f"{type(failure).__name__}: {failure}"
        yield from getattr(failure, "__notes__", ())
        if isinstance(failure, Refused):
            assert len(failure.evidence) <= 12
            assert all(len(line) <= 300 for line in failure.evidence)
            yield from failure.evidence
        failure = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)


def assert_sound(found: object) -> None:
    """Whoever goes on with it, in whatever zone, column or encoding, can."""
    match found:
        case str():
            found.encode()
        case Decimal() | int():
            assert -NUMBER_MAX < found < NUMBER_MAX, "nobody can add it up"
        case dt.datetime():
            assert found.tzinfo is not None
            assert found.astimezone(FARTHEST_EAST) == found.astimezone(FARTHEST_WEST) == found.astimezone(UTC)
        case Mapping():
            assert_sound([*found.keys(), *found.values()])
        case Iterable() if not isinstance(found, bytes):
            for each in found:
                assert_sound(each)
        case _ if dataclasses.is_dataclass(found):
            assert_sound([getattr(found, field.name) for field in dataclasses.fields(found)])
