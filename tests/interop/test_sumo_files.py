"""SUMO's files as strangers send them: packed, named by a .sumocfg, including others; and those that mean harm."""

import gzip
from pathlib import Path

import pytest

from simulator.app import cli
from simulator.interop.sumo import reader
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.reader import read_xml
from simulator.interop.sumo.routes import read_demand
from simulator.interop.sumo.scenario import read_scenario
from tests.interop.crossing import LIGHT, NET, ROUTES, changed
from worlds.world import Refused

CONFIGURATION = """<sumoConfiguration><input><net-file value="cross.net.xml.gz"/>
<route-files value="cars.rou.xml, more/late.rou.xml"/><additional-files value="lights.add.xml"/></input>
<time><begin value="0:01:00"/><end value="360"/></time><processing><time-to-teleport value="300"/></processing>
</sumoConfiguration>"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A folder with a whole scenario."""
    (tmp_path / "cross.net.xml.gz").write_bytes(gzip.compress(NET.encode()))
    (tmp_path / "cars.rou.xml").write_text(ROUTES)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "late.rou.xml").write_text(
        '<routes><trip id="x" depart="0:05:00" from="west" to="east"/></routes>'
    )
    program = LIGHT.replace('duration="25"', 'duration="35"').replace('programID="0"', 'programID="own"')
    (tmp_path / "lights.add.xml").write_text(f"<additional>{program}</additional>")
    path = tmp_path / "town.sumocfg"
    path.write_text(CONFIGURATION)
    return path


def test_a_configuration_names_files_and_times(town: Path) -> None:
    found = read_scenario(town)
    assert found.network == town.parent / "cross.net.xml.gz"
    assert [path.name for path in found.routes] == ["cars.rou.xml", "late.rou.xml"]
    assert (found.begin, found.end) == (60.0, 360.0)
    assert found.left_out == {"option time-to-teleport": 1}
    network = read_network(found.network, additional=found.additional)
    assert [phase.seconds for phase in network.lights["c"]] == [20.0, 3.0, 1.0, 35.0, 3.0, 1.0]
    demand = read_demand(found.routes, 60.0, 300.0, additional=found.additional)
    assert demand.flows["west", "east"] == pytest.approx(0.1 + 1.0 / 300.0)


@pytest.mark.parametrize(("words", "step"), [("0.2", 0.2), ("1", 1.0), ("0.3", None), ("2", None), ("0", None)])
def test_steps_are_taken_over_that_divide_a_second(town: Path, words: str, step: float | None) -> None:
    text = CONFIGURATION.replace("<end ", f'<step-length value="{words}"/><end ')
    town.write_text(text)
    found = read_scenario(town)
    assert found.step == step
    assert ("option step-length" in found.left_out) == (step is None)


