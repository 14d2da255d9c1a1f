"""The words that only screen readers are told."""

from __future__ import annotations

ACCESS = {
    "access.theme": "Change between dark, light and high contrast",
    "access.smaller_text": "Smaller text",
    "access.larger_text": "Larger text",
    "access.change_key": "{command}, key {keys}. Change it",
    "access.change_button": "{command}, button {keys}. Change it",
    "access.begin": "Begin",
    "access.where": "Task {task}, episode {episode} of {episodes}",
    "access.paused": "paused",
    "access.your_turn": "your turn",
    "access.seat": "Seat",
    "access.who": "Who",
    "access.score": "Score",
    "access.episode": "Episode",
    "access.return": "Return of {seat}",
    "access.returns": "Returns by episode",
    "access.now": "What can be seen",
    "access.no_words": "The picture of this world is not put into words yet",
    "access.commands": "Commands",
    "access.choices": "Your choices",
    "access.turn": "Your turn: {choices}",
    "access.turn_of": "Your turn, {who}: {choices}",
    "access.help": "rules, legend and keys",
    "access.choice": "{words}, key {key}",
    "access.episode_over": "Episode {number} is over: {seat} made {points}",
    "access.trial_over": "The trial is over after episode {number}: {seat} made {points}",
}
