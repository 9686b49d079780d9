"""What is loaded before a command is called: its options, and nothing that it takes to act on them."""

import subprocess
import sys

import pytest
from typer.main import get_command

from geo.cli.options import app

HEAVY = ("pandas", "geopandas", "sqlalchemy", "scipy", "rasterio", "pyogrio", "fiona", "openpyxl", "folium", "sklearn")


def test_help_waits_for_no_step_and_no_heavy_library():
    program = "import sys, geo.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not set(HEAVY) & set(loaded)
    steps = [name for name in loaded if name.startswith(("geo.steps.", "geo.store", "geo.ingest"))]
    assert steps == ["geo.steps.choices"]


def commands(group, *before):
    """Yield the words of every command, of groups too."""
    for name, command in group.commands.items():
        yield (*before, name)
        yield from commands(command, *before, name) if hasattr(command, "commands") else ()


def test_the_help_names_every_command(command):
    said = command("--help").out
    names = [words[0] for words in commands(get_command(app)) if len(words) == 1]
    assert len(names) > 15
    assert all(f"  {name} " in said for name in names)


@pytest.mark.parametrize("words", list(commands(get_command(app))), ids=" ".join)
def test_the_help_of_every_command_can_be_read_in_chinese_too(command, words):
    said = command(*words, "--help")
    assert said.code == 0
    assert not said.out.isascii()
