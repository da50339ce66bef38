"""Where the data key comes from: the system's key ring, or a passphrase of the counter's.

`vault.json` says which, and holds what is needed to find the key again. The key itself is never in it: only, where a
passphrase is used, the key wrapped with another one that scrypt (RFC 7914) makes from the passphrase.
"""

import json
import os
import sqlite3
import unicodedata
from base64 import b64decode, b64encode
from contextlib import closing
from enum import Enum, auto
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter

from counter_app.journal.durable import refusals, written_whole
from counter_app.journal.errors import JournalError, VaultLockedError
from counter_app.journal.ring import AskedRing, Ring, RingError, system_ring
from counter_app.journal.vault import KEY_BYTES, TamperedError, Vault

FILE = "vault.json"
_JOURNAL = "journal.sqlite3"
SERVICE = "counter-app"
# OWASP's password storage cheat sheet: N=2^16, r=8, p=2 is as strong as N=2^17, r=8, p=1, in 64 MB instead of 128.
COST = 2**16
_BLOCK, _LANES = 8, 2
_DEAREST = 2**18  # scrypt's N in a file that is still tried: 256 MB, so a changed file can't take all memory
_VERSION = 1
_NONCE_BYTES = 12
_SALT_BYTES = 16
_SALT_TEXT = 24  # the same in Base64
_WRAPPED_TEXT = 80  # 60 bytes in Base64: nonce, key and tag


class _Asked(Enum):
    """Which ring is meant where none is given."""

    SYSTEM = auto()


RingOrNone = Ring | None | Literal[_Asked.SYSTEM]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, strict=True)


class _InRing(_Part):
    """The key lies in the key ring under the vault's id; `check` tells whether it is the right one."""

    version: Literal[1] = 1
    vault: str = Field(pattern=r"^[0-9a-f]{32}$")
    ring: Literal[True] = True
    check: Base64Bytes


class _Cost(_Part):
    n: int = Field(ge=2, le=_DEAREST)
    r: int = Field(ge=1, le=_BLOCK)
    p: int = Field(ge=1, le=4)
    salt: Base64Bytes = Field(min_length=_SALT_TEXT, max_length=_SALT_TEXT)


class _Wrapped(_Part):
    """The key, wrapped with one made from the passphrase."""

    version: Literal[1] = 1
    vault: str = Field(pattern=r"^[0-9a-f]{32}$")
    scrypt: _Cost
    key: Base64Bytes = Field(min_length=_WRAPPED_TEXT, max_length=_WRAPPED_TEXT)


_known_vault: TypeAdapter[_InRing | _Wrapped] = TypeAdapter(_InRing | _Wrapped)


def open_vault(folder: Path, passphrase: str = "", *, ring: RingOrNone = _Asked.SYSTEM, cost: int = COST) -> Vault:
    """Open the vault of a folder; where there is none yet, one is made.

    It can take a minute: a ring may ask staff for its own password, and scrypt is slow on purpose.

    Args:
        folder: where the counter keeps its data; made where it is missing.
        passphrase: opens a vault that has one, or is chosen for a new vault where the system has no key ring. How long
            it must be is for whoever lets it be chosen: the window asks for eight characters, a manager who sets it in
            the environment decides alone.
        ring: the key ring; the system's own where not given, and None for none.
        cost: scrypt's N for a new vault. One that exists goes by its own.

    Raises:
        VaultLockedError: "new" when a passphrase has to be chosen, "known" when it has to be entered, "wrong" when it
            isn't the one.
        JournalError: "key_lost" or "newer" when the key can't be had, "full" or "read_only" when the disk refuses. No
            new key is made then: it would open none of the cases.
    """
    with refusals():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / FILE
    # One way of writing it: "é" is one character on one keyboard and two on another.
    passphrase = unicodedata.normalize("NFKC", passphrase).strip()
    known = _read(file)
    if known is None:
        if _is_sealed(folder):
            raise _lost(
                "The file vault.json, which leads to the key, is missing: put it back from a backup of this folder. "
                "To begin anew without the cases, move the folder away."
            )
        return _made(file, passphrase, ring, cost)
    if isinstance(known, _InRing):
        return _from_ring(known, ring)
    return _from_passphrase(known, passphrase)


