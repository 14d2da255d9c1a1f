"""Rules of a world in which nothing happens: what simulator/engine/driver.py is written against, and what holds where a
world leaves a rule out.
"""

from worlds.kit.kernel import kernel


@kernel
def draw_task(w):  # type: ignore[no-untyped-def]
    """Nothing to draw."""


@kernel
def draw_population(w):  # type: ignore[no-untyped-def]
    """Nobody without a seat."""


@kernel
def begin(w):  # type: ignore[no-untyped-def]
    """Nothing to set up."""


@kernel
def step(w, actions, rewards):  # type: ignore[no-untyped-def]
    """Nothing moves."""


@kernel
def ended(w, seat):  # type: ignore[no-untyped-def]
    """Never."""
    return 0


@kernel
def observe(w, seat, out):  # type: ignore[no-untyped-def]
    """Nothing to see."""


@kernel
def reveal(w, seat, out):  # type: ignore[no-untyped-def]
    """Nothing hidden."""


@kernel
def act(w, seat):  # type: ignore[no-untyped-def]
    """Nothing to decide."""


@kernel
def figures(w, out):  # type: ignore[no-untyped-def]
    """Nothing to measure."""


@kernel
def legal(w, seat, out):  # type: ignore[no-untyped-def]
    """Everything is allowed."""
    for choice in range(len(out)):
        out[choice] = 1


@kernel
def solvable(w):  # type: ignore[no-untyped-def]
    """Every task can be played."""
    return True
