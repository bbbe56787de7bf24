"""An operator's command, through IAM: run inside the stack's network, as the caller whom AWS confirms."""

from bridge import runtime
from bridge.aws.command_door import command_door
from bridge.console import remote

handle = command_door(remote.run, runtime.ports_for, runtime.callers)
