"""A live game: players decide, humans play, everything is recorded if wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.app.play.careful import CarefulRecorder
from simulator.app.play.devices import Keyboard
from simulator.app.play.hands import Hands, allowed_now
from simulator.app.play.table import Table, hand_over
from simulator.app.screens.scene import REST, SLOWEST, Scene
from simulator.app.shell.controls import LIVE
from simulator.app.shell.gamepads import Gamepads
from simulator.engine.trial import play_tick

if TYPE_CHECKING:
    from simulator.app.shell.session import Session
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind
    from simulator.engine.player import Recorder


HINTED = 15.0  # s at the beginning of a game in which the keys that play are shown


class LiveScene(Scene):
    """Plays a simulation. Players are asked when a decision begins, humans at every tick."""

    kind = LIVE

    def __init__(
        self, simulation: Simulation, session: Session, *, keyboard: Keyboard, gamepads: Gamepads,
        say: Callable[[str], None], reduced_motion: bool = False, returns: Sequence[Any] = (),
    ) -> None:  # fmt: skip
        super().__init__(
            simulation, say=say, speed=session.speed, paused=session.paused, rest=0.0 if reduced_motion else REST
        )
        if returns:  # of the episodes of this trial that were played before
            self.history.jump(returns, simulation.w)
        self.table = Table(self.world, session.seats)
        self.hands = Hands(self.world)
        self.keyboard, self.gamepads = keyboard, gamepads
        self.recorder: Recorder | None = None
        self.taken: int | None = None
        """Seat that a human holds now although somebody else fills it."""
        self._make_recorder = session.make_recorder
        self._was_bot = False
        self._refusal = ""  # that was said of the keys held now
        self.roams = self.hands.keeps and bool(self.table.humans)
        """Whether the human may run every seat, one after the other: each goes on doing what it was told last."""
        self._actions = np.array(simulation.w["action"], dtype=np.int64)
        self._pads = {self.world.seat_index(name): pad for name, pad in session.devices.items() if pad > 0}
        """Seat of a human who plays with a gamepad → its number from 1."""
        self.followed = self._first_followed(session)
        if session.recorder is not None:
            self._start_recording(session.recorder)
        self.table.claim(simulation, self.recorder)
        if not self.table.loading:
            self.table.begin()

    def _first_followed(self, session: Session) -> int:
        if session.follow is not None:
            return self.world.seat_index(session.follow)
        agents = [
            self.world.seat_index(name) for name, who in session.seats.items() if who and not isinstance(who, str)
        ]
        return next(iter((*self.table.humans, *agents)), 0)

    @property
    def ready(self) -> bool:
        """Whether every player has its seat."""
        return not self.table.loading

    def seat_players(self, loaded: dict[int, object]) -> None:
        """Seat the players that a background thread loaded."""
        self.table.take_seats(loaded)  # type: ignore[arg-type]
        self.table.begin()

    def who(self, seat: int) -> str:
        """Who fills a seat; while a human holds it, that human."""
        if seat == self.taken:
            return "you (holding)"
        return self.table.who(seat, self.simulation)

    def thought(self, seat: int) -> Mind | None:
        """What the player of a seat thought last."""
        return self.table.thoughts.get(seat)

    @property
    def keyboard_seat(self) -> int | None:
        """The seat that the keyboard plays: one taken over, else the followed or first seat of a human."""
        humans = [seat for seat in self.table.humans if seat not in self._pads]
        if self.taken is not None:
            return self.taken
        if self.roams:
            return self.followed
        return self.followed if self.followed in humans else next(iter(humans), None)

    @property
    def waiting(self) -> bool:
        """Whether the world stands still until its human chooses."""
        return self._turn_of is not None and not self._requests()[0]

    @property
    def rate(self) -> float:
        """Simulated seconds in a second: few while a human has to choose at once."""
        seat, presses = self.played, self.world.view.presses
        hurried = seat is not None and presses is not None and presses(self.simulation.w, seat)
        return min(self.speed, SLOWEST) if hurried else self.speed

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass; where the world waits, say why what was asked for is not done."""
        refusal = ""
        if self.ready and not self.paused and self._turn_of is not None:
            possible, refused = self._requests()
            refusal = "" if possible or not refused else refused[0]
        if refusal:
            self.hands.forget(self._turn_of)
            self.keyboard.ticked()
            self.gamepads.ticked()
            if refusal != self._refusal:
                self.say(refusal)
        self._refusal = refusal
        super().advance(seconds)

    @property
    def played(self) -> int | None:
        """The seat that the keyboard plays, if it is a human's now."""
        seat = self.keyboard_seat
        return seat if seat is not None and (seat == self.taken or seat in self.table.humans) else None

    @property
    def _turn_of(self) -> int | None:
        """For whom the world stands still, unless it asks for something possible."""
        seat = self.played if self.hands.waits else None
        return seat if seat is not None and self._can_choose(seat) else None

    def _requests(self) -> tuple[list[str], list[str]]:
        """What the human whose turn it is asks for: what is possible, and words on what is not."""
        seat = self._turn_of
        assert seat is not None
        legal = allowed_now(self.simulation, seat)
        return self.hands.requests(self.keyboard.down, self.gamepads.seat(0), legal, seat)

    def _can_choose(self, seat: int) -> bool:
        """Whether more than one choice of any of a seat's actions is allowed: else it is not its turn."""
        edges = np.cumsum(self.world.action_sizes)[:-1]
        return any(int(np.sum(part)) > 1 for part in np.split(self.simulation.legal[seat], edges))

    def take_over(self, on: bool) -> None:
        """Hold, or let go of, the followed seat."""
        if on and self.taken is None and self.followed not in self.table.humans:
            self.taken = self.followed
            self.hands.forget(self.taken)
            self._was_bot = self.followed not in self.simulation.external
            if self._was_bot:
                hand_over(self.simulation, self.recorder, self.followed, external=True)
            self._note("take_over", seat=self.followed)
        elif not on and self.taken is not None:
            seat, self.taken = self.taken, None
            if self._was_bot:
                hand_over(self.simulation, self.recorder, seat, external=False)
            self._note("let_go", seat=seat)

    def can_order(self, seat: int) -> bool:
        """Whether a click may tell this seat what to do."""
        return self.roams or seat == self.taken or seat in self.table.humans

    def hints(self) -> list[str]:
        """The keys that play, while the game is young."""
        if not self.table.humans or self.ticks * self.world.timing.tick > HINTED:
            return []
        rows = [f"{keys}   {about}" for about, keys, _ in self.hands.help()]
        return [*rows, "F1   all keys"]

    def order(self, seat: int, factor: int, choice: int) -> None:
        """Do what was clicked: the seat is followed and does it as soon as it is allowed."""
        if self.taken is None:
            self.followed = seat
        self._run_from_now(seat)
        self.hands.order(seat, factor, choice)

    def _run_from_now(self, seat: int) -> None:
        """The human runs this seat until he gives it back."""
        if seat in self.table.humans or seat == self.taken:
            return
        if seat not in self.simulation.external:
            hand_over(self.simulation, self.recorder, seat, external=True)
        self.table.humans.append(seat)
        self.hands.forget(seat)
        self._note("take_over", seat=seat)

    def _give_back(self) -> None:
        """The followed seat goes back to whom it was taken from."""
        seat = self.followed
        if seat not in self.table.humans or not self.roams:
            self.say(f"{self.world.seats[seat].name} is not yours to give back")
            return
        self.table.humans.remove(seat)
        self.hands.forget(seat)
        if seat not in self.table.players:
            hand_over(self.simulation, self.recorder, seat, external=False)
        self._note("let_go", seat=seat)
        self.say(f"{self.world.seats[seat].name} is run by {self.who(seat)} again")

    def command(self, name: str) -> bool:
        """Obey a command."""
        own = {
            "give_back": self._give_back,
            "restart_episode": self._restart_episode,
            "restart_trial": self._restart_trial,
            "next_task": self._next_task,
            "forget": self._forget,
            "record": self._switch_recording,
        }
        if name not in own:
            return super().command(name)
        own[name]()
        return True

    def close(self) -> None:
        """Finish the recording."""
        if self.recorder is not None:
            self.recorder.close()
            self._troubled()
            self.recorder = None

    def _tick(self) -> bool:
        simulation, recorder = self.simulation, self.recorder
        thoughts = play_tick(simulation, self.table.crew, self._actions, recorder, by_hand=self._play_by_hand)
        self.table.thoughts.update(thoughts)
        for seat, thought in thoughts.items():
            self.history.think(seat, thought)
        if getattr(recorder, "full", False):
            self.recorder = None
            self.say("The recording is full and was closed")
        self._troubled()
        if simulation.trial_ended:
            self.table.begin()
        return True

    def _play_by_hand(self) -> None:
        keyboard_seat = self.keyboard_seat
        others = [seat for seat in self.table.humans if seat != keyboard_seat]
        if keyboard_seat is not None:
            pad = None if others and not self.roams else self.gamepads.seat(0)
            if self.hands.asks(self.keyboard.down, pad):
                self._run_from_now(keyboard_seat)
            if keyboard_seat == self.taken or keyboard_seat in self.table.humans:
                self._play(keyboard_seat, self.keyboard.down, pad)
        for order, seat in enumerate(others):
            pad = self.gamepads.seat(self._pads.get(seat, order + 1) - 1)
            self._play(seat, [], None if self.roams else pad)
        self.keyboard.ticked()
        self.gamepads.ticked()

    def _play(self, seat: int, keys: list[int], pad: object) -> None:
        simulation = self.simulation
        self._actions[seat] = self.hands.choose(
            keys, pad, allowed_now(simulation, seat), seat=seat,  # type: ignore[arg-type]
            present=simulation.w["action"][seat].tolist(), fresh=self.keyboard.tapped,
        )  # fmt: skip

    def _restart_episode(self) -> None:
        self.simulation.restart_episode()
        self.hands.forget()
        self._control("restart_episode")
        self.history.restart_episode()
        self._cut()
        self.say("Episode restarted")

    def _restart_trial(self) -> None:
        self._let_go()
        self.simulation.reset()
        self._control("reset")
        self._new_trial("Trial restarted, memories wiped")

    def _next_task(self) -> None:
        self._let_go()
        self.simulation.next_task()
        self._control("next_task")
        self._new_trial(f"Task {int(self.simulation.w['trial']) + 1}")

    def _let_go(self) -> None:
        if self.taken is not None:
            self.take_over(False)

    def _new_trial(self, words: str) -> None:
        self.hands.forget()
        self.table.claim(self.simulation, self.recorder)
        self.table.begin()
        self.history.new_trial()
        self._cut()
        self.say(words)

    def _forget(self) -> None:
        self.table.crew.forget()
        self._note("forget")
        self.say("Memories of the agents wiped" if self.table.players else "No agent is seated")

    def _switch_recording(self) -> None:
        if self.recorder is not None:
            recorder, place = self.recorder, getattr(self.recorder, "path", None)
            self.close()
            if not getattr(recorder, "trouble", ""):
                self.say(f"Recording saved: {place}" if place else "Recording saved")
        elif self._make_recorder is not None:
            self._start_recording(CarefulRecorder(self._make_recorder))
            if not self._troubled():
                self.say("Recording")
        else:
            self.say("Nothing to record to: start with --record FILE")

    def _start_recording(self, recorder: Recorder) -> None:
        recorder.begin(self.simulation)
        self.recorder = recorder

    def _troubled(self) -> bool:
        """Whether the recorder cannot write: then that is said, and the game goes on without it."""
        trouble = getattr(self.recorder, "trouble", "")
        if trouble:
            self.recorder = None
            self.say(trouble)
        return bool(trouble)

    def _control(self, op: str, **arguments: object) -> None:
        if self.recorder is not None:
            self.recorder.control(self.simulation, op, **arguments)

    def _note(self, name: str, **data: object) -> None:
        if self.recorder is not None:
            self.recorder.event(name, dict(data))
