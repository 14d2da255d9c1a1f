"""Rules of a world in which nothing happens: what simulator/engine/driver.py is written against."""

from worlds.kit.kernel import kernel


@kernel
def draw_task(w):  # type: ignore[no-untyped-def]
    """Nothing to draw."""


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
def metrics(w, out):  # type: ignore[no-untyped-def]
    """Nothing to measure."""


@kernel
def legal(w, seat, out):  # type: ignore[no-untyped-def]
    """Everything is allowed."""
    for choice in range(len(out)):
        out[choice] = 1
