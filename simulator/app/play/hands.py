"""A human's keyboard and gamepad, turned into the action of one seat."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pygame

from simulator.app.play.devices import LEFT_TRIGGER, RIGHT_TRIGGER, Pad, key_code, key_label
from simulator.app.play.halves import OPTIONS, Half, halved
from worlds.world import Refused

if TYPE_CHECKING:
    from simulator.engine import Simulation
    from worlds.world import Action, World

ARROWS: dict[str, tuple[int, int]] = {
    "left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1),
    "a": (-1, 0), "d": (1, 0), "w": (0, -1), "s": (0, 1),
}  # fmt: skip
WINDS = {"west": "left", "east": "right", "north": "up", "south": "down"}
RESTING = ("stay", "none", "wait", "noop", "keep", "idle")  # choices that mean: do nothing
PAD_BUTTONS = ("A", "B", "X", "Y")  # of an Xbox layout, by number
TRIGGERS = {"LT": LEFT_TRIGGER, "RT": RIGHT_TRIGGER}
NUMBERS = "1234567890"  # keys of choices without a direction, in their order
PATIENCE = 1.0  # s that a press waits until it is allowed
DEAD_ZONE = 0.35  # of a stick's way


class Plan(Protocol):
    """How one action factor is chosen."""

    def choose(self, keys: Sequence[int], pad: Pad | None) -> int:
        """The choice, from the keys held (the last pressed one at the end) and a gamepad."""
        ...

    def help(self) -> tuple[str, str]:
        """Keys, and buttons of a gamepad, for people."""
        ...


@dataclass
class Intent:
    """What a human asked of one factor of a seat before this tick."""

    asked: int | None = None
    """What was asked at the last tick, whether or not it was done."""
    wanted: int | None = None
    """What is still to be done (once), or done all the time (keep)."""
    patience: float = 0.0  # s


@dataclass(frozen=True)
class Vector:
    """Eight directions: ``{"vector": [stay, E, NE, N, NW, W, SW, S, SE]}``, ``"keys": {key: choice}`` for the rest."""

    choices: Sequence[int]
    codes: Mapping[int, tuple[int, int]]
    others: Mapping[int, int]
    words: str = "arrows or W A S D"
    """The keys of the directions, for people."""

    def choose(self, keys: Sequence[int], pad: Pad | None) -> int:
        """The direction that the arrow keys (or W A S D) and the stick point to."""
        for key in reversed(keys):
            if key in self.others:
                return self.others[key]
        ways = {self.codes[key] for key in keys if key in self.codes}  # ← and A together count once
        across, down = float(sum(way[0] for way in ways)), float(sum(way[1] for way in ways))
        if across == 0.0 and down == 0.0 and pad is not None:
            across, down = pad.direction
        if math.hypot(across, down) < DEAD_ZONE:
            return self.choices[0]
        eighth = round(math.atan2(-down, across) / (math.pi / 4)) % 8
        return self.choices[1 + eighth]

    def help(self) -> tuple[str, str]:
        """Which keys and which part of a gamepad."""
        others = [key_label(pygame.key.name(key)) for key in self.others]
        return " ".join([self.words, *others]), "left stick or d-pad"

    def key_of(self, choice: int) -> str:
        """The key of a choice beside the directions, for people."""
        return next((key_label(pygame.key.name(key)) for key, at in self.others.items() if at == choice), "")


@dataclass(frozen=True)
class Hold:
    """One choice while a key is held, another one otherwise: ``{"hold": "space", "choice": 1, "rest": 0}``."""

    key: int
    choice: int
    rest: int
    button: int

    def choose(self, keys: Sequence[int], pad: Pad | None) -> int:
        """The choice while the key or the button is down."""
        return self.choice if self.key in keys or (pad is not None and self.button in pad.down) else self.rest

    def help(self) -> tuple[str, str]:
        """Which key and which button."""
        return key_label(pygame.key.name(self.key)), PAD_BUTTONS[self.button]


@dataclass(frozen=True)
class Keys:
    """A key for each choice: ``{"keys": {"1": 0, "2": 1}, "rest": 0}``; the key pressed last holds.

    With ``"keep": True`` a choice stays until another one is asked for; with ``"once": True`` a press is obeyed once,
    as soon as it is allowed, however long the key is held; with ``"wait": True`` the world stands still until a key is
    pressed or a choice is clicked, and goes on while the key is held. ``"pad": {"A": 0, "RT": 1}`` names buttons of a
    gamepad, ``"about"`` is a line of help.
    """

    choices: Mapping[int, int]
    rest: int
    directions: Mapping[tuple[int, int], int]
    buttons: Mapping[int, int]
    mode: str = "hold"

    def choose(self, keys: Sequence[int], pad: Pad | None) -> int:
        """The choice of the last key that has one."""
        asked = self.asked(keys, pad)
        return self.rest if asked is None else asked

    def asked(self, keys: Sequence[int], pad: Pad | None) -> int | None:
        """The choice that a key, a button or the stick asks for now."""
        for key in reversed(keys):
            if key in self.choices:
                return self.choices[key]
        if pad is None:
            return None
        for button, choice in self.buttons.items():
            if button in pad.down:
                return choice
        return self.directions.get(self._way(pad))

    def _way(self, pad: Pad) -> tuple[int, int]:
        """Where the stick points, of the directions that have a choice: steering leaves the pedals alone."""
        across, down = pad.direction
        across = across if any(way[0] for way in self.directions) else 0.0
        down = down if any(way[1] for way in self.directions) else 0.0
        if max(abs(across), abs(down)) < DEAD_ZONE:
            return 0, 0
        flat = abs(across) >= abs(down)
        return (int(math.copysign(1, across)), 0) if flat else (0, int(math.copysign(1, down)))

    def help(self, allowed: np.ndarray | None = None) -> tuple[str, str]:
        """Which keys and buttons; of keys whose choice stays only those that are ``allowed`` (A,) u1 in the seat."""
        mine = [key for key, at in self.choices.items() if allowed is None or self.mode != "keep" or allowed[at]]
        keys = " ".join(key_label(pygame.key.name(key)) for key in mine)
        parts = ["left stick or d-pad"] * bool(self.directions) + [_button_name(button) for button in self.buttons]
        return keys, " ".join(parts)

    def key_of(self, choice: int) -> str:
        """The key of a choice, for people."""
        return next((key_label(pygame.key.name(key)) for key, at in self.choices.items() if at == choice), "")


class Hands:
    """Reads a world's ``controls`` and turns keys and a gamepad into one row of actions.

    A factor of the world that ``controls`` leaves out gets the arrow keys for choices named after directions, and the
    number keys for the rest. Of two people on one keyboard each has a `half` of it.

    Raises:
        Refused: controls that name an unknown factor, key or choice, or more keys than there are.
    """

    def __init__(self, world: World, half: Half | None = None) -> None:
        self.world, self.half = world, half
        factors = [action.name for action in world.actions]
        for name in world.view.controls:
            if name not in factors:
                raise Refused(f"controls of {world.name!r} name {name!r}: its actions are {', '.join(factors)}")
        self._buttons = iter(range(len(PAD_BUTTONS)))
        self._ways = ARROWS if half is None else {key: ARROWS[way] for way, key in half.ways.items()}
        self._controls = world.view.controls if half is None else halved(world, half, _guess)
        self.plans: list[Plan] = [self._plan(action, self._controls.get(action.name)) for action in world.actions]
        self.codes = frozenset(code for plan in self.plans for code in _codes(plan))
        """Keys that a human plays with; in play they come before the window's own."""
        self._intents: dict[tuple[int, int], Intent] = {}  # by seat and factor

    @property
    def keeps(self) -> bool:
        """Whether a seat goes on doing what it was told: then one human can run many, one after the other."""
        return any(isinstance(plan, Keys) and plan.mode == "keep" for plan in self.plans)

    @property
    def waits(self) -> bool:
        """Whether the world stands still until its human chooses."""
        return any(isinstance(plan, Keys) and plan.mode == "wait" for plan in self.plans)

    def choose(
        self, keys: Sequence[int], pad: Pad | None, legal: np.ndarray, *,
        seat: int = 0, present: Sequence[int] | None = None, fresh: Collection[int] = (), deciding: bool = True,
    ) -> list[int]:  # fmt: skip
        """One choice for each factor; legal (A,) u1. Instead of one not allowed: resting, or the first allowed.

        `present` is what the seat does now, `fresh` are keys that went down since the last tick, `deciding` says
        whether this tick begins a decision: a press between two of them waits for the next.
        """
        row, first = [], 0
        for factor, (plan, size) in enumerate(zip(self.plans, self.world.action_sizes, strict=True)):
            allowed = legal[first : first + size]
            wanted, resting = plan.choose(keys, pad), plan.choose((), None)
            if isinstance(plan, Keys) and plan.mode != "hold":
                intent = self._intents.setdefault((seat, factor), Intent())
                if plan.mode == "once":
                    wanted = self._once(plan, intent, plan.asked(keys, pad), fresh, allowed, deciding)
                elif plan.mode == "wait":
                    clicked, intent.wanted = intent.wanted, None
                    wanted = wanted if clicked is None else clicked
                else:
                    resting = resting if present is None else int(present[factor])
                    wanted = self._keep(intent, plan.asked(keys, pad), resting, allowed)
            row.append(next((c for c in (wanted, resting) if allowed[c]), int(np.argmax(allowed))))
            first += size
        return row

    def asks(self, keys: Sequence[int], pad: Pad | None) -> bool:
        """Whether a choice is asked for now."""
        return any(isinstance(plan, Keys) and plan.asked(keys, pad) is not None for plan in self.plans)

    def requests(
        self, keys: Sequence[int], pad: Pad | None, legal: np.ndarray, seat: int
    ) -> tuple[list[str], list[str]]:
        """What a seat's human asks for now, by a key, a button or a click, and may do; and a sentence for each choice
        of those that he may not. legal (A,) u1."""
        possible, refused = [], []
        parts = np.split(legal, np.cumsum(self.world.action_sizes)[:-1])
        for factor, (plan, action, allowed) in enumerate(zip(self.plans, self.world.actions, parts, strict=True)):
            choice = self.wanted(seat, factor)
            if choice is None and isinstance(plan, Keys):
                choice = plan.asked(keys, pad)
            if choice is None:
                continue
            if allowed[choice]:
                possible.append(action.choices[choice])
            else:
                others = ", ".join(name for name, can in zip(action.choices, allowed, strict=True) if can)
                refused.append(f"{action.choices[choice]} is not possible now: choose {others}")
        return possible, refused

    def order(self, seat: int, factor: int, choice: int) -> None:
        """Ask for a choice by other means than a key, such as the mouse."""
        self._intents.setdefault((seat, factor), Intent()).wanted = choice

    def wanted(self, seat: int, factor: int) -> int | None:
        """What was asked of a seat and is not yet done."""
        intent = self._intents.get((seat, factor))
        return None if intent is None else intent.wanted

    def forget(self, seat: int | None = None) -> None:
        """What was asked of a seat (None: of all) before does not count any more."""
        for key in [key for key in self._intents if seat is None or key[0] == seat]:
            del self._intents[key]

    def _once(
        self, plan: Keys, intent: Intent, asked: int | None, fresh: Collection[int], allowed: np.ndarray, deciding: bool
    ) -> int:
        pressed = asked is not None and any(plan.choices.get(key) == asked for key in fresh)
        if asked is not None and (pressed or asked != intent.asked):
            intent.wanted, intent.patience = asked, PATIENCE
        intent.asked = asked
        wanted = intent.wanted
        if wanted is None:
            return plan.rest
        intent.patience -= self.world.timing.tick
        if deciding and (allowed[wanted] or intent.patience <= 0.0):
            intent.wanted = None
        return wanted

    @staticmethod
    def _keep(intent: Intent, asked: int | None, present: int, allowed: np.ndarray) -> int:
        if asked is not None:
            intent.wanted = asked
        wanted = present if intent.wanted is None else intent.wanted
        if wanted == present or (not allowed[wanted] and int(np.sum(allowed)) > 1):
            intent.wanted = None  # done; or there is no such choice, however long one waits
        return wanted

    def help(self, legal: np.ndarray | None = None) -> list[tuple[str, str, str]]:
        """For each factor its name and what the world says about it, its keys and its part of a gamepad.

        Where the world says nothing and the keys do not tell the choices, these are named. ``legal`` (A,) u1: choices
        that the seat has at all; without it, all of the world.
        """
        rows = []
        parts = None if legal is None else np.split(legal, np.cumsum(self.world.action_sizes)[:-1])
        for factor, (action, plan) in enumerate(zip(self.world.actions, self.plans, strict=True)):
            about = self._controls.get(action.name, {}).get("about") or _named(action, plan)
            words = plan.help(parts[factor]) if parts is not None and isinstance(plan, Keys) else plan.help()
            rows.append((f"{action.name}: {about}" if about else action.name, *words))
        return rows

    def _plan(self, action: Action, spec: Mapping[str, Any] | None) -> Plan:
        rest = next((action.choices.index(word) for word in RESTING if word in action.choices), 0)
        if spec is None:
            return self._keys(action, _guess(action), rest)
        if "vector" in spec:
            choices = [_checked(action, choice) for choice in spec["vector"]]
            if len(choices) != 9:
                raise Refused(f"control {action.name!r} has a vector of {len(choices)}: stay and 8 directions are 9")
            others = {key_code(key): _checked(action, choice) for key, choice in spec.get("keys", {}).items()}
            codes = {key_code(key): way for key, way in self._ways.items()}
            if self.half is None:
                return Vector(choices, codes, others)
            return Vector(choices, codes, others, " ".join(key_label(key) for key in self._ways))
        if "hold" in spec:
            rest = _checked(action, spec.get("rest", rest))
            button = next(self._buttons, 0)
            return Hold(key_code(spec["hold"]), _checked(action, spec.get("choice", 1)), rest, button)
        rest = _checked(action, spec.get("rest", rest))
        keys = spec.get("keys", {key: at for key, at in spec.items() if key not in OPTIONS})
        mode = next((mode for mode in ("keep", "once", "wait") if spec.get(mode)), "hold")
        return self._keys(action, keys or _guess(action), rest, mode, spec.get("pad"))

    def _keys(
        self,
        action: Action,
        keys: Mapping[str, int],
        rest: int,
        mode: str = "hold",
        pad: Mapping[str, int] | None = None,
    ) -> Keys:
        if mode == "wait" and self.world.kernels.legal is None and rest not in keys.values():
            keys = {**keys, "space" if self.half is None else self.half.main: rest}  # where nothing else is to be done
        codes = {key_code(key): _checked(action, choice) for key, choice in keys.items()}
        ways = {self._ways[key]: choice for key, choice in keys.items() if key in self._ways}
        if pad is not None:
            buttons = {_button(action, name): _checked(action, choice) for name, choice in pad.items()}
        else:
            others = [choice for key, choice in keys.items() if key not in self._ways and choice != rest]
            buttons = dict(zip(self._buttons, others, strict=False))
        return Keys(codes, rest, ways, buttons, mode)


