"""Keeping processes alive: start them, start a dead one again, stop them all, leave none behind."""

import contextlib
import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Final

logger = logging.getLogger(__name__)

LONGEST_DELAY: Final = 30.0
SETTLED_AFTER: Final = 60.0
STOP_WITHIN: Final = 20.0


class Child:
    """One supervised command, in a process group of its own.

    It is told by the end of its standard input that we are gone, so it does not outlive us even when we are killed.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.started_at = 0.0
        self.start_at = 0.0

    def tend(self, now: float) -> None:
        """Start it if it is due, and note its death if it has died; ``now`` in seconds of a monotonic clock."""
        if self.process is None:
            if now >= self.start_at:
                self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own command line
                self.started_at = now
        elif (code := self.process.poll()) is not None:
            self._end_group(signal.SIGKILL)
            self.deaths = 0 if now - self.started_at > SETTLED_AFTER else self.deaths
            delay = min(LONGEST_DELAY, 0.5 * 2**self.deaths)
            self.deaths += 1
            self.start_at = now + delay
            self.process = None
            logger.error("%s ended with code %s; starting it again in %.1f s.", self.name, code, delay)

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None and self.process.poll() is None:
            self._end_group(signal.SIGTERM, only_leader=True)

    def wait(self, seconds: float) -> None:
        """Wait for its end; then end whatever is left of it."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, seconds))
        self._end_group(signal.SIGKILL)
        self.process.wait()

    def _end_group(self, how: signal.Signals, *, only_leader: bool = False) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                (os.kill if only_leader else os.killpg)(self.process.pid, how)


def supervise(children: Sequence[Child], stopped: threading.Event) -> None:
    """Keep the children running until the event is set; then stop them all within STOP_WITHIN seconds."""
    try:
        while not stopped.is_set():
            for child in children:
                child.tend(time.monotonic())
            stopped.wait(0.2)
    finally:
        for child in children:
            child.stop()
        until = time.monotonic() + STOP_WITHIN
        for child in children:
            child.wait(until - time.monotonic())


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set from now on, in place of their usual effect."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def end_with_parent() -> None:
    """Send ourselves SIGTERM when standard input ends, which is when our supervisor is gone."""

    def watch() -> None:
        # Not sys.stdin: its lock, held by this thread, would abort the interpreter's shutdown.
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
