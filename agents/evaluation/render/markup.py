"""Elements of an HTML page; everything that is put into them is escaped by the standard library."""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

Element = ElementTree.Element
Child = str | Element | None


def tag(name: str, /, *children: Child, **attributes: str) -> Element:
    """An element: `tag("p", "see ", tag("a", "here", href="#x"), class_="note")`."""
    made = Element(name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            _add_text(made, child)
        elif child is not None:
            made.append(child)
    return made


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def table(heads: Sequence[Child], rows: Iterable[Sequence[Child]], *, class_: str = "") -> Element:
    """A table whose first column names the rows; cells that are elements of their own (`td`, `th`) stay as they are."""
    top = tag("tr", *(_cell(head, "th", scope="col") for head in heads))
    body = [
        tag("tr", _cell(row[0], "th", scope="row"), *(_cell(each, "td") for each in row[1:])) for row in rows
    ]  # fmt: skip
    made = tag("table", tag("thead", top), tag("tbody", *body), **({"class": class_} if class_ else {}))
    return tag("div", made, class_="scroll")


def _cell(content: Child, name: str, **attributes: str) -> Element:
    if isinstance(content, Element) and content.tag in ("td", "th"):
        return content
    return tag(name, content, **attributes)


def drawing(svg: str, label: str, key: str) -> Element:
    """An SVG file as part of the page. ``key`` keeps its names apart from those of other drawings."""
    svg = svg[svg.index("<svg") :]
    for words in ('xmlns="http://www.w3.org/2000/svg"', 'xmlns:xlink="http://www.w3.org/1999/xlink"'):
        svg = svg.replace(words, "")  # an HTML page knows both
    root = ElementTree.fromstring(svg.replace("xlink:href", "href"))
    for metadata in root.findall("metadata"):
        root.remove(metadata)
    for each in root.iter():
        for name, value in each.attrib.items():
            if name == "id":
                each.set(name, f"{key}-{value}")
            elif name == "href" and value.startswith("#"):
                each.set(name, f"#{key}-{value[1:]}")
            else:
                each.set(name, value.replace("url(#", f"url(#{key}-"))
    root.set("role", "img")
    root.set("aria-label", label)
    return root


def document(title: str, style: str, *body: Child) -> str:
    """A whole page."""
    head = tag(
        "head", tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"), tag("title", title),
        tag("style", style),
    )  # fmt: skip
    page = tag("html", head, tag("body", *body), lang="en")
    return "<!DOCTYPE html>\n" + ElementTree.tostring(page, encoding="unicode", method="html") + "\n"
