"""Every sentence a user reads, by code and parameters, in Chinese and in English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from geo.errors import GeoError

Language = Literal["zh", "en"]
PLACES = ("file", "layer", "row", "column")


@cache
def sentences(language: Language) -> Mapping[str, str]:
    """All sentences of a language, keyed ``room.sentence``."""
    tables = tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text("utf-8"))
    return {f"{room}.{name}": text for room, table in tables.items() for name, text in table.items()}


def say(code: str, language: Language = "zh", /, **params: object) -> str:
    """Return one sentence.

    Examples
    --------
    >>> say("outcome.undetermined", "en")
    'undetermined'
    """
    return sentences(language)[code].format_map(params)


def say_error(error: GeoError, language: Language = "zh") -> str:
    """Return an error as one sentence: where, what is wrong and why, and what to do.

    Examples
    --------
    >>> from geo.errors import SchemaError
    >>> say_error(SchemaError("ingest.no_crs", file="a.shp"), "en").split(":")[0]
    'file a.shp'
    """
    return say_refusal(error.code, error.params, language)


def say_refusal(code: str, params: Mapping[str, object], language: Language = "zh") -> str:
    """Return the sentence of a refusal that was kept with its code and parameters."""
    places = [say(f"place.{name}", language, value=params[name]) for name in PLACES if params.get(name) is not None]
    where = say("place.join", language).join(places)
    what = say(code, language, **params)
    return f"{where}{say('place.end', language)}{what}" if where else what
