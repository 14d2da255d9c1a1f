"""Hosting of worlds: `canvas` draws them, `engine` runs them, `interop` knows other programs, `app` is for people.

Nothing is imported here, so that a light command (`crossplay play --help`) stays light.
"""


def crossplay_version() -> str:
    """The installed version of Crossplay, or "unknown" where it runs uninstalled."""
    from importlib import metadata

    try:
        return metadata.version("crossplay")
    except metadata.PackageNotFoundError:
        return "unknown"


def commit() -> str:
    """The git commit of this program's own source tree; empty where there is none, as in an installed program."""
    import subprocess
    from pathlib import Path

    root = Path(__file__).resolve().parents[1]
    command = ["git", "rev-parse", "HEAD", "--show-prefix"]  # no prefix: the root of a repository, not a place in one
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    head, _, prefix = done.stdout.strip().partition("\n")
    return "" if prefix else head
