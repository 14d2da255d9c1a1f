"""Leaves out what Numba does while it compiles and nobody needs: a quarter of the time to compile a world.

Compiling makes millions of small objects that live until its end, so that Python's garbage collection walks through all
of them again and again and finds nothing. Numba spells out the type of every argument at every step of a compilation,
for whoever may listen: of a world's record with its hundred fields that is a text of several pages. And it works out
anew what each operation means, however often it met the same one.

It reaches into Numba: `Record.__repr__` and `BaseFunction.get_call_type`. They answer what they always did.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numba
from numba.core.compiler_lock import global_compiler_lock


@contextmanager
def uncollected() -> Iterator[None]:
    """While it lasts, this thread alone compiles, and Python does not look for garbage."""
    with global_compiler_lock:
        collects = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if collects:
                if not gc.get_freeze_count():  # all that was made counts as old at once, without a walk through it
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()


def spare() -> None:
    """Have Numba spell each record once, and choose once what an operation on some types means."""
    _spell_records_once()
    _choose_once()


def _choose_once() -> None:
    """Keep what was found for an operation on arguments of some types: Numba tries all that anybody ever declared for
    ``+``, from strings to dates, for every sum in a kernel.

    What Numba compiles for the purpose is asked for again, since it depends on the options of who calls it.
    """
    choose = numba.types.BaseFunction.get_call_type

    def choose_known(self: Any, context: Any, arguments: Any, named: Any) -> Any:
        if named:
            return choose(self, context, arguments, named)
        known = vars(self).setdefault("_crossplay_known", {})
        asked = context, tuple(arguments)
        if (found := known.get(asked)) is None:
            found = choose(self, context, arguments, named)
            if self.get_impl_key(found) is self.typing_key:
                known[asked] = found
        else:
            self._impl_keys[found.args] = self.typing_key
        return found

    numba.types.BaseFunction.get_call_type = choose_known  # type: ignore[method-assign]


def _spell_records_once() -> None:
    """Keep the spelling of a record type, which never changes."""
    numba.types.Record.__repr__ = lru_cache(maxsize=64)(numba.types.Record.__repr__)  # type: ignore[method-assign]
