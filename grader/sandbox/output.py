"""What a student process prints: read to the end, kept up to a limit."""

import os
import select
import threading
from collections.abc import Callable

CHUNK_BYTES = 1 << 16
LAST_WORDS_S = 0.2


class OutputReader:
    """Reads a process's output in a thread of its own, so that a process never waits for a reader."""

    def __init__(
        self, descriptor: int, kept_bytes: int, limit_bytes: int, on_limit: Callable[[], None]
    ) -> None:
        """Starts to read.

        Args:
            descriptor: The reading end of the pipe; closed when the reader stops.
            kept_bytes: How much is kept; what follows is counted and dropped.
            limit_bytes: How much may come before `on_limit` is called, once, from the reader's thread.
            on_limit: Ends the process.
        """
        self._descriptor = descriptor
        self._kept_bytes = kept_bytes
        self._limit_bytes = limit_bytes
        self._on_limit = on_limit
        self._kept = bytearray()
        self._total_bytes = 0
        self._is_at_end = False
        self._is_closed = False
        self._lock = threading.Lock()
        self._stopped, self._stop = os.pipe()
        os.set_blocking(descriptor, False)
        self._thread = threading.Thread(target=self._run, name="student-output", daemon=True)
        self._thread.start()

    @property
    def has_exceeded(self) -> bool:
        """Whether more was printed than is allowed."""
        return self._total_bytes > self._limit_bytes

    def text(self) -> str:
        """What was kept of all that has been printed by now, undecodable bytes escaped."""
        with self._lock:
            # The thread may not have got to what was printed just before an answer came.
            while not self._is_at_end and not self.has_exceeded and self._read():
                pass
            kept, dropped = bytes(self._kept), self._total_bytes - len(self._kept)
        text = kept.decode("utf-8", errors="backslashreplace")
        return f"{text}\n... ({dropped:,} more bytes were printed)\n" if dropped else text

    def close(self) -> None:
        """Reads what is left of a process that has ended, and stops; harmless the second time."""
        self._thread.join(LAST_WORDS_S)
        with self._lock:
            if not self._is_closed:
                os.write(self._stop, b"x")
        self._thread.join()

    def _run(self) -> None:
        poller = select.poll()
        poller.register(self._descriptor, select.POLLIN)
        poller.register(self._stopped, select.POLLIN)
        try:
            while not self._is_at_end:
                ready = [descriptor for descriptor, _ in poller.poll()]
                if self._stopped in ready:
                    return
                with self._lock:
                    self._read()
                self._watch_limit()
        finally:
            with self._lock:
                self._is_at_end = self._is_closed = True
                for descriptor in (self._descriptor, self._stopped, self._stop):
                    os.close(descriptor)

    def _watch_limit(self) -> None:
        if self.has_exceeded and self._on_limit is not _nothing:
            on_limit, self._on_limit = self._on_limit, _nothing
            on_limit()

    def _read(self) -> bool:
        """Takes one chunk; says whether there was one."""
        try:
            chunk = os.read(self._descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return False
        self._is_at_end = not chunk
        self._total_bytes += len(chunk)
        self._kept += chunk[: self._kept_bytes - len(self._kept)]
        return bool(chunk)


def _nothing() -> None:
    """Stands for a limit that has been told already."""
