"""What the mouse explains on pages and over roads and replays; a part of the table in `texts`."""

from __future__ import annotations

TIPS = {
    "tip.traffic.clock": "Minutes and seconds since the episode began.",
    "tip.traffic.colours": "What the colours of vehicles stand for; the key before it goes on to the next.",
    "tip.traffic.roads": "What the colours of roads stand for, each with the value at which it begins.",
    "tip.traffic.rows": "What was clicked, in numbers. A click beside all roads puts them away.",
    "tip.bar.curve": "The score of the followed seat in each episode, over the whole recording. Tall lines begin "
    "trials.",
    "tip.bar.score": "{time}: {seat} had {score}",
    "tip.bar.groove": "Drag to go to any time. Short lines begin episodes, tall ones trials; the disc is what is "
    "shown.",
    "tip.bar.clock": "The time that is shown, of all that was recorded.",
    "tip.mistakes.row": "When it was, how much it cost by the oracle's count, what was done, what was better. "
    "A click goes there.",
    "tip.whatif.row": "A recording, or below it a what-if that begins in it. A click shows it.",
    "tip.frames.rate": "Pictures that the window draws in a second.",
    "tip.frames.head": "Processor time that a picture takes. At 60 pictures a second each has 16.7 ms.",
    "tip.frames.parts": "Where that time goes, in the mean, in ms.",
    "tip.setup.split": "Where tasks come from. Agents learned on training tasks; the others they never met.",
    "tip.setup.generator": "The layout of the first task: a certain one, or whichever the seed gives.",
    "tip.setup.seed": "The same seed gives the same tasks, byte by byte.",
    "tip.setup.episodes": "How often the same task is played. Agents remember from one episode to the next.",
    "tip.setup.preview": "The first task of this set-up, as it begins.",
    "tip.setup.seat": "{name}: {role}, team {team}. The dot has the colour that it has in the picture.",
    "tip.setup.score": "Mean return of this agent by episode on tasks that it never met, as its card says: {returns}",
    "tip.setup.knob": "{name}: a number that shapes how this bot plays, from {low} to {high}.",
    "tip.setup.code": "Whoever enters these letters gets exactly this set-up.",
    "tip.train.run": "A run: its name and state, its world, steps done of those asked, and as a bar how far it is.",
    "tip.train.part": "Steps that are done of those asked, how many are made in a second, and how long the rest takes.",
    "tip.train.return": "Mean return: thin of the first episode, thick of the last. "
    "What lies between them was learned within a trial. Triangles are recorded trials: a click shows one.",
    "tip.train.gain": "How much more the last episode of a trial earns than the first: what is learned within a trial.",
    "tip.train.entropy": "How undecided the agent is: 0 where it always makes the same choice.",
    "tip.train.value_loss": "How far what the agent expected lay from what came.",
    "tip.train.steps_per_second": "Decisions of learners in a second.",
    "tip.train.cell": "Mean return by episode, a column each, of whoever was measured, a row each, all on the same "
    "tasks.",
    "tip.library.name": "The name of the file, or the one that you gave it.",
    "tip.library.world": "The world that was played.",
    "tip.library.players": "Who played; bots are not named.",
    "tip.library.score": "Mean return over whole episodes of the seat that counts: a person's, or else an agent's.",
    "tip.library.length": "How long it takes at speed 1×.",
    "tip.library.date": "When it was recorded.",
    "tip.library.tags": "Words that you gave it; the search finds them.",
}
"""English."""