def test_the_command_takes_a_configuration(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sumo", str(town), "--controllers", "fixed"]) == 0
    out = capsys.readouterr().out
    assert "option time-to-teleport" in out
    assert "found no room" in out


def test_packed_files_read_alike(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.rou.xml", tmp_path / "b.rou.xml.gz"
    plain.write_text(ROUTES)
    packed.write_bytes(gzip.compress(ROUTES.encode()))
    assert read_demand(plain).flows == read_demand(packed).flows


def test_what_is_included_is_read(tmp_path: Path) -> None:
    (tmp_path / "types.xml").write_text('<additional><vType id="slow" maxSpeed="5"/></additional>')
    path = tmp_path / "a.rou.xml"
    path.write_text('<routes><include href="types.xml"/><trip id="t" type="slow" depart="1" from="a" to="b"/></routes>')
    ((kind, share),) = read_demand(path).streams[0].types
    assert (kind.max_speed, share) == (5.0, 1.0)


def test_includes_do_not_go_round_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text('<routes><include href="b.xml"/></routes>')
    (tmp_path / "b.xml").write_text('<routes><include href="a.xml"/></routes>')
    with pytest.raises(Refused, match=r"<include> in line 1 of b.xml includes a.xml, in which it is itself"):
        read_demand(tmp_path / "a.xml")


def test_a_few_files_cannot_include_themselves_into_millions(tmp_path: Path) -> None:
    for step in range(9):
        inner = f'<include href="{step + 1}.xml"/>' * 9
        (tmp_path / f"{step}.xml").write_text(f"<routes>{inner}</routes>")
    (tmp_path / "9.xml").write_text("<routes/>")
    with pytest.raises(Refused, match="one too many: at most 64"):
        read_demand(tmp_path / "0.xml")


@pytest.mark.parametrize("name", ["../secret.xml", "link.xml", "/etc/hostname", "folder/../../secret.xml"])
def test_files_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    inside, secret = tmp_path / "town", tmp_path / "secret.xml"
    (inside / "folder").mkdir(parents=True)
    secret.write_text("<routes/>")
    (inside / "link.xml").symlink_to(secret)
    (inside / "a.rou.xml").write_text(f'<routes><include href="{name}"/></routes>')
    (inside / "a.sumocfg").write_text(
        f'<configuration><net-file value="x.net.xml"/><route-files value="{name}"/></configuration>'
    )
    for read, file in ((read_demand, "a.rou.xml"), (read_scenario, "a.sumocfg")):
        with pytest.raises(Refused, match="lies outside of the folder 'town'"):
            read(inside / file)


def test_an_attribute_that_goes_on_and_on_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.net.xml"
    path.write_text(f'<net version="{"1" * (6 << 20)}"/>')
    with pytest.raises(Refused, match="an attribute or a text of more than 4 MiB"):
        read_network(path)


def test_a_packed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.interop.sumo.reader.MOST_BYTES", 1 << 20)
    path = tmp_path / "bomb.net.xml.gz"
    path.write_bytes(gzip.compress(b"<net>" + b"<a/>" * (1 << 19) + b"</net>"))
    assert path.stat().st_size < 10_000
    with pytest.raises(Refused, match="more than 1 MiB, more than can be read"):
        read_network(path)


@pytest.mark.parametrize("cut", [12, 200])
def test_a_damaged_package_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "half.net.xml.gz"
    path.write_bytes(gzip.compress(NET.encode())[:cut])
    with pytest.raises(Refused, match=r"is packed, but damaged|is no XML"):
        read_network(path)


def test_a_package_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plain.net.xml.gz"
    path.write_bytes(b"PK\x03\x04 of another kind")
    with pytest.raises(Refused, match=r"plain\.net\.xml\.gz' is neither packed by gzip nor XML: "):
        read_network(path)


@pytest.mark.parametrize(
    ("depart", "says"),
    [
        ("soon", "depart='soon' of <vehicle> in line 1 of x.rou.xml is no time: seconds, h:mm:ss or d:h:mm:ss"),
        ("1:x:0", "depart='1:x:0' of <vehicle> in line 1 of x.rou.xml is no time: seconds, h:mm:ss or d:h:mm:ss"),
        ("nan", "depart='nan' of <vehicle> in line 1 of x.rou.xml is no time: seconds"),
        ("-1", "depart='-1' of <vehicle> in line 1 of x.rou.xml: nobody departs before second 0"),
    ],
)
def test_departures_at_no_time_are_told(tmp_path: Path, depart: str, says: str) -> None:
    path = tmp_path / "x.rou.xml"
    path.write_text(f'<routes><vehicle id="v" depart="{depart}"><route edges="north south"/></vehicle></routes>')
    with pytest.raises(Refused, match=says):
        read_demand(path, 0.0, 60.0)


def test_lanes_without_end_are_refused_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.interop.sumo.reader.MOST_LANES", 100)
    path = tmp_path / "wide.net.xml"
    path.write_text(f"<net><edge id='e'>{'<lane/>' * 200}")  # never ends
    with pytest.raises(Refused, match="more than 100 lanes"):
        read_network(path)


def test_parameters_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "notes.net.xml"
    path.write_text(f"<net><tlLogic id='c'><param key='max-gap' value='2'/></tlLogic>{'<param/>' * 5000}</net>")
    root = read_xml(path, "net")
    assert [child.tag for child in root.children] == ["tlLogic"]
    assert [child.tag for child in root.children[0].children] == ["param"]


@pytest.mark.parametrize("encoding", ["utf-7", "idna", "rot13", "hex", "zlib", "klingon"])
def test_encodings_that_are_none_of_text_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "odd.net.xml"
    path.write_bytes(f'<?xml version="1.0" encoding="{encoding}"?><net/>'.encode())
    with pytest.raises(Refused, match=r"in an encoding that cannot be read|is no XML"):
        read_network(path)


def test_only_regular_files_are_read() -> None:
    with pytest.raises(Refused, match="'/dev/zero' is no regular file"):
        read_network("/dev/zero")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cross.net.xml.gz", "a.xml,b.xml", "names 2 networks and 2 files of routes"),
        ('value="360"', 'value="30"', "ends at 30 s and begins at 60 s"),
        ('value="0:01:00"', 'value="0:x:00"', "is no time: seconds, h:mm:ss or d:h:mm:ss"),
        ("sumoConfiguration", "config", "does not begin with <configuration> or <sumoConfiguration>"),
    ],
)
def test_configurations_that_cannot_be_followed_are_refused(town: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_scenario(changed(town, old, new))


def test_elements_of_all_included_files_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ELEMENTS", 100)
    (tmp_path / "types.xml").write_text(f"<routes>{'<vType/>' * 40}</routes>")
    for many, fits in ((2, True), (3, False)):
        path = tmp_path / f"{many}.xml"
        include = '<include href="types.xml"/>'
        path.write_text(f"<routes>{include * many}</routes>")
        if fits:
            assert len(read_xml(path, "routes").children) == 40 * many
        else:
            with pytest.raises(Refused, match="too large"):
                read_xml(path, "routes")
