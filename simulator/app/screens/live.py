"""A live game: players decide, humans play, everything is recorded if wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np

from simulator.app.play.careful import CarefulRecorder
from simulator.app.play.devices import Keyboard
from simulator.app.play.notes import Finished, TrialNotes
from simulator.app.play.people import People
from simulator.app.play.table import Table, hand_over
from simulator.app.play.texts import text
from simulator.app.screens.by_hand import ByHand
from simulator.app.screens.changes import Rewind, tell_seat
from simulator.app.screens.scene import REST, SLOWEST, Scene
from simulator.app.shell.controls import LIVE
from simulator.app.shell.gamepads import Gamepads
from simulator.app.shell.stopwatch import TimedCalls
from simulator.engine.trial import play_tick

if TYPE_CHECKING:
    from simulator.app.shell.session import Session
    from simulator.engine import Simulation
    from simulator.engine.minds import Mind
    from simulator.engine.player import Recorder
    from simulator.engine.trial import SeatedPlayers


HURRIED = 4.0  # simulated seconds in a second; whoever watches faster gets no page after every trial: he is told of it
HINTED = 15.0  # s at the beginning of a game in which the keys that play are shown


class LiveScene(Scene):
    """Plays a simulation. Players are asked when a decision begins, humans at every tick."""

    kind = LIVE

    def __init__(
        self, simulation: Simulation, session: Session, *, keyboard: Keyboard, gamepads: Gamepads,
        say: Callable[[str], None], reduced_motion: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            simulation, say=say, speed=session.speed, paused=session.paused, rest=0.0 if reduced_motion else REST
        )
        self.notes, self.finished = TrialNotes(simulation), cast("Finished | None", None)
        self._stops, self.hurried = session.summary, False
        self.table = Table(self.world, session.seats, session.resume)
        devices = {self.world.seat_index(name): device for name, device in session.devices.items()}
        self.by_hand = ByHand(self.world, keyboard, gamepads, self.table.humans, devices)
        self.recorder: Recorder | None = None
        self.taken: int | None = None
        """Seat that a human holds now although somebody else fills it."""
        self._make_recorder = session.make_recorder
        self.advice: list[str] = []
        """What to try here, instead of the keys that play."""
        self._was_bot = False
        self.reseated: dict[int, str] = {}
        """Seats that changed hands in this game → who sits there now, as a spec."""
        self._actions = np.array(simulation.w["action"], dtype=np.int64)
        self.rewind = Rewind(self)
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
        """Seat the players that a background thread loaded, unless nobody waits for them any more."""
        if not self.table.loading:
            return
        self.table.take_seats(loaded)  # type: ignore[arg-type]
        self.table.begin()
        if self.table.said:
            self.say(self.table.said)

    def sit_down(self, seat: int) -> None:
        """A person plays this seat from now on; a player that has it goes on watching."""
        self.by_hand.seat([*(person.seat for person in self.people), seat], {})
        self._run_from_now(seat)

    def who(self, seat: int) -> str:
        """Who fills a seat; while a human holds it, that human."""
        if seat == self.taken:
            return "you (holding)"
        person = self.people.at(seat)
        return person.name if person is not None else self.table.who(seat, self.simulation)

    @property
    def people(self) -> People:
        """The people at the game."""
        return self.by_hand.people

    @property
    def codes(self) -> frozenset[int]:
        """Keys that play, and so give no commands."""
        return self.people.codes if self.keyboard_seat is None else self.people.codes | self.by_hand.hands.codes

    def thought(self, seat: int) -> Mind | None:
        """What the player of a seat thought last."""
        return self.table.thoughts.get(seat)

    @property
    def keyboard_seat(self) -> int | None:
        """The seat that the whole keyboard plays: one taken over, else that of its person, who may roam."""
        if self.taken is not None:
            return self.taken
        return self.followed if self.by_hand.roams else self.by_hand.whole()

    @property
    def waiting(self) -> bool:
        """Whether the world stands still until its human chooses."""
        return any(not self.by_hand.requests(self.simulation, seat)[0] for seat in self.turns)

    @property
    def rate(self) -> float:
        """Simulated seconds in a second: few while a human has to choose at once."""
        presses = self.world.view.presses
        seats = {seat for seat in (self.played, *(person.seat for person in self.people)) if seat is not None}
        hurried = presses is not None and any(presses(self.simulation.w, seat) for seat in seats)
        return min(self.speed, SLOWEST) if hurried else self.speed

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass; where the world waits, say why what was asked for is not done."""
        turns = self.turns if self.ready and not self.paused else []
        for refusal in self.by_hand.refuse(self.simulation, turns):
            self.say(refusal)
        if (called := self.by_hand.called(self.simulation, turns)) is not None:
            self.followed = called
        super().advance(seconds)

    @property
    def played(self) -> int | None:
        """The seat that the keyboard plays, if it is a human's now."""
        seat = self.keyboard_seat
        return seat if seat is not None and (seat == self.taken or seat in self.table.humans) else None

    @property
    def turns(self) -> list[int]:
        """Seats for whose choice the world stands still, unless they have chosen."""
        return self.by_hand.turns(self.simulation, self.played)

    def take_over(self, on: bool) -> None:
        """Hold, or let go of, the followed seat."""
        if on and self.people.share:
            self.say(text("say.shared"))
        elif on and self.taken is None and self.followed not in self.table.humans:
            self.taken = self.followed
            self.by_hand.forget(self.taken)
            self._was_bot = self.followed not in self.simulation.external
            if self._was_bot:
                hand_over(self.simulation, self.recorder, self.followed, external=True)
            self.note("take_over", seat=self.followed)
        elif not on and self.taken is not None:
            seat, self.taken = self.taken, None
            if self._was_bot:
                hand_over(self.simulation, self.recorder, seat, external=False)
            self.note("let_go", seat=seat)

    def can_order(self, seat: int) -> bool:
        """Whether a click may tell this seat what to do."""
        return self.by_hand.roams or seat == self.taken or seat in self.table.humans

    @property
    def viewer(self) -> int | None:
        """Through whose eyes the world is seen. Who plays alone sees what the own seat does, whomever the camera
        follows, unless he asked for more; where several people play at once no picture is one's own.
        """
        if self.by_hand.many:
            return self.followed if self.by_hand.hands.waits else None
        alone = next((person.seat for person in self.people), None)
        if alone is None or self.open_handed or self.by_hand.roams or self.followed == self.taken:
            return self.followed
        return alone

    def first_layers(self, wanted: frozenset[str]) -> frozenset[str]:
        """What a person alone begins with: what an agent in that seat sees, unless all is wanted."""
        alone = len(self.people) == 1 and "hidden" not in wanted
        return frozenset(("fog", "rays")) if alone else frozenset()

    def hints(self) -> list[str]:
        """The keys that play, while the game is young."""
        if not self.table.humans or self.ticks * self.world.timing.tick > HINTED:
            return []
        if self.advice:
            return self.advice
        return [*self.by_hand.hints(self.simulation, self.followed), f"F1   {text('hud.keys')}"]

    def asked(self, seat: int, factor: int) -> int | None:
        """The choice that was asked of a seat, and is not yet made."""
        return self.by_hand.hands_of(seat).wanted(seat, factor)

    def order(self, seat: int, factor: int, choice: int) -> None:
        """Do what was clicked: the seat is followed and does it as soon as it is allowed."""
        if self.taken is None and not self.by_hand.many:
            self.followed = seat
        self._run_from_now(seat)
        self.by_hand.hands_of(seat).order(seat, factor, choice)

    def _run_from_now(self, seat: int) -> None:
        """The human runs this seat until he gives it back."""
        if seat in self.table.humans or seat == self.taken:
            return
        if seat not in self.simulation.external:
            hand_over(self.simulation, self.recorder, seat, external=True)
        self.table.humans.append(seat)
        self.by_hand.forget(seat)
        self.note("take_over", seat=seat)

    def _give_back(self) -> None:
        """The followed seat goes back to whom it was taken from."""
        seat = self.followed
        if seat not in self.table.humans or not self.by_hand.roams:
            self.say(text("say.not_yours", seat=self.world.seats[seat].name))
            return
        self.table.humans.remove(seat)
        self.by_hand.forget(seat)
        if seat not in self.table.players:
            hand_over(self.simulation, self.recorder, seat, external=False)
        self.note("let_go", seat=seat)
        self.say(text("say.run_by", seat=self.world.seats[seat].name, who=self.who(seat)))

    def command(self, name: str) -> bool:
        """Obey a command."""
        own = {
            "give_back": self._give_back,
            "restart_episode": self._restart_episode,
            "restart_trial": self._restart_trial,
            "next_task": self._next_task,
            "forget": self._forget,
            "record": self._switch_recording,
            "rewind": self._go_back,
        }
        if name not in own:
            return super().command(name)
        own[name]()
        return True

    @property
    def over(self) -> bool:
        """Whether a trial ended and its last moment has been looked at: what came of it is to be shown."""
        return self.held and self._final is None

    def play_again(self, trial: int) -> None:
        """Begin a trial that was played once more, memories wiped."""
        self._let_go()
        self.simulation.reset(trial)
        self.control("reset", trial=trial)
        self._new_trial(text("say.again", task=trial + 1))

    def close(self) -> None:
        """Finish the recording."""
        if self.recorder is not None:
            self.recorder.close()
            self._troubled()
            self.recorder = None

    def _tick(self) -> bool:
        simulation, recorder = self.simulation, self.recorder
        self.held = False
        self.rewind.note()
        crew = TimedCalls(self.table.crew, self.stopwatch, "agents")
        log = None if recorder is None else TimedCalls(recorder, self.stopwatch, "recording")
        thoughts = play_tick(simulation, cast("SeatedPlayers", crew), self._actions, log, by_hand=self._play_by_hand)
        self.table.thoughts.update(thoughts)
        for seat, thought in thoughts.items():
            self.history.think(seat, thought)
        if (finished := self.notes.tick(simulation, thoughts)) is not None:
            self.finished = finished
            self.held = self._stops and (self.speed <= HURRIED or bool(self.table.humans))
            self.hurried = self._stops and not self.held
        if getattr(recorder, "full", False):
            self.recorder = None
            self.say(text("say.full"))
        self._troubled()
        if simulation.trial_ended:
            self.table.begin()
        return True

    def _play_by_hand(self) -> None:
        simulation, by_hand, mine = self.simulation, self.by_hand, self.keyboard_seat
        if mine is not None:
            keys, pad = by_hand.input_of(mine)
            if by_hand.hands.asks(keys, pad):
                self._run_from_now(mine)
            if mine == self.taken or mine in self.table.humans:
                self._actions[mine] = by_hand.choose(simulation, mine, keys, pad)
        for seat in self.table.humans:
            if seat != mine:  # who roams has left it: it goes on doing what it was told
                keys, pad = ([], None) if by_hand.roams else by_hand.input_of(seat, self.taken)
                self._actions[seat] = by_hand.choose(simulation, seat, keys, pad)
        by_hand.ticked()

    def _go_back(self) -> None:
        """Some seconds back; there the world stands until somebody goes on."""
        if self.rewind.back():
            self.paused = self.paused or not self.by_hand.hands.waits

    def go_on(self) -> None:
        """A key that plays was pressed: it ends a pause that going back began."""
        self.paused = self.paused and not self.rewind.gone

    def replaced(self) -> None:
        """The state is another one all at once."""
        self.held = False
        self.by_hand.forget()
        self._actions[...] = self.simulation.w["action"]
        self.cut()

    def _restart_episode(self) -> None:
        self.simulation.restart_episode()
        self.notes.cut()
        self.by_hand.forget()
        self.control("restart_episode")
        self.history.restart_episode()
        self.cut()
        self.say(text("say.episode"))

    def _restart_trial(self) -> None:
        self._let_go()
        self.simulation.reset()
        self.control("reset")
        self._new_trial(text("say.trial"))

    def _next_task(self) -> None:
        self._let_go()
        self.simulation.next_task()
        self.control("next_task")
        self._new_trial(text("say.task", task=int(self.simulation.w["trial"]) + 1))

    def _let_go(self) -> None:
        if self.taken is not None:
            self.take_over(False)

    def _new_trial(self, words: str) -> None:
        self.held = False
        self.by_hand.forget()
        self.table.claim(self.simulation, self.recorder)
        self.table.begin()
        self.notes.begin(self.simulation)
        self.history.new_trial()
        self.cut()
        self.say(words)

    def _forget(self) -> None:
        self.table.crew.forget()
        self.note("forget")
        self.say(text("say.wiped" if self.table.players else "say.no_agent"))

    def _switch_recording(self) -> None:
        if self.recorder is not None:
            recorder, place = self.recorder, getattr(self.recorder, "path", None)
            self.close()
            if not getattr(recorder, "trouble", ""):
                self.say(text("say.saved", place=place) if place else text("say.saved.nowhere"))
        elif self._make_recorder is not None:
            self._start_recording(CarefulRecorder(self._make_recorder))
            if not self._troubled():
                self.say(text("say.recording"))
        else:
            self.say(text("say.no_recorder"))

    def _start_recording(self, recorder: Recorder) -> None:
        recorder.begin(self.simulation)
        self.recorder = recorder
        for seat in self.reseated:
            tell_seat(self, seat)

    def _troubled(self) -> bool:
        """Whether the recorder cannot write: then that is said, and the game goes on without it."""
        trouble = getattr(self.recorder, "trouble", "")
        if trouble:
            self.recorder = None
            self.say(trouble)
        return bool(trouble)

    def control(self, op: str, **arguments: object) -> None:
        if self.recorder is not None:
            self.recorder.control(self.simulation, op, **arguments)

    def note(self, name: str, **data: object) -> None:
        self.notes.touched = True
        if self.recorder is not None:
            self.recorder.event(name, dict(data))
