"""Files received, kept out of memory: anything over a megabyte lies in a nameless temporary file."""

from tempfile import SpooledTemporaryFile
from threading import Lock

_IN_MEMORY = 1024 * 1024


class ReceivedFile:
    """A file as it arrived: its name, its `file_type` and its bytes.

    The bytes are gone after `close`, which stopping the sandbox calls.
    """

    def __init__(self, name: str, file_type: str) -> None:
        self.name = name
        self.file_type = file_type
        self.size = 0
        self._bytes = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  it lives as long as its request
        self._reading = Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.file_type}, {self.size} bytes>"

    def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.size += len(chunk)
        self._bytes.write(chunk)

    @property
    def content(self) -> bytes:
        """All the bytes received."""
        with self._reading:
            self._bytes.seek(0)
            return self._bytes.read()

    def close(self) -> None:
        """Forget the bytes."""
        self._bytes.close()
