"""SUMO is handed what is read here alone: nothing else of a stranger's file reaches it, and what it refuses is told."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from simulator.interop.sumo.bridge import FixedTime, run_in_sumo
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.handing import copied
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.routes import read_demand
from tests.hostile.harness import ROOT, run
from tests.interop.crossing import changed

pytest.importorskip("libsumo")
PARAMETERS = '<param key="max-gap" value="2"/><param key="file" value="f"/>'
DRIVEN = ("--controllers", "fixed", "--seconds", "60")


def loop(file: Path) -> str:
    """A detector that writes a file every second."""
    return f'<e1Detector id="x" lane="west_0" pos="10" period="1" file="{file}"/>'


IN_NETWORKS = {
    "a lane": ('shape="0.00,48.40 92.00,48.40"/>', 'shape="0.00,48.40 92.00,48.40">HERE</lane>'),
    "an edge": ('"94.40,44.00 94.40,0.00"/></edge>', '"94.40,44.00 94.40,0.00"/>HERE</edge>'),
    "a connection": ('dir="s" state="M"/></net>', 'dir="s" state="M">HERE</connection></net>'),
    "a junction": ('foes="01" cont="0"/></junction>', 'foes="01" cont="0"/>HERE</junction>'),
    "a ring": ("</net>", '<roundabout nodes="c" edges="west">HERE</roundabout></net>'),
}


@pytest.mark.parametrize("where", IN_NETWORKS)
def test_a_detector_within_a_network_writes_nothing(where: str, files: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = IN_NETWORKS[where]
    changed(files[0], old, new.replace("HERE", loop(tmp_path / "stolen.xml")))
    assert run(["sumo", files[0], "--routes", files[1], *DRIVEN], most_seconds=60).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cross.net.xml", "cross.rou.xml"]


def test_a_detector_within_additional_files_writes_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    more = tmp_path / "more.add.xml"
    more.write_text(f'<additional><vType id="z">{loop(tmp_path / "stolen.xml")}</vType></additional>')
    assert run(["sumo", files[0], "--routes", files[1], "--additional", more, *DRIVEN], most_seconds=60).code == 0
    assert not (tmp_path / "stolen.xml").exists()


def test_a_device_of_a_vehicle_writes_nothing(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Parameters of rail crossings are read, and a vehicle may be of a type that is called like one."""
    device = '<param key="has.ssm.device" value="true"/>'
    device += f'<param key="device.ssm.file" value="{tmp_path / "stolen.xml"}"/>'
    changed(files[1], '<vType id="car"/>', '<vType id="rail_crossing"/>')
    changed(files[1], 'route="down"', 'route="down" type="rail_crossing"')
    changed(files[1], 'vehsPerHour="360"/>', f'vehsPerHour="360">{device}</flow>')
    assert run(["sumo", files[0], "--routes", files[1], *DRIVEN], most_seconds=60).code == 0
    assert not (tmp_path / "stolen.xml").exists()


def test_what_is_read_is_copied(files: tuple[Path, Path], tmp_path: Path) -> None:
    crossing = '<junction id="r" type="rail_crossing" x="0" y="0" incLanes="" intLanes="" shape="0,0">'
    changed(files[0], "</net>", f'{crossing}<param key="time-gap" value="9"/></junction></net>')
    changed(files[0], '<phase duration="20"', f'{PARAMETERS}<phase duration="20"')
    for file in files:
        told, kept = (ElementTree.parse(path).getroot() for path in (file, copied(file, tmp_path / "copy.xml")))
        for light in told.iter("tlLogic"):
            light.remove(next(one for one in light if one.get("key") == "file"))
        assert [(one.tag, one.attrib) for one in kept.iter()] == [(one.tag, one.attrib) for one in told.iter()]


def test_what_sumo_refuses_is_told_in_its_words(files: tuple[Path, Path]) -> None:
    changed(files[1], '<vType id="car"/>', '<vType id="car" lcStrategic="much"/>')
    ran = run(["sumo", files[0], "--routes", files[1], *DRIVEN], most_seconds=60)
    assert ran.code == 2
    assert "SUMO does not run cross.net.xml with cross.rou.xml: " in ran.errors
    assert "lcStrategic" in ran.errors
    assert "Error:" not in ran.errors


def test_a_network_that_sumo_refuses_does_not_end_those_that_come_after_it(files: tuple[Path, Path]) -> None:
    """SUMO inside of a process that ran it before ends that process."""
    source = f"""
from pathlib import Path
from simulator.interop.sumo.bridge import FixedTime, run_in_sumo
from simulator.interop.sumo.build import import_network
from simulator.interop.sumo.network import read_network
from simulator.interop.sumo.routes import read_demand
from worlds.world import Refused
net, rou = Path({str(files[0])!r}), Path({str(files[1])!r})
network, demand = read_network(net), read_demand(rou, 0.0, 60.0)
imported = import_network(network, demand, 0)
text = net.read_text()
for version in ("1.9", "", "1.9"):
    net.write_text(text.replace('version="1.9"', f'version="{{version}}"' if version else ""))
    try:
        print(run_in_sumo(network, rou, imported, FixedTime(imported), demand).began)
    except Refused as refusal:
        print(refusal)
"""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    first, refusal, last = done.stdout.splitlines()
    assert first == last != "0"
    assert "does not run cross.net.xml" in refusal


def test_a_run_late_in_a_day_is_the_same_time_in_sumo(files: tuple[Path, Path]) -> None:
    """Somebody departs in the first of these seconds, and SUMO is told them to the second."""
    changed(files[1], "</routes>", '<trip id="x" depart="1234568" from="west" to="east"/></routes>')
    network, demand = read_network(files[0]), read_demand(files[1], 1234567.0, 40.0)
    imported = import_network(network, demand, 0)
    assert run_in_sumo(network, files[1], imported, FixedTime(imported), demand).finished == 1
