"""Hosting of worlds: `canvas` draws them, `engine` runs them, `interop` knows other programs, `app` is for people.

Nothing is imported here, so that a light command (`crossplay play --help`) stays light.
"""
