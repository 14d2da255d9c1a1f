"""Kills the program in its window, by SIGKILL, and looks at what is left: `python tests/tools/kill_the_application.py`.

The real program runs in a real window on an X server of its own (Xvfb; xdotool presses keys), with settings, recordings
and caches in a folder of their own. It is killed a hundred times at random moments: in fast games and in such as wait
for a person, while somebody goes back in a game, begins it anew, or switches recording on and off, while it ends, in
what-ifs of a replay, while it exports, while the library reads recordings, and while it starts. After each kill:

- every file, finished or not, opens, is what the rules give, and reaches the last tick that the window had shown;
- what is left unfinished is found, offered by its name and kept, as the gallery does; at every tenth kill in the
  gallery's own window;
- the index of the library opens and lists it. At every fifth kill it is removed first, and is made anew.

It prints a line for each kill, and one for all; it ends with 1 where anything was not so. `--kills`, `--seed`,
`--worlds` and `--scenes` choose otherwise; `--folder` keeps what was left.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import worlds
from tests.app.real.killing import SCENES, TINY, Killer, fresh_stage
from tests.app.real.server import x_server

WORLDS = ("beacon", "bandit", "poker", "gridnav")
HOME_EVERY, LOST_EVERY = 10, 5  # kills


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill it; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", nargs="+", default=list(WORLDS))
    parser.add_argument("--scenes", nargs="+", default=list(SCENES), choices=list(SCENES))
    parser.add_argument("--folder", type=Path, help="is emptied first; default: one that is removed in the end")
    told = parser.parse_args(arguments)
    worlds.add_folder(TINY)
    with tempfile.TemporaryDirectory(prefix="crossplay-killed-") as place, x_server() as (_, display):
        os.environ["DISPLAY"] = display
        stage = fresh_stage(told.folder or Path(place) / "stage")
        os.environ["CROSSPLAY_CACHE"] = str(stage.cache)
        killer = Killer(stage, told.seed)
        killer.prepare(told.worlds[0])
        tally, tries = killer.tally, 0
        while tally.kills < told.kills and tries < 2 * told.kills:  # some end before they are killed
            if tries % LOST_EVERY == LOST_EVERY - 1:
                stage.forget_index()
            scene = told.scenes[tries % len(told.scenes)]
            killer.kill(scene, killer.chance.choice(told.worlds), at_home=tries % HOME_EVERY == 0)
            tries += 1
    for failure in tally.failures:
        print(f"FAILED {failure}")
    print(tally)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
