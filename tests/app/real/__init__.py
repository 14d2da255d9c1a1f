"""Drives the real program in a real window, with a real mouse and keyboard: see `tests/app/real_window.py`."""
