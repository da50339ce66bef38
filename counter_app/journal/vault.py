"""The vault: seals what the disk holds, and finds it again without opening it.

One data key, and from it (HKDF, RFC 5869) a key for each use: what seals is never what marks, and neither is what
chains the audit trail. Where the data key comes from is `keys`' business.
"""

import hmac
import os
import unicodedata
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from counter_app.journal.errors import JournalError

KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D: 96 bits, drawn at random; good for 2^32 seals with one key
_MARK_BYTES = 16


class TamperedError(JournalError):
    """What was sealed has been changed, belongs elsewhere, or was sealed with another key."""

    def __init__(self) -> None:
        super().__init__("A part of the journal can't be opened: it was changed, or belongs to another vault.")


class Vault:
    """Seals and opens with one data key. It lives in memory alone, on the worker's thread."""

    def __init__(self, key: bytes) -> None:
        """Take the data key.

        Raises:
            ValueError: when it is not 32 bytes long.
        """
        if len(key) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._sealing = AESGCM(_derived(key, "seal"))
        self._marking = _derived(key, "mark")
        self._chaining = _derived(key, "chain")
        self._of_files = _derived(key, "files")

    @classmethod
    def made(cls) -> "Vault":
        """A vault with a key of its own that nobody keeps: for the demo, which forgets."""
        return cls(os.urandom(KEY_BYTES))

    def __repr__(self) -> str:
        return "<Vault>"

    @property
    def of_files(self) -> bytes:
        """The key that seals kept files, 32 bytes."""
        return self._of_files

    def seal(self, content: bytes, about: str) -> bytes:
        """Encrypt `content`, bound to what it is `about` ("case:<id>"): moved elsewhere, it can't be opened."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, content, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Decrypt what was sealed about the same.

        Raises:
            TamperedError: when a bit of it was changed, it belongs elsewhere, or the key is another one.
        """
        try:
            return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise TamperedError from None

    def mark(self, word: str) -> bytes:
        """A keyed hash of a word, the same for every way of writing it: found by equality, read by nobody."""
        return hmac.digest(self._marking, plain(word).encode(), sha256)[:_MARK_BYTES]

    def chained(self, before: bytes, event: bytes) -> bytes:
        """The hash that ties an event of the audit trail to the hash of the one before; 32 bytes."""
        return hmac.digest(self._chaining, before + event, sha256)


def plain(text: str) -> str:
    """A text without case and accents: "González" and "GONZALEZ" are one name."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _derived(key: bytes, use: str) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=KEY_BYTES, info=f"counter {use}".encode()).derive(key)
