from sqlalchemy.dialects import postgresql

from geo.store.geometries import near_box
from geo.store.parcels import PARCELS


def test_the_one_question_about_a_box_is_put_to_each_index_in_its_own_words():
    asked = near_box("postgresql", PARCELS, (1, 2, 3, 4)).compile(dialect=postgresql.dialect())
    assert str(asked).startswith("parcel.geom && ST_MakeEnvelope(")
    assert list(asked.params.values()) == [1, 2, 3, 4, 4490]
    assert "FROM rtree_parcel_geom" in str(near_box("sqlite", PARCELS, (1, 2, 3, 4)))
