"""How long each phase of a call may take, in seconds."""

from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds, and for an upload bytes per second.

    `complete` waits for a payer's own system; `upload_rate` is what a pharmacy's slowest line still carries.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    pool: float = 5.0
    complete: float = 110.0
    upload_rate: float = 32_000.0

    def answered_within(self, seconds: float) -> httpx.Timeout:
        """The phases of a call whose answer may take so long."""
        return httpx.Timeout(connect=self.connect, read=seconds, write=self.write, pool=self.pool)

    def whole(self, seconds: float) -> float:
        """The whole of such a call: httpx starts its clock anew with each piece that trickles in."""
        return self.connect + seconds

    def upload(self, size: int) -> float:
        """For an answer to so many bytes: they may still be on the line when the last one is written."""
        return self.read + size / self.upload_rate


ORDINARY = Timeouts()
