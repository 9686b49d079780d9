"""Look through a finished page for anything that it would ask from elsewhere."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

LOADING_ATTRIBUTES = frozenset(
    {
        "action",
        "background",
        "cite",
        "classid",
        "codebase",
        "data",
        "formaction",
        "href",
        "icon",
        "longdesc",
        "manifest",
    }
    | {"ping", "poster", "profile", "src", "srcdoc", "srcset", "usemap", "xlink:href"}
)

_STYLE_REFERENCE = re.compile(r"@import\b[^;]*|url\(\s*['\"]?\s*(?!data:|#|['\")])[^)]*", re.IGNORECASE)
_SCRIPT_REFERENCE = re.compile(
    r"(?:https?|wss?|ftp)://(?!www\.w3\.org/)[^\s\"'`<>]*"
    r"|[\"'`]//[^\s\"'`]+"
    r"|\b(?:fetch|import|importScripts)\s*\("
    r"|\b(?:XMLHttpRequest|WebSocket|EventSource|sendBeacon|serviceWorker)\b"
)


@dataclass(slots=True)
class PageScan:
    """What a page consists of, as a browser would see it.

    Attributes
    ----------
    scripts
        Texts of the script elements that run; data blocks are none of them.
    styles
        Texts of style elements and attributes.
    links
        Values of attributes that make a browser load or follow something.
    """

    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def references(self, *, allowed_scripts: Collection[str]) -> list[str]:
        """List everything that lies outside the page, in no more than 200 characters each.

        Parameters
        ----------
        allowed_scripts
            Scripts that may name addresses because they were looked at: the pinned ones.
        """
        found = [link for link in self.links if link and not link.startswith(("#", "data:"))]
        for style in self.styles:
            found += _STYLE_REFERENCE.findall(style)
        for script in self.scripts:
            if script not in allowed_scripts:
                found += _SCRIPT_REFERENCE.findall(script)
        return [reference[:200] for reference in found]


class _Parser(HTMLParser):
    """Sort a page's elements into a scan."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scan = PageScan()
        self.inside = ""
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        self.scan.links += [value for name, value in given.items() if name in LOADING_ATTRIBUTES]
        if given.get("http-equiv", "").lower() == "refresh":
            self.scan.links.append(given.get("content", ""))
        self.scan.styles += [value for name, value in given.items() if name == "style"]
        # a script element of another type is a block of data: it neither runs nor loads
        runs = tag == "script" and given.get("type", "") in ("", "module", "text/javascript")
        self.inside = tag if tag == "style" or runs else ""
        self.text = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            (self.scan.scripts if tag == "script" else self.scan.styles).append("".join(self.text))
        self.inside = ""


def scan_page(page: str) -> PageScan:
    """Take a page apart.

    Examples
    --------
    >>> scan = scan_page('<img src="https://example.org/a.png"><script>let a = 1</script>')
    >>> scan.references(allowed_scripts=[])
    ['https://example.org/a.png']
    """
    parser = _Parser()
    parser.feed(page)
    parser.close()
    return parser.scan
