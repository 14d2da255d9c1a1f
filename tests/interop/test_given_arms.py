"""Arms of given junctions have lanes that wait for that junction's light, and for no other."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.interop.sumo.packing import pack_network
from worlds.road.layouts.given import GivenNetwork, pack, unpack
from worlds.world import Refused


def _again(attribute: re.Match[str]) -> str:
    """The names in an attribute, as those of a second crossing."""
    return attribute[1] + " ".join(re.sub(r"^(:?)", r"\1again_", name) for name in attribute[2].split()) + '"'


def test_an_arm_whose_lanes_wait_for_another_light_is_refused(files: tuple[Path, Path]) -> None:
    inside = files[0].read_text().removeprefix('<net version="1.9">').removesuffix("</net>")
    second = re.sub(r'(\b(?:id|from|to|tl|via|incLanes|intLanes)=")([^"]*)"', _again, inside)
    files[0].write_text(f'<net version="1.9">{inside}{second}</net>')
    known = unpack(pack_network(files[0], seconds=60.0)[0])
    assert len(known.lights) == 2
    tables = {name: table.copy() for name, table in known.tables.items()}
    lanes = tables["road_lane"]
    (one, *_), (other, *_) = (
        [place for place, lane in np.ndenumerate(lanes) if lane >= 0 and _light_before(known, int(lane)) == seat]
        for seat in (0, 1)
    )
    lanes[one], lanes[other] = lanes[other], lanes[one]
    with pytest.raises(Refused, match="an arm's lanes wait for another junction's light"):
        pack(replace(known, tables=tables))


def _light_before(network: GivenNetwork, lane: int) -> int:
    """The light at the end of a lane; −1 none."""
    link = int(network.tables["lane_next"][lane, 0])
    return int(network.tables["lane_group"][link]) // network.sizes["groups"] if link >= 0 else -1
