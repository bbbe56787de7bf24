"""How stock, receiving and products behave where ShipBob's pages leave it open, differ, or users report otherwise."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from local.shipbob import catalogue

LinkForm = Literal["unversioned", "versioned", "absolute"]


@dataclass(slots=True)
class Switches:
    """One account's choices. Set an attribute, or several by `set`."""

    # `next` begins with a slash and leaves the version out: two users' code adds it. The pages only say "URL".
    links: LinkForm = "unversioned"
    # An SDK's author: percent-encoded commas and colons are not taken for separators.
    encoded_separators_unread: bool = False
    # The reference counts awaited units as sellable; the inventory guide takes exceptions off instead.
    sellable_counts_awaiting: bool = False

    history_page: int = 100  # events a page; nothing published says how many
    history_lag_seconds: float = 0.0  # an event is shown only so long after it happened
    primary_reference: bool = False  # as the history guide's sample has it, in place of `additional_reference`

    received_lags: bool = False  # a WRO's received_quantity stays 0 until it is complete, as a user's sample shows
    receiving_headers: bool = True  # the paging headers of GET /receiving; a user found them gone in 2026-07
    hubs: dict[int, int] = field(default_factory=dict)  # centre to the hub that its WROs are re-pointed to
    # The receiving guide: a pallet is a box of its own, and all of a container's contents are one box.
    most_boxes: dict[str, int] = field(default_factory=lambda: {"Package": 50, "FloorLoadedContainer": 1})

    def set(self, **values: Any) -> None:
        """Switch by name; ValueError for a name that is none, or a value that cannot be. All or none are set."""
        kinds = {each.name: type(getattr(self, each.name)) for each in fields(self)}
        for name, value in values.items():
            if name not in kinds or type(value) not in {kinds[name], int if kinds[name] is float else kinds[name]}:
                raise ValueError(f"{name} cannot be {value!r}; there are {', '.join(kinds)}")
        if values.get("links", self.links) not in get_args(LinkForm):
            raise ValueError(f"links is one of {get_args(LinkForm)}")
        if "hubs" in values:
            values["hubs"] = {int(centre): known_hub(hub) for centre, hub in values["hubs"].items()}
        for name, value in values.items():
            setattr(self, name, value)

    def shown(self) -> dict[str, Any]:
        """Every switch as it stands."""
        return asdict(self)


def known_hub(location_id: Any) -> int:
    """The id of a hub; ValueError where there is none of that id."""
    if location_id not in {hub.id for hub in catalogue.HUBS}:
        raise ValueError(f"there is no hub {location_id}")
    return int(location_id)
