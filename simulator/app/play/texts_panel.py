"""What the panel beside a game explains when the mouse is over it, and where the time of a frame goes."""

from __future__ import annotations

PANEL = {
    "hud.recording": "• REC",
    "tip.split": "Where this task comes from. Agents learn on training tasks; layouts and opponents that are called "
    "new were kept from them.",
    "tip.speed": "Simulated seconds in a second, or why the game stands still. F1 shows the keys.",
    "tip.task": "A task keeps its layout, its rules and its players for {many} episodes. Agents remember from one to "
    "the next, and forget when the task ends.",
    "tip.recording": "This game is being recorded.",
    "tip.dots": "One dot for each episode of this task; the hollow one is being played.",
    "tip.clock": "Seconds since the episode began, of its longest.",
    "tip.seat": "{name}: {role}, team {team}. Played by {who}. Score in this episode: {score}",
    "tip.seat.follow": "Click to follow it.",
    "tip.belief": "What the agent makes of what nobody tells it. A bar for all that might be, as high as it is "
    "likely; the likeliest is named. H shows what is true.",
    "tip.thoughts": "What else the agent tells of itself.",
    "tip.choices": "What this seat does now, in its colour. Where an agent plays, each choice is as high, or as long, "
    "as it was likely.",
    "tip.belief.one": "how likely it is to be each of these, as the agent believes",
    "tip.belief.many": "how likely each of these is, as the agent believes",
    "tip.belief.numbers": "what the agent guesses",
    "tip.foot": "A click here shows rules and keys, and from there leads to the page where other keys are chosen.",
    "tip.curve": "Return of each episode: dots when it is over, a thin line while it is played, faint lines for "
    "earlier tasks, dashes for references.",
    "tip.curve.episode": "Episode {number}: {score}",
    "tip.curve.reference": "{name}: {score}",
    "tip.values": "What it expected at its last {count} decisions: {low} to {high}",
    "tip.value": "What the agent expects to earn from here on; later points count less.",
    "tip.who": "Who plays this seat. Only agents tell how likely each choice was.",
    "tip.choice": "{name}: {part} likely",
    "tip.choice.now": "{name}, which it does now",
    "tip.choice.asked": "{name}, which you asked for: it is made as soon as it can be",
    "type.shift": "shift",
    "type.space": "space",
    "type.delete": "delete",
    "type.done": "done",
    "type.hint": "A writes  ·  X deletes  ·  B closes",
    "type.opened": "Keys on the screen",
    "frames.head": "{frames} frames: half took less than {median} ms of processor time, 95 of 100 less than {p95} ms",
    "frames.rules": "rules {ms}",
    "frames.agents": "agents {ms}",
    "frames.recording": "recording {ms}",
    "frames.drawing": "drawing {ms}",
    "frames.panels": "panels {ms}",
    "frames.rest": "rest {ms}",
    "frames.rate": "{frames} frames a second",
}
"""English."""
