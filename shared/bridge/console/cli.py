"""`gp-shipbob`: the operator's command. Every command takes `--json` for scripts and `--stack` for the stack's name."""

from __future__ import annotations

import argparse
import dataclasses
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge import stack
from bridge.console import (
    actions,
    checks,
    cli_adopt,
    cli_backfill,
    cli_connect,
    cli_expected,
    cli_look,
    cli_mappings,
    cli_relist,
    cli_replay,
    cli_reviews,
    cli_surge,
    cli_through,
    cli_webhooks,
    cli_would,
)
from bridge.console.desk import Desk
from bridge.console.terminal import Terminal
from bridge.console.voice import say
from bridge.domain.outcome import Failure
from bridge.ports import Ports

type Command = Callable[[argparse.Namespace, Ports, str], int]


def main(
    arguments: Sequence[str] | None = None,
    of_stack: Callable[[str], tuple[Ports, str]] = stack.of_stack,
    operate: Callable[[str], cli_through.Operate] = stack.operate_of_stack,
    desk: Desk | None = None,
) -> int:
    """Run one command; 0 done, 1 found nothing or something wrong, 2 misused, 130 broken off with Ctrl-C.

    `of_stack` gives the ports of a stack by its name, and who it is that asks; `operate` the function in it that runs
    commands for others; `desk` is a person's terminal where none is given.
    """
    desk = desk or Desk()
    given = sys.argv[1:] if arguments is None else arguments
    options = _parser(desk).parse_args(given)
    command: Command = options.command
    try:
        if desk.is_remote:
            cli_through.refuse_what_stays_here(options)
        elif options.through:
            return cli_through.ask(options, given, operate, desk.read)
        return command(options, *of_stack(options.stack))
    except (Failure, ValueError) as failure:
        print(f"gp-shipbob: {failure}", file=sys.stderr)  # noqa: T201 - the command's own voice
        return 1
    except KeyboardInterrupt:
        print("gp-shipbob: broken off", file=sys.stderr)  # noqa: T201 - the command's own voice
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # whoever read has read enough, as `head` does; nothing is to be said about it
        return 0


def _parser(desk: Desk) -> argparse.ArgumentParser:
    about = "Look after the bridge between GP and ShipBob. --stack, --json and --through stand before the command."
    parser = argparse.ArgumentParser(prog="gp-shipbob", description=about)
    parser.add_argument("--stack", default="gp-shipbob-bridge", help="the stack's name (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    cli_through.add(parser)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    verb = verbs.add_parser("check", help="see whether GP is set up as the bridge needs it")
    verb.add_argument(
        "--rehearse",
        action="store_true",
        help="also write one order to GP, unposted, and void it; needs the three below",
    )
    for name in ("customer", "item", "site"):
        verb.add_argument(f"--{name}", help=f"the {name} in GP to rehearse with")
    verb.set_defaults(command=_check, misused=verb.error)

    verb = verbs.add_parser("permit", help="show whether the bridge may log in to GP, and if not, why")
    verb.set_defaults(command=_permit)
    clear = verb.add_subparsers(metavar="[clear]").add_parser("clear", help="allow a refused Windows login again")
    clear.add_argument("--why", required=True, help="the reason, for the audit")
    clear.add_argument("--account", default="", help="the Windows account, where there is more than one")
    clear.set_defaults(command=_clear_permit)

    cli_adopt.add(verbs)
    cli_backfill.add(verbs, desk.screen)
    cli_reviews.add(verbs)
    cli_expected.add(verbs)
    cli_look.add(verbs)
    cli_mappings.add(verbs, desk.read)
    cli_replay.add(verbs, desk.screen)
    cli_relist.add(verbs)
    cli_surge.add(verbs)
    cli_would.add(verbs)
    cli_connect.add(verbs, Terminal(secrets.token_bytes))
    cli_webhooks.add(verbs, stack.webhook_url, secrets.token_bytes)
    return parser


def _check(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    if options.rehearse and not (options.customer and options.item and options.site):
        options.misused("a rehearsal needs --customer, --item and --site, as GP names them")
    found: list[checks.Finding] = []
    for finding in _findings(options, ports):
        found.append(finding)
        if not options.json:
            say(options, None, _told(finding))
    if options.json:
        say(options, [dataclasses.asdict(finding) for finding in found], [])
    return int(any(finding.level is checks.Level.PROBLEM for finding in found))


def _findings(options: argparse.Namespace, ports: Ports) -> Iterator[checks.Finding]:
    """The checks, and the rehearsal only where they found nothing wrong."""
    has_problem = False
    for finding in checks.check(ports):
        has_problem = has_problem or finding.level is checks.Level.PROBLEM
        yield finding
    if options.rehearse and not has_problem:
        yield from checks.rehearse(ports, options.customer, options.item, options.site)


def _told(finding: checks.Finding) -> list[str]:
    lines = [f"{finding.level:<8} {finding.subject}: {finding.says}"]
    return [*lines, f"         → {finding.fix}"] if finding.fix else lines


def _permit(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    rows = ports.permits.show()
    told = [actions.permit_summary(row, ports.clock.now()) for row in rows]
    say(options, told, [line for each in told for line in _standing(each)] or ["Nobody has logged in to GP yet."])
    return 0


def _standing(told: dict[str, Any]) -> list[str]:
    versions = [
        f"  GP secret {each['version']}: {each['state']}; "
        + ("may log in" if each["may_log_in"] else f"MAY NOT LOG IN: {each['why_not']}")
        for each in told["versions"]
    ]
    clearings = [f"  cleared {each['at']} by {each['by']}: {each['why']}" for each in told["clearings"]]
    return [f"{told['account']}  refused logins within 24 hours: {len(told['refused_at'])}", *versions, *clearings]


def _clear_permit(options: argparse.Namespace, ports: Ports, by: str) -> int:
    row = actions.clear_permit(ports, by, options.why, options.account)
    told = actions.permit_summary(row, ports.clock.now())
    say(options, told, [f"{row.account} may log in again. What waits for it goes on when it is due."])
    return 0


if __name__ == "__main__":
    sys.exit(main())
