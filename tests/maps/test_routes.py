import re

from geo.maps.offline import render_offline
from geo.maps.routes import Left, Line, route_map

LINES = [
    Line('<img src=x onerror="alert(1)">${1}`', [(120.0, 30.0), (120.1, 30.1), (120.0, 30.0)], ["09:00 甲\n<b>why</b>"])
]
LEFT = [Left((120.2, 30.2), "P9 </script>", is_must=True), Left((120.3, 30.2), "P8", is_must=False)]


def drawn() -> str:
    return render_offline(route_map(LINES, LEFT, left_name="left & out", table=[["town", "n"], ["<i>甲</i>", "3"]]))


def test_routes_are_one_page_with_the_same_bytes_each_time():
    assert drawn() == drawn()


def test_texts_of_the_data_stay_texts():
    page = drawn()
    assert "<img" not in page
    assert "<b>why" not in page
    assert "P9 </script>" not in page
    assert "&lt;i&gt;甲" in page
    assert "left \\u0026amp; out" in page


def test_a_plan_without_patrols_is_an_empty_map():
    page = render_offline(route_map([], [], left_name="", table=[["town"]]))
    assert 'id="patrols"' in page
    assert not re.search(r"L\.polyline\(", page.rsplit("</script>", 2)[-2])
