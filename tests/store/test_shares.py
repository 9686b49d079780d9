from pathlib import Path

import pytest

from geo.errors import StoreError
from geo.locale import say_error
from geo.store import create_store, open_store, shares, upgrade
from geo.store.shares import network_kind

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /run tmpfs rw 0 0
server:/land /mnt/land nfs4 rw,vers=4.2 0 0
//server/gis /mnt/my\\040files cifs rw 0 0
/dev/sdb1 /mnt/land/local ext4 rw 0 0
someone@host:/data /home/li/data fuse.sshfs rw 0 0
/dev/sdc1 /srv ext4 rw 0 0
server:/srv /srv nfs rw 0 0
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mounts"
    path.write_text(MOUNTS, "utf-8")
    return path


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/li/a.gpkg", None),
        ("/mnt/land/a.gpkg", "nfs4"),
        ("/mnt/land/2026/a.gpkg", "nfs4"),
        ("/mnt/landed/a.gpkg", None),
        ("/mnt/land/local/a.gpkg", None),
        ("/mnt/my files/a.gpkg", "cifs"),
        ("/home/li/data/x/../a.gpkg", "fuse.sshfs"),
        ("/srv/a.gpkg", "nfs"),
    ],
)
def test_a_file_is_on_a_share_if_the_innermost_mount_is_one(mounts, path, kind):
    assert network_kind(Path(path), mounts=mounts) == kind


def test_a_link_to_a_share_is_on_the_share(tmp_path, mounts):
    (tmp_path / "link").symlink_to("/mnt/land")
    assert network_kind(tmp_path / "link" / "a.gpkg", mounts=mounts) == "nfs4"


def test_where_nothing_says_what_is_mounted_nothing_is_refused(tmp_path):
    assert network_kind(tmp_path / "a.gpkg", mounts=tmp_path / "missing") is None


@pytest.mark.parametrize("action", [create_store, open_store, upgrade])
def test_a_store_on_a_share_is_refused_whatever_is_done_with_it(tmp_path, monkeypatch, store_path, mounts, action):
    mounts.write_text(f"{MOUNTS}server:/land {tmp_path} nfs4 rw 0 0\n", "utf-8")
    monkeypatch.setattr(shares, "MOUNTS", mounts)
    path = tmp_path / "new.gpkg" if action is create_store else store_path
    before = sorted(tmp_path.iterdir())
    with pytest.raises(StoreError, match=r"store\.network_share") as caught:
        action(path)
    assert "nfs4" in say_error(caught.value, "zh")
    assert sorted(tmp_path.iterdir()) == before
