"""Writes a report for people: text for a terminal, a plot, a page, and a folder with all of them."""

from pathlib import Path

from agents.checkpoints.files import to_json
from agents.evaluation.render.page import page
from agents.evaluation.render.plot import figure_bytes
from agents.evaluation.render.text import report_text
from agents.evaluation.report import Report
from agents.settings.files import save_settings
from worlds.kit.words import printable
from worlds.kit.writing import write_bytes

__all__ = ["page", "plot", "publish", "report_text"]


def plot(report: Report, path: str | Path) -> None:
    """Write a PNG: return by episode with interval bands, one panel per role and split."""
    write_bytes(Path(path), figure_bytes(report))


def publish(report: Report, folder: str | Path) -> Path:
    """Write report.html, report.txt, report.json, report.png and settings.toml into a folder."""
    place = Path(folder)
    write_bytes(place / "report.txt", (printable(report_text(report)) + "\n").encode())
    write_bytes(place / "report.json", to_json(report.json()))
    save_settings(report.settings, place / "settings.toml")
    plot(report, place / "report.png")
    write_bytes(place / "report.html", page(report).encode())
    return place
