"""A private PostgreSQL with PostGIS for tests: on a unix socket only, started as root or as an ordinary user.

Uses nothing but the standard library, so that anything may load it by its path.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")
SERVANTS = ("postgres", "nobody")
"""Who runs the server where the tests run as root, whom PostgreSQL refuses."""
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
LEAN = "-c shared_buffers=64MB -c max_connections=30"
TEMPLATE = "with_postgis"


class Cluster:
    """One running server; ``root`` holds its data, its log and its socket."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.root = folder, root
        self.servant: dict[str, object] = {}
        self.made = 0
        if os.geteuid() == 0:
            servant = _servant()
            os.chown(root, servant.pw_uid, servant.pw_gid)
            self.servant = {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}

    def start(self) -> None:
        """Make the data folder, start the server, and make an empty database with PostGIS."""
        self.run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -k {self.root} {FAST} {LEAN}"
        self.run("pg_ctl", "-D", "data", "-w", "-t", "60", "-l", "log", "-o", options, "start")
        self.ask(f"CREATE DATABASE {TEMPLATE}")
        self.ask("CREATE EXTENSION postgis", TEMPLATE)

    def stop(self) -> None:
        """Stop the server at once; nothing of it is wanted any more."""
        self.run("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def url(self, database: str = "postgres", *, user: str = "postgres") -> str:
        """Address of a database."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.root}"

    def make_database(self, template: str = TEMPLATE) -> str:
        """Make another database as a copy of one that nobody is connected to; return its name."""
        self.made += 1
        name = f"test_{self.made}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def ask(self, statement: str, database: str = "postgres") -> str:
        """Run one statement as administrator; return what it gives as text."""
        told = ("-h", str(self.root), "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-XAtqc", statement)
        return self.run("psql", *told)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the user who may."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run(
            [self.folder / program, *arguments],
            cwd=self.root,
            env=clean | {"LC_ALL": "C.UTF-8", "HOME": str(self.root)},
            stdin=subprocess.DEVNULL,
            # the server inherits the output of pg_ctl: a pipe would never end
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.servant,
        )
        if done.returncode:
            log = self.root / "log"
            said = log.read_text("utf-8", "replace")[-800:] if log.exists() else ""
            raise RuntimeError(f"{program} gave up with {done.returncode}: {done.stdout or ''}{said}")
        return (done.stdout or "").strip()


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """Start a server in a folder of its own, and leave nothing of it behind.

    Raises
    ------
    RuntimeError
        PostgreSQL or PostGIS is missing; the message says what to run.
    """
    folder = find_server()
    if folder is None:
        raise RuntimeError(
            "PostgreSQL with PostGIS is missing. Run `sh tools/install_postgis.sh`, then the tests again."
        )
    root = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short: a socket's path has room for 107 bytes
    try:
        cluster = Cluster(folder, root)
        try:
            cluster.start()
            yield cluster
        finally:
            if (root / "data" / "postmaster.pid").exists():
                cluster.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)


def find_server() -> Path | None:
    """Find the newest folder with PostgreSQL's programs whose server has PostGIS; ``PG_BINDIR`` goes first."""
    named = [os.environ["PG_BINDIR"]] if os.environ.get("PG_BINDIR") else []
    found = sorted((path for pattern in FOLDERS for path in Path("/").glob(pattern)), key=_numbers, reverse=True)
    asked = shutil.which("pg_config")
    beside = [_tell(asked, "--bindir")] if asked else []
    return next((Path(path) for path in (*named, *found, *beside) if _has_postgis(Path(path))), None)


def _has_postgis(folder: Path) -> bool:
    if not all(os.access(folder / program, os.X_OK) for program in ("initdb", "pg_ctl", "psql", "pg_config")):
        return False
    return (Path(_tell(folder / "pg_config", "--sharedir")) / "extension" / "postgis.control").exists()


def _tell(program: str | Path, option: str) -> str:
    return subprocess.run([program, option], capture_output=True, text=True, check=True).stdout.strip()


def _numbers(path: Path) -> list[int]:
    return [int(part) for part in str(path).replace("-", "/").split("/") if part.isdigit()]


def _servant() -> pwd.struct_passwd:
    for name in SERVANTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"PostgreSQL does not run as root, and there is no user {' or '.join(SERVANTS)} to run it.")
