"""The people at the bridge's command line: they map, replay, pause, redrive and close."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.console import actions, gates, replaying
from bridge.domain.outcome import MappingKey
from bridge.protocols.pause import Side

from local.storm.book import MAPPED, Player, order_of
from local.storm.kernel import HOUR, MINUTE
from local.storm.place import Place
from local.storm.plan import Act, Deed
from local.storm.stack import OPERATOR

LAST_RECEIVE_SECONDS = 2 * HOUR  # by then a message that failed before has been received for the last time
PAUSED_SECONDS = 20 * MINUTE  # at least


class Desk(Player):
    """What operators and clerks do."""

    @property
    def deeds(self) -> Mapping[str, Deed]:
        """What can happen, by the name that a plan has for it."""
        return {
            "map": lambda _act: self.map(),
            "replay": self._replay,
            "pause and resume": self._pause_and_resume,
            "redrive": lambda _act: self.redrive(),
            "close a review": self._close_a_review,
        }

    def map(self) -> None:
        missing = [key for key in MAPPED if MappingKey.parse(key) not in self._world.state.mapped]

        def deed(place: Place) -> None:
            for key in missing:
                place.ports.state.map(MappingKey.parse(key), MAPPED[key], OPERATOR)

        if missing:
            self._stack.command(f"map {', '.join(missing)}", deed)

    def _replay(self, act: Act) -> None:
        document = order_of(act)
        if document is not None and document.number in self._book.orders:
            self._stack.command(
                f"replay {document}", lambda place: actions.replay(place.ports, document, OPERATOR, "to be sure")
            )

    def _pause_and_resume(self, act: Act) -> None:
        sides = ([Side.GP], [Side.SHIPBOB], [Side.GP, Side.SHIPBOB])[act.how % 3]

        def deed(place: Place, *, is_pause: bool) -> None:
            gates.pause(place.ports, sides, OPERATOR, "month-end", is_pause=is_pause)

        self._stack.command(f"pause {sides}", lambda place: deed(place, is_pause=True))
        self._world.kernel.after(
            PAUSED_SECONDS + act.how * 5,
            lambda: self._stack.command(f"resume {sides}", lambda place: deed(place, is_pause=False), tries=20),
        )

    def redrive(self) -> None:
        def deed(place: Place) -> None:
            for _ in replaying.redrive(place.ports, OPERATOR, "the bug is mended", lambda: False):
                pass

        self._stack.command("redrive", deed)

    def _close_a_review(self, act: Act) -> None:
        document = order_of(act)
        row = self._world.state.rows.get(document) if document is not None else None
        if document is None or row is None or row.status != "review" or row.intent is not None:
            return
        self._book.touch_order(document.number)
        self._stack.command(
            f"close {document}", lambda place: actions.close(place.ports, document, OPERATOR, "seen to by hand")
        )

    def see_that_all_goes_on(self) -> None:
        """Nothing is paused any more, every mapping is made, no dead letter is left."""
        self.map()
        self._stack.command("resume", _resume_all, tries=1)
        self._redrive_again(times=3)

    def _redrive_again(self, times: int) -> None:
        """Whoever is on call looks whether there are dead letters, and looks again."""
        if self._world.to_gp.dead_letters or self._world.to_shipbob.dead_letters:
            self.redrive()
        if times:
            self._world.kernel.after(LAST_RECEIVE_SECONDS, lambda: self._redrive_again(times - 1))


def _resume_all(place: Place) -> None:
    sides = list(Side)
    gates.pause(place.ports, sides, OPERATOR, "all is well", is_pause=False)