def _read(file: Path) -> _InRing | _Wrapped | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError:
        raise _lost(
            "The file vault.json, which leads to the key, can't be read: check the rights of its folder."
        ) from None
    try:
        raw = json.loads(content)
        if isinstance(raw, dict) and isinstance(raw.get("version"), int) and raw["version"] > _VERSION:
            raise JournalError("The vault was made by a newer program: install that version on this computer.", "newer")
        return _known_vault.validate_json(content)
    except (ValueError, RecursionError):
        raise _damaged() from None


def _is_sealed(folder: Path) -> bool:
    """Whether the folder has a journal that is sealed for certain. The first program's was not: a new key is right."""
    try:
        with closing(sqlite3.connect(f"{(folder / _JOURNAL).absolute().as_uri()}?mode=ro", uri=True)) as journal:
            (version,) = journal.execute("SELECT max(version) FROM schema_version").fetchone()
    except sqlite3.Error:
        return False
    return isinstance(version, int) and version > 1


def _made(file: Path, passphrase: str, ring: RingOrNone, cost: int) -> Vault:
    key, vault = os.urandom(KEY_BYTES), os.urandom(16).hex()
    made = Vault(key)
    if _put(ring, vault, key):
        check = b64encode(made.seal(b"", _about(vault)))
        _write(file, _InRing(vault=vault, check=check))
        return made
    if not passphrase:
        raise VaultLockedError("Choose a passphrase for the cases of this counter.", "new")
    paid = _Cost(n=cost, r=_BLOCK, p=_LANES, salt=b64encode(os.urandom(_SALT_BYTES)))
    nonce = os.urandom(_NONCE_BYTES)
    wrapped = nonce + _wrapping(passphrase, paid).encrypt(nonce, key, _about(vault).encode())
    _write(file, _Wrapped(vault=vault, scrypt=paid, key=b64encode(wrapped)))
    return made


def _put(ring: RingOrNone, vault: str, key: bytes) -> bool:
    """Lay the key into the ring; False where there is none that keeps it."""
    try:
        found = system_ring() if ring is _Asked.SYSTEM else ring
        if found is None:
            return False
        AskedRing(found).put(SERVICE, vault, b64encode(key).decode())
    except RingError:
        return False
    return True


def _from_ring(known: _InRing, ring: RingOrNone) -> Vault:
    try:
        found = system_ring() if ring is _Asked.SYSTEM else ring
        secret = AskedRing(found).get(SERVICE, known.vault) if found is not None else None
    except RingError:
        found = secret = None
    if found is None:
        raise _lost(
            "The key ring of this computer, which holds the key to the cases, doesn't open: unlock it, then try again."
        )
    try:
        vault = Vault(b64decode(secret or "", validate=True))
        vault.open(known.check, _about(known.vault))
    except (ValueError, TamperedError):
        raise _lost(
            "The key to the cases is not in this user's key ring: start the program as the user who did before, "
            "or restore that key ring from its backup."
        ) from None
    return vault


def _from_passphrase(known: _Wrapped, passphrase: str) -> Vault:
    if not passphrase:
        raise VaultLockedError("Enter the passphrase of this counter.", "known")
    nonce, wrapped = known.key[:_NONCE_BYTES], known.key[_NONCE_BYTES:]
    try:
        return Vault(_wrapping(passphrase, known.scrypt).decrypt(nonce, wrapped, _about(known.vault).encode()))
    except InvalidTag:
        raise VaultLockedError("This is not the passphrase of this counter.", "wrong") from None
    except ValueError:
        raise _damaged() from None


def _wrapping(passphrase: str, paid: _Cost) -> AESGCM:
    """What wraps the data key.

    Raises:
        ValueError: when the cost is none that scrypt knows.
    """
    made = Scrypt(salt=paid.salt, length=KEY_BYTES, n=paid.n, r=paid.r, p=paid.p)
    # An environment variable can hold bytes that are no text; they count as they are.
    return AESGCM(made.derive(passphrase.encode("utf-8", "surrogatepass")))


def _write(file: Path, known: _InRing | _Wrapped) -> None:
    with written_whole(file) as opened, refusals():
        opened.write(known.model_dump_json(indent=1).encode())


def _about(vault: str) -> str:
    return f"vault:{vault}"


def _damaged() -> JournalError:
    return _lost("The file vault.json, which leads to the key, is damaged: put it back from a backup of this folder.")


def _lost(sentence: str) -> JournalError:
    return JournalError(sentence, "key_lost")
