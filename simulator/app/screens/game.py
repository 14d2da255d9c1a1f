"""A world in the window, live or from a recording: the world's picture, the panel, the timeline, the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pygame

from simulator.app.panels import overlay
from simulator.app.panels.arena import Arena
from simulator.app.panels.frames import draw_frames
from simulator.app.panels.hud import GAP, Panel, panel_width
from simulator.app.panels.minds import MindsPanel
from simulator.app.panels.tips import tell_at
from simulator.app.play.branching import WhatIfTree
from simulator.app.play.devices import meant_key
from simulator.app.play.hands import Hands
from simulator.app.play.texts import text
from simulator.app.screens.deck import Deck
from simulator.app.screens.exporting import Exporting, of_replay
from simulator.app.screens.game_words import say_over, tell_hurried, tell_kept
from simulator.app.screens.halting import Halt
from simulator.app.screens.lens import Lens
from simulator.app.screens.live import LiveScene
from simulator.app.screens.menu import CommandMenu, menu_of
from simulator.app.screens.replay import ReplayScene
from simulator.app.screens.replay_bar import ReplayBar
from simulator.app.screens.scene import Scene
from simulator.app.screens.telling import GameTelling
from simulator.app.screens.what_if_list import COMMANDS as WHAT_IF_COMMANDS
from simulator.app.screens.what_if_list import BranchWish, WhatIfs
from simulator.app.shell.controls import BY_NAME, LAYER_COMMANDS, LIVE, REPLAY, idle
from simulator.app.shell.gamepads import BACK_BUTTON
from simulator.app.shell.gui import Gui
from simulator.app.shell.jobs import Job
from simulator.app.shell.session import Session
from simulator.app.shell.stage import FRAMES, WindowStage
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.app.shell.accessibility.page import PageMaker

WINDOW_COMMANDS = (
    "theme", "smaller_text", "larger_text", "debug", "fullscreen", "screenshot", "keys", "help", "quit",
)  # fmt: skip
MOUSE = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP, pygame.MOUSEMOTION, pygame.MOUSEWHEEL)
BELOW_CHIP = 36  # px: where lists begin below the words on what people see
CARD_SECONDS = 8.0  # who only watches, or is away, need not press a key


class GameScreen:
    """Shows one scene. `wished` hears of what-ifs: branches from a replay, and which of those in the tree to show;
    `ended` is called when a trial of a live game ended, or when what came of the last one is asked for.
    """

    frames = FRAMES
    showing = True

    def __init__(
        self,
        stage: WindowStage,
        scene: Scene,
        session: Session,
        layers: frozenset[str],
        wished: Callable[[BranchWish], None],
        tree: WhatIfTree | None = None,
        *,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.stage, self.scene, self.session, self._wished, self._ended = stage, scene, session, wished, ended
        self.node = -1
        """Its place in the tree of what-ifs, if it is one."""
        self.tried = WhatIfs(stage, tree or WhatIfTree(), wished, live=isinstance(scene, LiveScene))
        scene.stopwatch = stage.stopwatch
        self.layers = layers
        self.arena = Arena(scene)
        self._replayed = Hands(scene.world)
        self.panel = Panel(scene, self.hands_of, session.references)
        self.bar = ReplayBar(stage, scene, self.command) if isinstance(scene, ReplayScene) else None
        self.exporting: Exporting | None = None
        if isinstance(scene, ReplayScene):
            self.exporting = of_replay(stage, scene, self.arena, lambda: self.layers)
        self.minding: MindsPanel | None = None
        """Lays all that the followed agent thinks over the world."""
        self.reading = session.card and isinstance(scene, LiveScene)
        """Whether the card before the game is still to be read: the world stands still until a key is pressed, or for a
        while where no person has a seat.
        """
        self.halt = Halt(stage, scene, WINDOW_COMMANDS)
        self.card_left, self._told_page, self.helping = CARD_SECONDS, False, False
        self.lens = Lens(stage, scene, lambda: self.layers)
        self.arena.tints, self.arena.under, self.arena.mark = self.lens.tints, self.lens.under, self.lens.mark
        self.deck: Deck | None = None
        if isinstance(scene, LiveScene):
            self.deck = Deck(stage, scene, lambda: (self.layers, self.arena.layers))
        self._job: Job[Any] | None = None
        self.pointer: tuple[int, int] | None = None
        """Where the mouse is in the window; None until it moves, and after each key."""
        self.menu: CommandMenu = menu_of(self)
        self.telling = GameTelling(self)
        """For who cannot see it."""

    def hands_of(self, seat: int) -> Hands:
        """With which keys a seat is, or would be, played."""
        return self.scene.by_hand.hands_of(seat) if isinstance(self.scene, LiveScene) else self._replayed

    # --- the protocol of screens -----------------------------------------------------------------------------------

    def enter(self) -> None:
        """It goes on; what ImGui draws over it is prepared meanwhile."""
        self.panel.refresh()
        self.stage.prepare_gui()

    def leave(self) -> None:
        """Finish the recording; what is still found out of one is given up."""
        self.scene.close()
        if self.bar is not None:
            self.bar.leave()

    @property
    def title(self) -> str:
        """What is played."""
        return self.session.title

    @property
    def resting(self) -> bool:
        """Whether the world stands still."""
        if self.reading or self.helping:
            return self.stage.has_gui
        if self.halt.on or self.menu.open:
            return True
        if (self.bar is not None and self.bar.busy) or self.stage.exports:
            return False
        return self.scene.ready and self._job is None and (self.scene.paused or self.scene.waiting)

    def handle(self, event: pygame.event.Event) -> None:
        """Take in an event."""
        if event.type == pygame.MOUSEMOTION:
            self.pointer = event.pos
        elif event.type == pygame.KEYDOWN:
            self.pointer = None  # who plays by keys reads no tip under a mouse that rests
        if self.menu.handle(event) or (not self.helping and self.halt.handle(event)):
            return
        if self.helping:
            self.stage.gui.handle(event)
            if event.type in MOUSE:
                return
        if self.reading and not self.helping and self._read(event):
            return
        if not self.helping and any(
            part.handle(event) for part in (self.exporting, self.tried, self.bar, self.deck) if part is not None
        ):
            return
        if event.type == pygame.WINDOWFOCUSLOST:
            self._lose_keys()
        elif event.type == pygame.KEYDOWN:
            self._press(meant_key(event))
        elif event.type == pygame.KEYUP:
            self._release(event.key)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._click(event.pos)
        elif event.type == pygame.MOUSEMOTION:
            self.arena.pointer = event.pos if event.pos[0] < self.panel.box.left else None
        elif event.type == pygame.MOUSEWHEEL:
            self.command("zoom_in" if event.y > 0 else "zoom_out")
        else:
            self._handle_pad(event)

    def advance(self, seconds: float) -> None:
        """Take in agents that were loaded; let time pass."""
        if self.menu.advance():
            return
        scene, outcome = self.scene, self.stage.outcome
        scene.open_handed = "hidden" in self.layers or ("fog" in self.arena.layers and "fog" not in self.layers)
        if self._job is not None and self._job.done:
            job, self._job = self._job, None
            assert isinstance(scene, LiveScene)
            try:
                scene.seat_players(job.result())
            except Refused as refusal:
                if len(self.stage.screens) == 1:
                    raise
                self.stage.pop()  # back to where it was opened, with the reason
                self.stage.say(f"{refusal}.")
                return
        seen = outcome.first_frame is not None
        if self._job is None and seen and isinstance(scene, LiveScene) and scene.table.loading:
            self._job = Job(text("prepare.agents"), scene.table.load)
        if self.reading and not self.helping and isinstance(scene, LiveScene) and not scene.table.humans:
            self.card_left -= seconds
            self.reading = self.card_left > 0.0
        if self.deck is not None:
            self.deck.advance()
        choosing = self.menu.open or (self.deck is not None and self.deck.choosing)
        if not (self.reading or self.helping or self.halt.on or choosing):
            scene.advance(seconds)
            if isinstance(scene, LiveScene) and scene.held:
                self.stage.prepare_gui()
                if scene.over and self.stage.has_gui:
                    if self.stage.mirror.listening:
                        self.telling.tell_news(self.stage.mirror.page)
                    self._ended()
            elif isinstance(scene, LiveScene) and scene.hurried and not self._told_page:
                self._told_page = True
                tell_hurried(self)
        self.lens.advance()
        outcome.ticks = scene.ticks
        if outcome.seated is None and scene.ready:
            outcome.seated = self.stage.since_start()
            self.stage.seated_at = self.stage.clock  # --seconds count from here

    def tell(self, page: PageMaker) -> None:
        """What is drawn by hand, in words."""
        self.telling.tell(page)

    def draw(self, surface: pygame.Surface, seconds: float) -> None:
        """Draw the world, and what is around and above it as soon as ImGui is there."""
        look = self.stage.look
        width, height = surface.get_size()
        side = panel_width(width, look)
        foot = self.bar.height((width, height)) if self.bar is not None else self.deck.height if self.deck else 0
        world = surface.subsurface((0, 0, width - side, height - foot))
        with self.stage.stopwatch.part("drawing"):
            self.arena.draw(world, look, self.layers, seconds)
        panel, bar = pygame.Rect(width - side, 0, side, height), pygame.Rect(0, height - foot, width - side, foot)
        surface.fill(look.theme.panel, panel)
        if self.bar is not None:
            surface.fill(look.theme.panel, bar)
        if not self.stage.has_gui:
            look.text(surface, panel.center, text("prepare.panels"), style="muted", align="center", room=side)
            return
        gui = self.stage.gui
        gui.begin(surface.get_size(), seconds)
        self._say_panel(gui, panel, seconds)
        self._say_around(gui, world.get_size(), bar, seconds)
        say_over(self, gui)
        self.menu.draw()
        gui.end(surface)

    # --- drawing ---------------------------------------------------------------------------------------------------

    def _say_panel(self, gui: Gui, box: pygame.Rect, seconds: float) -> None:
        recording, telling = getattr(self.scene, "recorder", None) is not None, "hidden" in self.layers
        messages = self.stage.recent()
        self.panel.draw(gui, self.stage.look, box, seconds, recording=recording, telling=telling, messages=messages)
        if self.pointer is not None and not (self.helping or self.reading or self.menu.open):
            self.panel.tip(gui, self.stage.look, self.pointer)

    def _say_around(self, gui: Gui, room: tuple[int, int], bar: pygame.Rect, seconds: float) -> None:
        """What lies around the game and over the world."""
        stage, look, scene, top = self.stage, self.stage.look, self.scene, self.arena.taken
        strips = [(scene.diverged, "bad")] if isinstance(scene, ReplayScene) and scene.diverged else []
        strips += [(f"{self._job.words} …", "ray")] if self._job is not None else []
        for words, style in strips:
            overlay.draw_strip(gui, look, words, style, room)
            top = max(top, look.px(overlay.STRIP))
        if (banner := self.halt.banner or scene.banner) is not None:
            overlay.draw_banner(gui, look, banner, room)
        if stage.debugging:
            draw_frames(gui, look, stage.stopwatch.times(), stage.rate, room[0])
        if self.deck is not None:
            self.deck.draw(room, top)
        if self.lens.there:
            taken = getattr(scene, "codes", ())
            colours, hidden = (stage.bindings.written(name, scene.kind, taken) for name in ("colours", "hidden"))
            self.lens.draw(room, top, colours, hidden)
        if self.helping or self.reading:
            return
        if self.minding is not None:
            self.minding.draw(gui, look, room, seconds, telling="hidden" in self.layers)
        if self.bar is not None:
            self.bar.say(gui, bar, seconds)
        if self.exporting is not None and self.exporting.busy:
            self.exporting.say(gui, (bar.right - look.px(GAP), look.px(GAP)))
        if self.tried.shown:
            self.tried.say(gui, (look.px(GAP), look.px(GAP if self.deck is None else BELOW_CHIP)))
        tell_at(gui, look, None if self.menu.open else self.pointer)

    def idle(self, name: str) -> bool:
        """Whether a command does nothing here."""
        if name in WHAT_IF_COMMANDS:
            return not self.tried.tree.nodes or (name == "to_replay" and self.node <= 0)
        return idle(name, len(self.scene.world.seats), self.hands_of(0).keeps, self.arena.layers)

    # --- input -----------------------------------------------------------------------------------------------------

    def _read(self, event: pygame.event.Event) -> bool:
        """Any key begins the game, but for those of the window itself; whether the event was used up."""
        if event.type == pygame.KEYDOWN:
            name = self.stage.bindings.command(self.scene.kind, meant_key(event))
            if name in WINDOW_COMMANDS:
                return False
        elif event.type not in (pygame.MOUSEBUTTONDOWN, pygame.JOYBUTTONDOWN):
            return False
        if self.stage.has_gui:  # what nobody saw yet cannot be waved away
            self.reading = False
        return True

    def _click(self, pixel: tuple[int, int]) -> None:
        """Tell a seat what to do, or follow one."""
        if self.panel.box.collidepoint(pixel):
            if (row := self.panel.seat_at(pixel)) is not None:
                self.scene.followed = row
            elif self.panel.tells_menu(pixel):
                self.command("menu")
            elif self.panel.tells_keys(pixel):
                self.command("help")
            return
        scene, button = self.scene, self.arena.button_at(pixel)
        if isinstance(scene, LiveScene) and button is not None and scene.can_order(button.seat):
            scene.order(button.seat, button.factor, button.choice)
        elif (seat := self.arena.seat_at(pixel)) is not None:
            scene.followed = seat
        if (camera := self.arena.camera_at(pixel)) is not None:
            self.lens.click(camera.metres(pixel), camera.scale)

    def _handle_pad(self, event: pygame.event.Event) -> None:
        pressed, buttons = event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP), self.stage.buttons
        if self.helping and event.type != pygame.JOYBUTTONUP:  # ImGui walks that page
            back = getattr(event, "button", -1) == BACK_BUTTON
            if (name := "quit" if back else buttons.command(event, self.scene.kind)) in (*WINDOW_COMMANDS, "menu"):
                self.command(str(name))
        elif pressed and buttons.at(event.button, LIVE) == "take_over" and isinstance(self.scene, LiveScene):
            self.scene.take_over(event.type == pygame.JOYBUTTONDOWN)
        elif (name := buttons.command(event, self.scene.kind)) is not None:
            self.command(name)

    def _press(self, key: int) -> None:
        self.stage.keyboard.press(key)
        scene = self.scene
        if isinstance(scene, LiveScene) and not self.helping and key in scene.codes:
            scene.go_on()
            return
        name = self.stage.bindings.command(scene.kind, key)
        if name is not None and (not self.helping or name in WINDOW_COMMANDS):
            self.command(name)

    def _release(self, key: int) -> None:
        self.stage.keyboard.release(key)
        if self.stage.bindings.command(LIVE, key) == "take_over" and isinstance(self.scene, LiveScene):
            self.scene.take_over(False)

    def _lose_keys(self) -> None:
        self.stage.keyboard.clear()
        if isinstance(self.scene, LiveScene):
            self.scene.take_over(False)

    def command(self, name: str) -> None:
        """Obey a command of `controls.COMMANDS`."""
        self.panel.refresh()
        scene = self.scene
        if name == "quit" and self.helping:
            self.helping = False
        elif name == "quit" and isinstance(scene, LiveScene) and scene.paused and scene.rewind.gone:
            scene.go_on()
        elif name == "quit" and self.halt.before_leaving():
            pass
        elif name == "help":
            self.helping = not self.helping
        elif name == "menu":
            self.helping = False
            self.menu.show(True)
        elif name == "minds":
            self._turn_minds()
        elif name in LAYER_COMMANDS:
            self.layers = self.lens.layers_after(name, self.layers ^ {name})
            state = text("say.layer.on" if name in self.layers else "say.layer.off")
            words = text("say.none_here" if self.idle(name) else "say.layer", layer=BY_NAME[name].help, state=state)
            self.stage.say(words[:1].upper() + words[1:])
        elif not self.stage.command(name):
            self._scene_command(name)

    def _turn_minds(self) -> None:
        self.stage.prepare_gui().result()
        self.minding = MindsPanel(self.scene) if self.minding is None else None

    def _scene_command(self, name: str) -> None:
        scene = self.scene
        if self.bar is not None and self.bar.command(name):
            return
        if self.exporting is not None and self.exporting.command(name):
            return
        if name == "seats" and self.deck is not None:
            self.deck.open(True)
        elif name == "take_over" and isinstance(scene, LiveScene):
            scene.take_over(True)
        elif name == "summary" and isinstance(scene, LiveScene):
            self._ended()
        elif self.tried.command(name):
            return
        elif name in ("branch", "branch_watch") and isinstance(scene, ReplayScene) and scene.kind == REPLAY:
            if (simulation := scene.branch()) is not None:
                advice = self.bar.advice if self.bar is not None and name == "branch" else ""
                self._wished(BranchWish("branch", simulation, watch=name == "branch_watch", words=advice))
        elif not self.arena.command(name) and not self.lens.command(name):
            scene.command(name)
            if name == "next_seat":
                tell_kept(self)
        self.layers = self.lens.layers_after(name, self.layers)
