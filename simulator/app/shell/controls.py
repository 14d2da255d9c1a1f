"""Commands of the window and the keys that give them. The help overlay is made from this table, so it cannot lie."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from simulator.app.play.devices import key_code, key_label
from worlds.world import Refused

LIVE, REPLAY, ANY = "live", "replay", "any"
LAYER_COMMANDS = ("fog", "rays", "hidden", "labels", "trails", "congestion", "route")


@dataclass(frozen=True)
class Command:
    """Something a key does; `where` says in which scenes."""

    name: str
    keys: tuple[str, ...]
    help: str
    group: str
    where: str = ANY


COMMANDS: tuple[Command, ...] = (
    Command("pause", ("p", "pause"), "pause and go on", "Time"),
    Command("play_pause", ("space",), "the same, where it does not play", "Time"),
    Command("step", (".",), "one tick forward", "Time"),
    Command("step_back", (",",), "one tick back", "Time", REPLAY),
    Command("slower", ("[",), "half speed, down to 0.25×", "Time"),
    Command("faster", ("]",), "double speed, up to 16×", "Time"),
    Command("normal_speed", ("\\",), "speed 1×", "Time"),
    Command("seek_back", ("left",), "1 second back", "Replay", REPLAY),
    Command("seek_forward", ("right",), "1 second forward", "Replay", REPLAY),
    Command("previous_episode", ("page up",), "to the episode before", "Replay", REPLAY),
    Command("next_episode", ("page down",), "to the next episode", "Replay", REPLAY),
    Command("seek_start", ("home",), "to the start", "Replay", REPLAY),
    Command("seek_end", ("end",), "to the end", "Replay", REPLAY),
    Command("reverse", ("r",), "play backwards, and forwards again", "Replay", REPLAY),
    Command("previous_mark", ("down",), "to the mark before", "Replay", REPLAY),
    Command("next_mark", ("up",), "to the next mark", "Replay", REPLAY),
    Command("bookmark", ("s",), "set a bookmark here, or take it away", "Replay", REPLAY),
    Command("jump", ("j",), "type a time to jump to", "Replay", REPLAY),
    Command("branch", ("b",), "what if: play the followed seat from here", "Replay", REPLAY),
    Command("branch_watch", ("w",), "what if: the same players go on from here", "Replay", REPLAY),
    Command("mistakes", ("e",), "the five costliest decisions of this trial, where an oracle knows", "Replay", REPLAY),
    Command("export", ("x",), "export what is seen: a film, a picture, a table", "Replay", REPLAY),
    Command("to_replay", ("b",), "from a what-if back to the replay", "Play", LIVE),
    Command("previous_whatif", ("y",), "to the what-if before in the list", "Replay"),
    Command("next_whatif", ("u",), "to the next what-if in the list", "Replay"),
    Command("take_over", ("left shift",), "while held, you play the followed seat", "Play", LIVE),
    Command("give_back", ("0",), "give the seat back to its bot or agent", "Play", LIVE),
    Command("rewind", ("f7",), "3 seconds (or one turn) back, and go on from there", "Play", LIVE),
    Command("seats", ("f8",), "change who sits where", "Play", LIVE),
    Command("restart_episode", ("r",), "begin the episode again", "Play", LIVE),
    Command("restart_trial", ("backspace",), "begin the trial again, memories wiped", "Play", LIVE),
    Command("next_task", ("n",), "next task: a new trial", "Play", LIVE),
    Command("forget", ("x",), "wipe the memories of the agents now", "Play", LIVE),
    Command("summary", ("f9",), "what came of the last trial", "Play", LIVE),
    Command("record", ("f2",), "start and stop recording", "Play", LIVE),
    Command("next_seat", ("tab",), "follow the next seat", "View"),
    Command("follow", ("c",), "camera close to the seat, or showing all", "View"),
    Command("map", ("m",), "small map of all, in a close view", "View"),
    Command("zoom_in", ("=", "+"), "closer", "View"),
    Command("zoom_out", ("-",), "farther", "View"),
    Command("fog", ("f",), "fog: what the seat cannot see", "View"),
    Command("rays", ("v",), "rays: what the seat measures", "View"),
    Command("hidden", ("h",), "what the task hides", "View"),
    Command("minds", ("i",), "what the followed agent thinks, in full", "View"),
    Command("labels", ("l",), "names", "View"),
    Command("trails", ("t",), "trails", "View"),
    Command("congestion", ("g",), "roads coloured by how fast traffic flows", "View"),
    Command("colours", ("k",), "vehicles by speed, delay, acceleration or firm", "View"),
    Command("heat", ("o",), "delay by lane: this episode so far, the one before", "View"),
    Command("route", ("q",), "own route and next turn", "View"),
    Command("theme", ("f4",), "dark, light or high contrast", "Window"),
    Command("smaller_text", ("f5",), "smaller text", "Window"),
    Command("larger_text", ("f6",), "larger text", "Window"),
    Command("debug", ("f3",), "frame times", "Window"),
    Command("fullscreen", ("f11",), "full screen", "Window"),
    Command("screenshot", ("f12",), "save a picture of the window", "Window"),
    Command("menu", ("insert",), "menu of all that can be done now", "Window"),
    Command("keys", ("f10",), "choose other keys and buttons", "Window"),
    Command("help", ("f1", "?"), "this page", "Window"),
    Command("quit", ("escape",), "close", "Window"),
)
BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}


def idle(name: str, seats: int, many: bool, layers: Collection[str]) -> bool:
    """Whether a command does nothing in a world of so many seats that draws these layers; `many`: a human may run many
    seats.
    """
    if name == "give_back":
        return not many
    if name == "next_seat":
        return seats == 1
    if name in ("colours", "heat"):
        return "congestion" not in layers
    return name in LAYER_COMMANDS and name not in layers


class Bindings:
    """Which key gives which command: the defaults, with the user's own keys in their place.

    Raises:
        Refused: an unknown command or key, or two commands on one key in the same scene.
    """

    def __init__(self, own: Mapping[str, str | list[str]] | None = None) -> None:
        self.keys: dict[str, tuple[str, ...]] = {command.name: command.keys for command in COMMANDS}
        chosen: set[str] = set()
        for name, keys in (own or {}).items():
            if name not in BY_NAME:
                raise Refused(f"command {name!r} is unknown: there are {', '.join(BY_NAME)}")
            self.keys[name] = (keys,) if isinstance(keys, str) else tuple(keys)
            chosen.add(name)
        self._commands: dict[str, dict[int, str]] = {LIVE: {}, REPLAY: {}}
        for scene, table in self._commands.items():
            self._fill(scene, table, chosen)

    def _fill(self, scene: str, table: dict[int, str], chosen: set[str]) -> None:
        # the user's own keys first: they take a key away from a default
        for command in sorted(COMMANDS, key=lambda command: command.name not in chosen):
            if command.where not in (ANY, scene):
                continue
            for key in self.keys[command.name]:
                code = key_code(key)
                holder = table.setdefault(code, command.name)
                if holder != command.name and command.name in chosen:
                    raise Refused(f"key {key!r} is given to both {holder} and {command.name}: one key, one command")

    def command(self, scene: str, key: int) -> str | None:
        """The command of a key in a scene ("live" or "replay"), or None."""
        return self._commands[scene].get(key)

    def holder(self, name: str, key: int) -> str | None:
        """Another command that a key gives where a command of this name is given; None: the key is free for it."""
        scenes = [LIVE, REPLAY] if BY_NAME[name].where == ANY else [BY_NAME[name].where]
        found = (self.command(scene, key) for scene in scenes)
        return next((other for other in found if other not in (None, name)), None)

    def written(self, name: str, scene: str | None = None, taken: Collection[int] = ()) -> str:
        """The keys of a command for people: "F1 or ?"; those taken by another command, or to play, are left out."""
        scenes = [scene] if scene else [LIVE, REPLAY]
        free = [key for key in self.keys[name] if key_code(key) not in taken]
        held = [key for key in free if any(self.command(s, key_code(key)) == name for s in scenes)]
        return " or ".join(key_label(key) for key in held)
