"""The laboratory: experiments that ask whether traffic behaves as measured on real roads; no world, only checks."""
