"""How an operator's command enters: an invocation through IAM, with a proof of who calls; no other way in, and no other
caller's name than the one that AWS confirms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from bridge.aws import callers
from bridge.aws.entrypoint import SECONDS_FOR_LEDGER, Handler, logger, metrics
from bridge.domain.outcome import Failure, NotAuthentic
from bridge.ports import Ports

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

WORDS_MAX = 1_000
TEXT_MAX = 2_000_000  # characters of a file that goes with the command
OUTPUT_MAX = 1_500_000  # characters: an answer holds 6 MB, and one character may be four bytes of it
CUT = "\n… the rest did not fit into the answer of the function; ask for less, or without --through\n"

type Run = Callable[[Sequence[str], str, Ports, str], tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A command in its words, the text of the file that goes with it, and the proof of who asks."""

    words: tuple[str, ...]
    text: str
    caller: object


def command_door(run: Run, ports: Callable[[float], Ports], who: Callable[[], callers.Callers]) -> Handler:
    """Runs a command as its caller. `run` gives the exit code, what was printed, and what was complained of.

    Whatever comes in is answered in the same form, and nothing is done for a caller who is not known.
    """

    def answer(event: object, context: LambdaContext) -> dict[str, Any]:
        asked = _asked(event)
        function = ":".join(context.invoked_function_arn.split(":")[:7])  # without a version or an alias
        by = who().name(asked.caller, function=function, command=callers.digest(asked.words, asked.text))
        logger.info("runs", extra={"verb": _verb(asked.words)})
        seconds = context.get_remaining_time_in_millis() / 1000 - SECONDS_FOR_LEDGER
        return _told(*run(asked.words, asked.text, ports(seconds), by)) | {"by": by}

    @logger.inject_lambda_context
    @metrics.log_metrics
    def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        try:
            answered = answer(event, context)
        except NotAuthentic as refused:
            logger.warning("refused a command", extra={"why": str(refused)})
            return _counted("CommandsRefused", _told(1, "", f"gp-shipbob: nothing was done: {refused}\n"))
        except Failure as failure:
            logger.exception("could not run a command")
            return _counted("CommandsFailed", _told(1, "", f"gp-shipbob: {failure}\n"))
        except Exception as bug:  # noqa: BLE001 - whoever asked is told that much, and the log the rest
            logger.exception("failed")
            text = f"gp-shipbob: a bug ({type(bug).__name__}): the log of Operate has it\n"
            return _counted("CommandsFailed", _told(1, "", text))
        return _counted("CommandsRun", answered)

    return handle


def _asked(event: object) -> Asked:
    fields: Mapping[str, Any] = event if isinstance(event, dict) else {}
    words, text = fields.get("command"), fields.get("text", "")
    if fields.get("v") != callers.VERSION:
        raise NotAuthentic(
            f"the command is not of version {callers.VERSION}: this function and whoever calls it do not fit"
        )
    if not isinstance(words, list) or not 0 < len(words) <= WORDS_MAX or not all(isinstance(w, str) for w in words):
        raise NotAuthentic("no command is given")
    if not isinstance(text, str) or len(text) > TEXT_MAX:
        raise NotAuthentic(f"the file is longer than {TEXT_MAX:,} characters: run the command without --through")
    return Asked(tuple(words), text, fields.get("caller"))


def _verb(words: Sequence[str]) -> str:
    """The first word that is no option: the rest may be anything, and a log keeps no names."""
    return next((word for word in words if word.isascii() and word.isalpha()), "")


def _told(code: int, output: str, error: str) -> dict[str, Any]:
    is_whole = len(output) <= OUTPUT_MAX
    told = {"v": callers.VERSION, "exit": code, "output": output[:OUTPUT_MAX], "error": error[:OUTPUT_MAX]}
    return told if is_whole else told | {"exit": code or 1, "error": error[:OUTPUT_MAX] + CUT}


def _counted(name: str, answered: dict[str, Any]) -> dict[str, Any]:
    metrics.add_metric(name=name, unit=MetricUnit.Count, value=1)
    return answered
