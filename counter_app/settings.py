"""The profile of this counter: where OSIGU is, who asks, which sponsors, which language.

Settings come from the settings file, then from the environment; later wins. Reading is strict: an unknown key, a
wrong value or a missing one is an error that names it. The client's secret is read from the environment alone,
because the settings file is not encrypted.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from counter_app import paths

LANGUAGES = ("en", "es", "pt-BR")
_PREFIX = "COUNTER_"
_PRODUCTION_HOST = "api.osigu.com"
_SANDBOX_HOST = "sandbox.osigu.com"
_SECRETS = ("client_secret", "passphrase")
_MOST_DIGITS = 9  # of a number in a variable; Python refuses to read thousands of them


class SettingsError(Exception):
    """Settings that the program can't work with. Its text is a sentence for staff; `names` are the settings meant."""

    def __init__(self, sentence: str, *names: str) -> None:
        super().__init__(sentence)
        self.names = names


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who this counter is towards OSIGU, and how it talks to staff."""

    base_url: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    provider_slug: str = ""
    sponsors: tuple[str, ...] = ()
    data_dir: Path = field(default_factory=paths.data_folder)
    language: str = ""
    passphrase: str = field(default="", repr=False)
    calls_per_minute: int = 50
    retention_days: int = 90
    demo: bool = False

    @property
    def environment(self) -> str:
        """DEMO, SANDBOX or PRODUCTION. An address that nobody knows is treated with the care of the real one."""
        if self.demo:
            return "DEMO"
        host = urlsplit(self.base_url).hostname or ""
        return "SANDBOX" if host == _SANDBOX_HOST or is_loopback(host) else "PRODUCTION"

    @property
    def missing(self) -> tuple[str, ...]:
        """The settings without which OSIGU can't be asked, by the names of their environment variables."""
        needed = ("base_url", "client_id", "client_secret", "provider_slug", "sponsors")
        return tuple(_PREFIX + name.upper() for name in needed if not getattr(self, name))


def is_loopback(host: str) -> bool:
    """Whether a host is this computer itself; only there may `http://` be used."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def read(environment: Mapping[str, str], file: Path | None = None) -> Profile:
    """Read the profile from the settings file and the environment.

    Args:
        environment: the variables, as `os.environ` has them; empty ones count as not set.
        file: the settings file; the platform's own when not given. It need not exist.

    Raises:
        SettingsError: for an unreadable file, an unknown key or a value that can't be used. What is merely missing
            is told by `Profile.missing`, because the window opens all the same and says so.
    """
    texts = _from_file(file or paths.settings_file()) | _from_environment(environment)
    values: dict[str, Any] = {name: _value(name, value) for name, value in texts.items()}
    return Profile(**values)


def _value(name: str, value: object) -> object:
    try:
        return _READERS[name](value)
    except TypeError:
        sentence = f"The setting “{name}” must be text."
    raise SettingsError(sentence, name)


def _from_file(file: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SettingsError(f"The settings file can't be read: {file}. Correct it or move it away.") from None
    for name in content:
        if name in _SECRETS:
            raise SettingsError(
                f"“{name}” may not stand in the settings file, which is not encrypted. "
                f"Set {_PREFIX}{name.upper()} in the environment instead.",
                name,
            )
        if name not in _READERS:
            raise SettingsError(f"The settings file has a setting that nobody knows: “{name}”.", name)
    return content


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    known = {_PREFIX + name.upper(): name for name in _READERS}
    texts = {known[key]: value for key, value in environment.items() if key in known and value.strip()}
    return {name: _whole(text) if name in _NUMBERS else text for name, text in texts.items()}


def _whole(text: str) -> int | str:
    """A variable's text as the whole number it spells; what spells none stays text, and is refused by its name."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS else text


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _base_url(value: object) -> str:
    address = _text(value).rstrip("/")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise SettingsError("The address in COUNTER_BASE_URL is not a web address.", "base_url") from None
    if parts.scheme not in ("https", "http") or not host:
        raise SettingsError("The address in COUNTER_BASE_URL must start with https:// and name a host.", "base_url")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError("The address in COUNTER_BASE_URL must hold nothing but host and path.", "base_url")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(
            "The address in COUNTER_BASE_URL must start with https://: "
            "without it, patient data would travel unprotected.",
            "base_url",
        )
    return address


def _sponsors(value: object) -> tuple[str, ...]:
    slugs = value if isinstance(value, list) else _text(value).split(",")
    return tuple(dict.fromkeys(slug for slug in (_text(each) for each in slugs) if slug))


def _folder(value: object) -> Path:
    folder = _text(value)
    try:
        if folder:
            return Path(folder).expanduser().absolute()
    except RuntimeError:  # a home of somebody who is not known here
        pass
    raise SettingsError("COUNTER_DATA_DIR must name a folder.", "data_dir")


def _language(value: object) -> str:
    language = _text(value).replace("_", "-")
    for known in LANGUAGES:
        if language.lower() == known.lower():
            return known
    raise SettingsError(f"COUNTER_LANGUAGE must be one of {', '.join(LANGUAGES)}.", "language")


def _number(name: str, least: int, most: int) -> Callable[[object], int]:
    def read_number(value: object) -> int:
        # True and False are whole numbers to Python.
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        sentence = f"{_PREFIX}{name.upper()} must be a whole number from {least} to {most}."
        raise SettingsError(sentence, name)

    return read_number


_NUMBERS = {
    "calls_per_minute": _number("calls_per_minute", 1, 6000),
    "retention_days": _number("retention_days", 1, 3650),
}
_READERS: Mapping[str, Callable[[object], object]] = {
    "base_url": _base_url,
    "client_id": _text,
    "client_secret": _text,
    "provider_slug": _text,
    "sponsors": _sponsors,
    "data_dir": _folder,
    "language": _language,
    "passphrase": _text,
    **_NUMBERS,
}
