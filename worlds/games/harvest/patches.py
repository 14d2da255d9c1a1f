"""The berries: who takes how many when two are at a patch, and how patches grow."""

from worlds.games.harvest.constants import (
    DID_GRAB,
    DID_PICK,
    FULL,
    GRABBED,
    LUSH_LEAST,
    LUSH_MOST,
    PATCHES,
    PICKED,
    SLOW_LEAST,
    SLOW_MOST,
    SPROUT,
    TRAMPLED,
)
from worlds.kit.chance import between, uniform
from worlds.kit.kernel import kernel


@kernel
def draw_growth(w):
    """Each patch is slow or lush, for the whole task."""
    for patch in range(PATCHES):
        lush = uniform(w) < 0.5
        luck = uniform(w)
        w.growth[patch] = LUSH_LEAST + luck * (LUSH_MOST - LUSH_LEAST) if lush else slow(luck)


@kernel
def slow(luck):
    """The growth of a slow patch."""
    return SLOW_LEAST + luck * (SLOW_MOST - SLOW_LEAST)


@kernel
def fill(w):
    """A day begins: the patches bear nearly all they can."""
    for patch in range(PATCHES):
        w.stock[patch] = between(w, 0.85 * FULL, FULL)


@kernel
def grow(w):
    """The more berries there are, the more come, up to half of what a patch bears; then ever fewer."""
    for patch in range(PATCHES):
        stock = w.stock[patch]
        w.stock[patch] = min(stock + w.growth[patch] * stock * (1.0 - stock / FULL) + SPROUT, FULL)


@kernel
def wanted(deed):
    """Berries that a deed takes from a patch."""
    if deed == DID_GRAB:
        return GRABBED
    return PICKED if deed == DID_PICK else 0.0


@kernel
def spoilt(deed):
    """Berries that it spoils."""
    return TRAMPLED if deed == DID_GRAB else 0.0


@kernel
def share_out(w, patch, need):
    """The share of what is wanted of a patch that it has; it is taken away from it."""
    stock = w.stock[patch]
    if need <= stock:
        w.stock[patch] = stock - need
        return 1.0
    w.stock[patch] = 0.0
    return stock / need
