"""The ``crs`` member of a GeoJSON."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import CRSMismatchError
from geo.ingest.geojson import LONGEST, says_crs
from geo.ingest.layers import open_layer

RING = "[[[121,29],[121.001,29],[121,29.001],[121,29]]]"
GEOMETRY = f'{{"type":"Polygon","coordinates":{RING}}}'
FEATURE = f'{{"type":"Feature","properties":{{"id":"A"}},"geometry":{GEOMETRY}}}'
NAME = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}}'
LINK = '{"type":"link","properties":{"href":"URL","type":"proj4"}}'


def collection(member: str = "", feature: str = FEATURE) -> str:
    return f'{{"type":"FeatureCollection",{member}"features":[{feature}]}}'


def write(folder: Path, text: str) -> Path:
    path = folder / "a.geojson"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        (collection(), False),
        (collection(f'"crs":{NAME},'), True),
        (collection(f'"crs" : {NAME} ,'), True),
        (collection('"crs":null,'), False),
        (collection('"crs":{"type":"EPSG","properties":{"code":4549}},'), True),
        (collection(feature=FEATURE.replace('"A"', '"crs"')), False),
        (collection(feature=FEATURE.replace('{"id":"A"}', '{"crs":"x"}')), False),
    ],
)
def test_a_system_is_said_or_not(tmp_path: Path, text: str, *, is_said: bool) -> None:
    assert says_crs(write(tmp_path, text)) is is_said


ADDRESSES = {
    "link": collection(f'"crs":{LINK},'),
    "url": collection('"crs":{"type":"url","properties":{"url":"URL"}},'),
    "capitals": collection(f'"CRS":{LINK.upper().replace("HREF", "href")},'),
    "escaped": collection(f'"\\u0063r\\u0073":{LINK},'),
    "single quotes": GEOMETRY.replace('"coordinates"', f"'crs':{LINK},\"coordinates\""),
    "single quotes inside": GEOMETRY.replace('"coordinates"', f'"crs":{LINK},"coordinates"').replace(
        '"link"', "'link'"
    ),
    "comment": GEOMETRY.replace('"coordinates"', f'"crs"/* */:{LINK},"coordinates"'),
    "comment behind": GEOMETRY.replace('"coordinates"', f'"crs": // \n{LINK},"coordinates"'),
    "in a feature": FEATURE.replace('"properties"', f'"crs":{LINK},"properties"'),
    "twice": collection('"crs":{"type":"name","type":"link","properties":{"href":"URL"}},'),
    "padded": collection(f'"crs":{{"pad":"{"x" * LONGEST}","type":"link","properties":{{"href":"URL"}}}},'),
    "at the end": collection()[:-1] + " " * 2_000_000 + f',"crs":{LINK}}}',
    "across two pieces": collection()[:-1] + " " * (1_048_576 - 250) + f',"crs":{LINK}}}',
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_is_refused_and_not_asked(tmp_path: Path, listener, name: str) -> None:
    address, heard = listener
    path = write(tmp_path, ADDRESSES[name].replace("URL", f"{address}/crs"))
    with pytest.raises(CRSMismatchError) as caught:
        open_layer(path, layer=None, usual=())
    assert caught.value.code == "ingest.crs_elsewhere"
    assert heard() == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3 * LONGEST), st.sampled_from([NAME, LINK]))
def test_where_in_the_file_it_stands_does_not_matter(tmp_path: Path, blanks: int, member: str) -> None:
    path = write(tmp_path, json.dumps({"type": "x"})[:-1] + " " * (1_048_576 - LONGEST + blanks) + f',"crs":{member}}}')
    if member == NAME:
        assert says_crs(path)
    else:
        with pytest.raises(CRSMismatchError):
            says_crs(path)
