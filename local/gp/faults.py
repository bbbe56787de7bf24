"""The ways in which GP says no."""

from __future__ import annotations

from dataclasses import dataclass


class SystemFault(Exception):
    """A SOAP fault without a log id in its detail: GP calls that a system exception."""


class ContractBreak(SystemFault):
    """A request that the service's own contract does not allow; the text says what and where."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class NotFound(SystemFault):
    """GP answers a key that does not exist with a fault, not with an empty result."""

    def __init__(self) -> None:
        super().__init__("Business object not found.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One ValidationError: a stable id, a sentence for a person, and the properties it is about."""

    id: str
    message: str
    properties: tuple[str, ...] = ()
    object_type: str = "Microsoft.Dynamics.GP.SalesOrder"


class ValidationFault(Exception):
    """A document that breaks GP's business rules; the fault carries only a log id, the problems are fetched by it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("A validation exception has occurred.")
        self.problems = problems
