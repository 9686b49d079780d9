"""The tests' own server: where there is no PostGIS they must fail and say what to run."""

import runpy
from pathlib import Path

import pytest

cluster_of = runpy.run_path(str(Path(__file__).with_name("cluster.py")))
private_cluster = cluster_of["private_cluster"]


def test_a_missing_postgis_fails_with_what_to_run(monkeypatch):
    monkeypatch.setitem(private_cluster.__wrapped__.__globals__, "find_server", lambda: None)
    with pytest.raises(RuntimeError, match=r"sh tools/install_postgis\.sh"), private_cluster():
        pass


def test_the_server_listens_on_a_unix_socket_only_and_has_postgis(cluster):
    assert cluster.ask("SHOW listen_addresses") == ""
    assert cluster.ask("SHOW unix_socket_directories") == str(cluster.root)
    assert cluster.ask("SELECT extname FROM pg_extension WHERE extname = 'postgis'", "with_postgis") == "postgis"


def test_what_a_database_says_no_to_is_told(cluster):
    with pytest.raises(RuntimeError, match="nothing"):
        cluster.ask("SELECT nothing")


def test_nothing_is_left_of_a_server():
    with private_cluster() as other:
        assert other.root.is_dir()
    assert not other.root.exists()
