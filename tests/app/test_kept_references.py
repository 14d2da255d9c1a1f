"""Files in docs/references that are damaged are refused by name; no page is made of them."""

from pathlib import Path

import pytest

from simulator.app.commands import docs
from worlds.world import Refused

REFERENCES = Path(__file__).resolve().parents[2] / "docs" / "references"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of one world in a copy of the project."""
    monkeypatch.setattr(docs, "PROJECT", tmp_path)
    (tmp_path / "docs" / "references").mkdir(parents=True)
    return tmp_path / "docs" / "references" / "duel.json"


def test_what_was_kept_is_read_as_it_is(kept: Path) -> None:
    assert docs._references("duel") is None
    kept.write_bytes((REFERENCES / "duel.json").read_bytes())
    found = docs._references("duel")
    assert found is not None
    assert found["world"] == "duel"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'"x"', b"[" * 100_000, b"\xff\xfe", b'{"steps": "\xff"}', b'{"steps": 1, "reports": 1}'],
)
def test_what_is_no_such_file_is_refused(data: bytes, kept: Path) -> None:
    kept.write_bytes(data)
    with pytest.raises(Refused, match=r"duel\.json is no file of what `crossplay references` found: "):
        docs._references("duel")
