"""Hosting of worlds: `canvas` draws them, `engine` runs them, `desktop` shows them in a window.

Nothing is imported here, so that a light command (`crossplay play --help`) stays light.
"""
