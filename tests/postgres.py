"""A PostgreSQL of the tests' own: a cluster in a temporary folder, reached by a socket, gone afterwards."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

VERSIONS = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The newest installed server's programs; None where there is none."""
    found = sorted(VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def _as_server() -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Start a server and yield the address of its database ``postgres``; stop it and remove its folder at the end."""
    folder = Path(tempfile.mkdtemp(prefix="qingju-postgres-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    control = [*_as_server(), str(programs / "pg_ctl"), "-D", str(data), "-w", "-s"]
    try:
        initdb = [*_as_server(), str(programs / "initdb"), "-D", str(data)]
        run([*initdb, "-U", "hub", "-A", "trust", "-E", "UTF8"], folder)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c max_connections=40 -c fsync=off"
        run([*control, "-l", str(folder / "log"), "-o", options, "start"], folder)
        try:
            yield f"postgres://hub@/postgres?host={folder}"
        finally:
            run([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server: str, template: str = "") -> Iterator[str]:
    """Create a database on a server, empty or as a copy of one that nobody uses; yield its address, and drop it."""
    psycopg = pytest.importorskip("psycopg")
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        source = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
        connection.execute(f"CREATE DATABASE {name}{source}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(command: list[str], folder: Path) -> None:
    """Run a program of the server's, away from folders that its user may not enter."""
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
