"""A small network of SUMO for tests: its files as text."""

from pathlib import Path

# A crossing of two one-way streets of one lane, from the west to the east and from the north to the south.
LANES = {
    "west": "0.00,48.40 92.00,48.40",
    "east": "100.00,48.40 200.00,48.40",
    "north": "94.40,150.00 94.40,52.00",
    "south": "94.40,44.00 94.40,0.00",
}
NODES = {"west": ("w", "c"), "east": ("c", "e"), "north": ("n", "c"), "south": ("c", "s")}
INNER = {":c_0": "94.40,52.00 94.40,44.00", ":c_1": "92.00,48.40 100.00,48.40"}
EDGES = "".join(
    f'<edge id="{name}" from="{NODES[name][0]}" to="{NODES[name][1]}" priority="1">'
    f'<lane id="{name}_0" index="0" speed="13.89" length="92.00" shape="{shape}"/></edge>'
    for name, shape in LANES.items()
) + "".join(
    f'<edge id="{name}" function="internal">'
    f'<lane id="{name}_0" index="0" speed="13.89" length="8.00" shape="{shape}"/></edge>'
    for name, shape in INNER.items()
)
LIGHT = """<tlLogic id="c" type="static" programID="0" offset="0"><phase duration="20" state="Gr"/>
<phase duration="3" state="yr"/><phase duration="1" state="rr"/><phase duration="25" state="rG"/>
<phase duration="3" state="ry"/><phase duration="1" state="rr"/></tlLogic>"""
JUNCTIONS = (
    '<junction id="c" type="traffic_light" x="96" y="48" incLanes="north_0 west_0" intLanes=":c_0_0 :c_1_0" '
    'shape="92,52 100,44">'
    '<request index="0" response="00" foes="10" cont="0"/>'
    '<request index="1" response="00" foes="01" cont="0"/></junction>'
    + "".join(
        f'<junction id="{name}" type="dead_end" x="{x}" y="{y}" incLanes="{lanes}" intLanes="" shape="{x},{y}"/>'
        for name, x, y, lanes in (
            ("w", 0, 48, ""),
            ("e", 200, 48, "east_0"),
            ("n", 94, 150, ""),
            ("s", 94, 0, "south_0"),
        )
    )
)
WAYS = (
    '<connection from="north" to="south" fromLane="0" toLane="0" via=":c_0_0" tl="c" linkIndex="0" dir="s" state="o"/>'
    '<connection from="west" to="east" fromLane="0" toLane="0" via=":c_1_0" tl="c" linkIndex="1" dir="s" state="o"/>'
    '<connection from=":c_0" to="south" fromLane="0" toLane="0" dir="s" state="M"/>'
    '<connection from=":c_1" to="east" fromLane="0" toLane="0" dir="s" state="M"/>'
)
PLACE = '<location netOffset="0,0" convBoundary="0,0,200,150" origBoundary="0,0,200,150" projParameter="!"/>'
NET = f'<net version="1.9">{PLACE}{EDGES}{LIGHT}{JUNCTIONS}{WAYS}</net>'
ROUTES = """<routes><vType id="car"/><route id="down" edges="north south"/>
<flow id="a" route="down" begin="0" end="600" vehsPerHour="360"/>
<flow id="b" from="west" to="east" begin="0" end="1200" probability="0.1"/>
<trip id="late" depart="900" from="west" to="east"/></routes>"""


def changed(path: Path, old: str, new: str) -> Path:
    """Replace a piece of a file, which must be there."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path
