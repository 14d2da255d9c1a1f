"""Who lets whom pass at a junction, as its ``<request>`` elements say, where lights and signs leave it open.

Two left turns that both have to give way, or a blinking light beside a green one: there drivers here go by the order of
the ways, so the ways are put in an order in which nobody comes before those whom he has to let pass.

Source: https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html, "Requests": the last character of ``response`` stands
for the first link. A lane inside of a junction is named ``:JUNCTION_FIRST_LANE`` and belongs to the link FIRST + LANE.
"""

import re
from collections.abc import Sequence

from simulator.interop.sumo.reader import XmlElement
from worlds.world import Refused

MOST_LINKS = 256  # of a junction, as in SUMO
VIA = re.compile(r":.*_(\d{1,6})_(\d{1,3})")  # a lane inside of a junction: its first link, its place beside that


def requests_of(root: XmlElement) -> dict[str, dict[int, frozenset[int]]]:
    """By junction and link the links that have to be let pass.

    Raises:
        Refused: an index that no link has, or that two have, or a response of other signs than 0 and 1.
    """
    found: dict[str, dict[int, frozenset[int]]] = {}
    for junction in root.all("junction"):
        links = found.setdefault(junction.get("id"), {})
        for request in junction.all("request"):
            index, response = request.number("index"), request.get("response")
            if index not in range(MOST_LINKS) or index in links:
                raise Refused(
                    f"index={request.get('index')!r} of <request> in {request.where} is no link: each of 0 to "
                    f"{MOST_LINKS - 1} once"
                )
            if len(response) > MOST_LINKS or set(response) - {"0", "1"}:
                raise Refused(
                    f"response={response[:40]!r} of <request> in {request.where}: a 0 or 1 for each link, at most "
                    f"{MOST_LINKS}"
                )
            links[int(index)] = frozenset(link for link, sign in enumerate(reversed(response)) if sign == "1")
    return found


def link_of(via: str) -> int:
    """The link of its junction to which a lane inside of it belongs; −1 of another name."""
    parts = VIA.fullmatch(via)
    return int(parts[1]) + int(parts[2]) if parts else -1


def in_order(links: Sequence[int], requests: dict[int, frozenset[int]]) -> list[int]:
    """The places of a junction's links, those first that have to let nobody pass who is not before them.

    Where each of several waits for another, they stay as they are.
    """
    left, found = list(range(len(links))), []
    while left:
        waiting = {links[place] for place in left}
        free = (place for place in left if not (requests.get(links[place], frozenset()) - {links[place]}) & waiting)
        found.append(next(free, left[0]))
        left.remove(found[-1])
    return found
