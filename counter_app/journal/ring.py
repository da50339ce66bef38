"""The system's key ring: Windows' Credential Manager, macOS' Keychain, a Linux desktop's wallet."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

T = TypeVar("T")

_PATIENCE = 90.0  # seconds: staff may have to type the ring's own password first


class Ring(Protocol):
    """Where secrets lie, each under a service and a name."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None where there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""


class RingError(Exception):
    """The key ring is locked, fails, or does not answer."""


class AskedRing:
    """A ring that is asked with patience and fails in one way.

    Every ring fails with errors of its own, and some wait without end for a question that nobody can see:
    `keyring` knows no time-out.
    """

    def __init__(self, ring: Ring, *, patience: float = _PATIENCE) -> None:
        self._ring = ring
        self._patience = patience

    def get(self, service: str, name: str) -> str | None:
        """The secret, or None where there is none.

        Raises:
            RingError: when the ring is locked, fails or does not answer.
        """
        return _answer(lambda: self._ring.get_password(service, name), self._patience)

    def put(self, service: str, name: str, secret: str) -> None:
        """Keep a secret, and read it back to be sure.

        Raises:
            RingError: when the ring is locked, fails, does not answer or does not keep it.
        """
        _answer(lambda: self._ring.set_password(service, name, secret), self._patience)
        if self.get(service, name) != secret:
            raise RingError


def system_ring() -> Ring | None:
    """The key ring of whoever is at this computer; None where there is none worth the name.

    Raises:
        RingError: when looking for it fails or takes too long.
    """
    return _answer(_found, _PATIENCE)


def _found() -> Ring | None:
    import keyring  # noqa: PLC0415  a fifth of a second, and not for those who have a passphrase
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    found = keyring.get_keyring()
    asked = found.backends if isinstance(found, ChainerBackend) else (found,)
    # keyring's own measure: from 1 on a ring is recommended. What is below keeps secrets in plain files, or nowhere.
    return found if max((each.priority for each in asked), default=0) >= 1 else None


def _answer(ask: Callable[[], T], patience: float) -> T:
    """What the ring answers, asked on a thread that may be left behind: it holds up neither the program nor its end."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001  each ring has its own, D-Bus and Win32 among them
            answer.set_exception(error)

    threading.Thread(target=run, name="key-ring", daemon=True).start()
    try:
        return answer.result(timeout=patience)
    except Exception:  # noqa: BLE001  the same, and the time-out
        raise RingError from None
