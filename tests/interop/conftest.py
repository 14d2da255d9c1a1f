"""What the tests of other people's formats share."""

from pathlib import Path

import pytest

from tests.interop.crossing import NET, ROUTES


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A network and its routes."""
    network, routes = tmp_path / "cross.net.xml", tmp_path / "cross.rou.xml"
    network.write_text(NET)
    routes.write_text(ROUTES)
    return network, routes
