import pytest

from geo.maps.page_scan import scan_page


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://example.org/a.js"></script>',
        '<link rel="stylesheet" href="//example.org/a.css"/>',
        "<img src=images/a.png>",
        '<img src="data:," srcset="https://example.org/a.png 2x">',
        '<a href="https://example.org/">away</a>',
        '<iframe srcdoc="&lt;img src=x&gt;"></iframe>',
        '<svg><use xlink:href="sprite.svg#a"/></svg>',
        '<form action="https://example.org/"></form>',
        '<meta http-equiv="refresh" content="0;url=https://example.org/">',
        '<div style="background: url(https://example.org/a.png)"></div>',
        "<style>@import 'a.css';</style>",
        "<style>.a { background: url('images/a.png') }</style>",
        '<script>L.tileLayer("https://tile.example.org/{z}/{x}/{y}.png")</script>',
        '<script>image.src = "//example.org/a.png"</script>',
        "<script>fetch(where)</script>",
        "<script>import('./a.js')</script>",
        "<script>new XMLHttpRequest()</script>",
        "<script>navigator.sendBeacon(where)</script>",
        "<script type=module>new WebSocket(where)</script>",
    ],
)
def test_anything_asked_from_elsewhere_is_found(markup):
    assert scan_page(f"<html><body>{markup}</body></html>").references(allowed_scripts=[])


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="data:image/png;base64,AAAA">',
        '<a href="#top">up</a>',
        "<style>.a { background: url(data:,) } .b { behavior: url(#default#VML) }</style>",
        '<script>document.createElementNS("http://www.w3.org/2000/svg", "svg") // a comment</script>',
        '<script type="application/json">{"enterprise": "https://example.org/ fetch(1)"}</script>',
    ],
)
def test_what_lies_inside_the_page_is_left_alone(markup):
    assert scan_page(f"<html><body>{markup}</body></html>").references(allowed_scripts=[]) == []


def test_an_allowed_script_may_name_an_address():
    scan = scan_page('<script>let home = "https://example.org"</script>')
    assert scan.references(allowed_scripts=[]) == ["https://example.org"]
    assert scan.references(allowed_scripts=['let home = "https://example.org"']) == []


def test_only_scripts_that_run_are_listed_as_scripts():
    scan = scan_page('<script>let a = "<b>"</script><script type="application/json">{}</script><style>b{}</style>')
    assert scan.scripts == ['let a = "<b>"']
    assert scan.styles == ["b{}"]