def allowed_now(simulation: Simulation, seat: int) -> np.ndarray:
    """The choices (A,) u1 that a seat has in this tick; the simulation knows those of when the decision began."""
    kernel, choices = simulation.world.kernels.legal, sum(simulation.world.action_sizes)
    if kernel is None:
        return np.ones(choices, np.uint8)
    legal = np.zeros(choices, np.uint8)
    kernel(simulation.w, seat, legal)
    return legal


def _button(action: Action, name: str) -> int:
    if name in TRIGGERS:
        return TRIGGERS[name]
    if name not in PAD_BUTTONS:
        raise Refused(f"control {action.name!r} names button {name!r}: use {', '.join((*PAD_BUTTONS, *TRIGGERS))}")
    return PAD_BUTTONS.index(name)


def _button_name(button: int) -> str:
    return next((name for name, code in TRIGGERS.items() if code == button), PAD_BUTTONS[button % len(PAD_BUTTONS)])


def _guess(action: Action) -> dict[str, int]:
    keys: dict[str, int] = {}
    for index, word in enumerate(action.choices):
        way = WINDS.get(word, word)
        if way in ("left", "right", "up", "down"):
            keys[way] = index
        elif word not in RESTING and index < len(NUMBERS):
            keys[NUMBERS[index]] = index
    return keys


def _named(action: Action, plan: Plan) -> str:
    """The choices in the order of their keys, unless all keys are called like what they choose."""
    if not isinstance(plan, Keys):
        return ""
    words = {pygame.key.name(key): action.choices[choice] for key, choice in plan.choices.items()}
    return "" if all(key == WINDS.get(word, word) for key, word in words.items()) else ", ".join(words.values())


def _codes(plan: Plan) -> list[int]:
    if isinstance(plan, Hold):
        return [plan.key]
    if isinstance(plan, Vector):
        return [*plan.codes, *plan.others]
    return list(plan.choices) if isinstance(plan, Keys) else []


def _checked(action: Action, choice: int) -> int:
    if not 0 <= choice < len(action.choices):
        raise Refused(f"control {action.name!r} names choice {choice}: it has 0 to {len(action.choices) - 1}")
    return choice
