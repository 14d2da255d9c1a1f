"""The application: which screen follows which. The screens themselves know nothing of each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.app.panels.gallery import Wish
from simulator.app.play.languages import current
from simulator.app.play.setups import Setup
from simulator.app.play.texts import text
from simulator.app.play.trainers import Trainers
from simulator.app.screens.after_trial import AfterTrial
from simulator.app.screens.game import GameScreen
from simulator.app.screens.home import HomeScreen
from simulator.app.screens.keys import KeysScreen
from simulator.app.screens.library import LibraryScreen
from simulator.app.screens.live import LiveScene
from simulator.app.screens.open_replay import OpenScreen
from simulator.app.screens.preparing import PreparingScreen
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.scene import Scene
from simulator.app.screens.setup import CodeScreen, SetupScreen
from simulator.app.screens.what_ifs import WhatIfStage
from simulator.app.shell.jobs import warmed
from simulator.app.shell.session import Session, SessionSummary
from simulator.app.shell.settings import keep_keys, keep_look
from simulator.app.shell.start import SESSIONS, recordings_folder, replayed, session_of, watched
from simulator.engine import stopping
from worlds.world import Refused


def play(session: Session) -> SessionSummary:
    """Open the window and stay until the user closes it, or the session's time is over.

    Raises:
        Refused: bad settings, no display, a seat or player that does not fit, a replay that cannot be played.
        KeyboardInterrupt: a signal came before anything was seen.
    """
    app, interrupted = App(session), False
    try:
        app.run()
    except KeyboardInterrupt:
        interrupted = True
    finally:
        app.close()
    if app.outcome.first_frame is None and (interrupted or stopping.asked.is_set()):
        raise KeyboardInterrupt
    return app.outcome


class App(WhatIfStage):
    """The window with the screens of a session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.layers = frozenset(self.settings.layers) if session.layers is None else session.layers
        if self.settings.reduced_motion:
            self.layers -= {"trails"}
        self.after, self.trainers = AfterTrial(self, self.open), Trainers()
        if session.home or session.library:
            words = text("prepare.window")
            self.push(PreparingScreen(self, words, lambda: self.prepare_gui().result(), self._begin))
        else:
            self.open(session)

    @property
    def scene(self) -> Scene | None:
        """The scene of the game that is seen; None if something else is."""
        return self.top.scene if self.screens and isinstance(self.top, GameScreen) else None

    def open(self, session: Session) -> None:
        """Show a game or a replay above what is shown now."""
        if session.runs is not None:
            self.after.compare(session.runs, session.layers, session.speed)
            return
        self.playing = session
        source = session.simulation if session.playback is None else session.playback
        start = self._start_live if session.playback is None else self._start_replay
        if callable(source):
            words = text("prepare.world")
            failed = self._back if self.screens else None
            self.push(PreparingScreen(self, words, lambda: warmed(source()), start, failed, title=session.title))
        else:
            start(source)

    # --- screens around games ------------------------------------------------------------------------------------

    def _begin(self, _: None) -> None:
        self.replace(self._library() if self.session.library else HomeScreen(self, self.grant))
        if self.session.training is not None:
            self._open_training(*self.session.training)
        if self.session.setup is not None:
            self.push(SetupScreen(self, self.session.setup, self._start_setup))

    def _library(self) -> LibraryScreen:
        folders = self.session.library or (recordings_folder(), Path.cwd())
        return LibraryScreen(self, self.grant, folders, self.session.search)

    def _back(self, refusal: Refused) -> None:
        """What was opened from another screen cannot be shown: back to that, with the reason."""
        self.pop()
        self.say(f"{refusal}.")

    def grant(self, wish: Wish) -> None:
        """Do what a user asked for in one of the screens around a game."""
        if wish.what in ("play", "watch", "demo"):
            self.open(SESSIONS[wish.what](wish.world))
        elif wish.what == "replay" and wish.path is not None:
            self.open(replayed(wish.path, wish.at))
        elif wish.what == "agent" and wish.path is not None:
            self.open(watched(wish.world, player=str(wish.path)))
        elif wish.what == "train":
            self._open_training(wish.world)
        elif wish.what == "library":
            self.push(self._library())
        elif wish.what == "open":
            self.push(OpenScreen(self, self.grant))
        elif wish.what == "setup":
            self.push(SetupScreen(self, Setup(world=wish.world), self._start_setup))
        elif wish.what == "code":
            self.push(CodeScreen(self, lambda setup: self.replace(SetupScreen(self, setup, self._start_setup))))
        elif wish.what == "language":
            self.speak_next()
            self._keep_look(current())
        elif self.command(wish.what) and wish.what in ("theme", "smaller_text", "larger_text"):
            self._keep_look()

    def command(self, name: str) -> bool:
        """Obey a command that is the same in every screen; False if it is none."""
        if name != "keys":
            return super().command(name)
        if self.has_gui and not isinstance(self.top, KeysScreen):
            self.push(KeysScreen(self, self._keep_keys))
        return True

    def _open_training(self, form: Any, shown: Path | None = None) -> None:
        """The page of trainings, with a form or a world for a new one, or with a run shown."""
        from simulator.app.play.train_form import TrainForm  # these bring the settings along, and the compiler
        from simulator.app.screens.training import TrainScreen

        form = TrainForm(form) if isinstance(form, str) else form
        self.push(TrainScreen(self, self.trainers, form, self.grant, shown))

    def leave(self) -> None:
        """Ask first what is to become of trainings that this program began; who insists leaves them running."""
        from simulator.app.screens.leaving import LeavingScreen

        folders = self.trainers.alive()
        if folders and not isinstance(self.top, LeavingScreen):
            self.push(LeavingScreen(self, folders, self._leave_trainings))
        else:
            super().leave()

    def _leave_trainings(self, what: str) -> None:
        if what == "stay":
            self.pop()
            return
        for folder in self.trainers.alive() if what == "stop" else ():
            self.trainers.stop(folder)
        super().leave()

    def _keep_look(self, language: str = "") -> None:
        """The next start looks as this one does; settings that somebody handed over are his own."""
        if self.session.settings is None:
            try:
                keep_look(self.look.theme.name, self.look.scale, language=language)
            except Refused as refusal:
                self.say(f"{refusal}.")

    def _keep_keys(self) -> None:
        """The next start obeys the same keys and buttons."""
        if self.session.settings is None:
            try:
                keep_keys(self.settings.keys, self.settings.buttons)
            except Refused as refusal:
                self.say(f"{refusal}.")

    def _start_setup(self, setup: Setup) -> None:
        self.open(session_of(setup, folder=recordings_folder(), card=True))

    # --- games ---------------------------------------------------------------------------------------------------

    def _start_live(self, simulation: Any) -> None:
        scene = LiveScene(
            simulation, self.playing, keyboard=self.keyboard, gamepads=self.gamepads, say=self.say,
            reduced_motion=self.settings.reduced_motion,
        )  # fmt: skip
        self._show(scene)

    def _start_replay(self, playback: Any) -> None:
        scene = ReplayScene(playback, self.playing, say=self.say, reduced_motion=self.settings.reduced_motion)
        path = getattr(playback, "path", None)
        self._show(scene, self.tree.plant(path.name if path is not None else self.playing.title, path))

    def _show(self, scene: Scene, node: int = -1) -> None:
        """Put the game in the place of the screen that prepared it, or of the what-if before it."""
        layers = self.game.layers if self.scene is not None else self.layers
        if self.scene is None and self.session.layers is None and isinstance(scene, LiveScene):
            layers |= scene.first_layers(layers)
        screen = GameScreen(
            self, scene, self.playing, layers, self._grant_branch, self.tree, ended=self.after.trial_ended
        )  # fmt: skip
        screen.node = node
        if self.screens and (isinstance(self.top, PreparingScreen) or (node >= 0 and self.scene is not None)):
            self.replace(screen)
        else:
            self.push(screen)

    def _trial_ended(self) -> None:
        self.after.trial_ended()

    def close(self) -> None:
        """Finish recordings and close the window."""
        if self.scene is None and self.playing.recorder is not None:
            self.playing.recorder.close()
        super().close()
