"""Who lets whom pass at a junction, as its ``<request>`` elements say, where lights and signs leave it open.

Two left turns that both have to give way, or a blinking light beside a green one: there drivers here go by the order of
the ways, so the ways are put in an order in which nobody comes before those whom he has to let pass.

Source: https://sumo.dlr.de/docs/Networks/SUMO_Road_Networks.html, "Requests": the last character of ``response`` stands
for the first link. A lane inside of a junction is named ``:JUNCTION_FIRST_LANE`` and belongs to the link FIRST + LANE.
"""

from collections.abc import Sequence

from simulator.interop.sumo.reader import XmlElement


def requests_of(root: XmlElement) -> dict[str, dict[int, frozenset[int]]]:
    """By junction and link the links that have to be let pass."""
    return {
        junction.get("id"): {
            int(request.number("index")): frozenset(
                link for link, sign in enumerate(reversed(request.get("response"))) if sign == "1"
            )
            for request in junction.all("request")
        }
        for junction in root.all("junction")
    }


def link_of(via: str) -> int:
    """The link of its junction to which a lane inside of it belongs; −1 of another name."""
    parts = via.rsplit("_", 2)
    return int(parts[1]) + int(parts[2]) if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal() else -1


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
