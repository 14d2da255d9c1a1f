"""A small network of SUMO for tests, where one has a choice: a street that parts in two, which join again."""

from pathlib import Path

SHAPES = {
    "wa": "0.00,68.40 77.29,68.40", "an": "82.70,70.03 159.04,127.28", "nb": "160.96,127.28 237.30,70.03",
    "as": "82.54,65.65 158.95,-1.20", "sb": "161.05,-1.20 237.46,65.65", "be": "242.71,68.40 320.00,68.40",
}  # fmt: skip
LENGTHS = {"wa": 77.29, "an": 95.42, "nb": 95.42, "as": 101.53, "sb": 101.53, "be": 77.29}
INNER = {
    ":a_0": ("wa", "as", "77.29,68.40 79.05,68.24 80.19,67.76 81.20,66.90 82.54,65.65", "R", "M"),
    ":a_1": ("wa", "an", "77.29,68.40 79.01,68.42 80.21,68.58 81.30,69.06 82.70,70.03", "s", "M"),
    ":n_0": ("an", "nb", "159.04,127.28 159.52,127.55 160.00,127.64 160.48,127.55 160.96,127.28", "r", "M"),
    ":s_0": ("as", "sb", "158.95,-1.20 159.47,-1.55 160.00,-1.67 160.53,-1.55 161.05,-1.20", "l", "M"),
    ":b_0": ("sb", "be", "237.46,65.65 238.80,66.90 239.81,67.76 240.95,68.24 242.71,68.40", "s", "M"),
    ":b_1": ("nb", "be", "237.30,70.03 238.70,69.06 239.79,68.58 240.99,68.42 242.71,68.40", "s", "m"),
}
REQUESTS = {
    "a": ("00", "00", "00", "00"), "n": ("0", "0"), "s": ("0", "0"), "b": ("00", "10", "01", "01"),
}  # fmt: skip
PLACES = {"w": (0, 70), "a": (80, 70), "n": (160, 130), "s": (160, 0), "b": (240, 70), "e": (320, 70)}


def _edge(name: str) -> str:
    lane = f'<lane id="{name}_0" index="0" speed="13.89" length="{LENGTHS[name]}" shape="{SHAPES[name]}"/>'
    return f'<edge id="{name}" from="{name[0]}" to="{name[1]}" priority="-1">{lane}</edge>'


def _inner(name: str) -> str:
    lane = f'<lane id="{name}_0" index="0" speed="9.00" length="6.00" shape="{INNER[name][2]}"/>'
    return f'<edge id="{name}" function="internal">{lane}</edge>'


def _junction(name: str) -> str:
    x, y = PLACES[name]
    lanes = " ".join(f"{edge}_0" for edge in sorted(SHAPES, reverse=True) if edge[1] == name)
    inside = " ".join(f"{way}_0" for way in INNER if way[1] == name)
    words = REQUESTS.get(name, ())
    requests = "".join(
        f'<request index="{index // 2}" response="{words[index]}" foes="{words[index + 1]}" cont="0"/>'
        for index in range(0, len(words), 2)
    )
    kind = "priority" if words else "dead_end"
    place = f'x="{x}" y="{y}" incLanes="{lanes}" intLanes="{inside}" shape="{x - 2},{y} {x + 2},{y}"'
    return f'<junction id="{name}" type="{kind}" {place}>{requests}</junction>'


def _ways(name: str) -> str:
    start, end, _, turn, state = INNER[name]
    way = f'to="{end}" fromLane="0" toLane="0"'
    through = f'<connection from="{start}" {way} via="{name}_0" dir="{turn}" state="{state}"/>'
    return through + f'<connection from="{name}" {way} dir="{turn}" state="M"/>'


PARTS = (*map(_inner, INNER), *map(_edge, SHAPES), *map(_junction, PLACES), *map(_ways, INNER))
PLACE = '<location netOffset="0,0" convBoundary="0,0,320,130" origBoundary="0,0,320,130" projParameter="!"/>'
NET = f'<net version="1.9">{PLACE}{"".join(PARTS)}</net>'
ROUTES = '<routes><flow id="a" from="wa" to="be" begin="0" end="3600" vehsPerHour="300"/></routes>'


def write_diamond(folder: Path) -> tuple[Path, Path]:
    """The network's file and its routes."""
    network, routes = folder / "diamond.net.xml", folder / "diamond.rou.xml"
    network.write_text(NET)
    routes.write_text(ROUTES)
    return network, routes
