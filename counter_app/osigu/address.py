"""Where OSIGU is: the base address, checked, and the paths under it."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import httpx

from counter_app.models import OpaqueId
from counter_app.osigu.errors import Failure, Kind, OsiguError


def checked(base_url: str) -> httpx.URL:
    """The base address as a URL that the bearer token may be sent to.

    Raises:
        OsiguError: with `Kind.SETTINGS` when it is no http(s) address, holds a user, a query or a fragment, or would
            send the token and patients' data unencrypted over a network.
    """
    try:
        url = httpx.URL(base_url.strip())
    except httpx.InvalidURL:
        raise _unusable("invalid", "OSIGU's address in the settings is not a web address.") from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise _unusable("invalid", "OSIGU's address in the settings is not a plain https:// address.")
    if url.scheme == "http" and not is_loopback(url):
        raise _unusable("insecure", "OSIGU's address must begin with https://, except on this computer itself.")
    return url


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is this computer itself."""
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: what must be the same for a token to go there (httpx drops a scheme's usual port)."""
    return url.scheme, url.host, url.port


def path_of(template: str, names: Mapping[str, OpaqueId], query: Mapping[str, str]) -> str:
    """A path with its names filled in and its query; every value is quoted whole, a slash in an id included.

    Raises:
        OsiguError: with `Kind.INVALID` when a name is empty; nothing was sent then.
    """
    missing = [key for key, value in names.items() if value == ""]
    if missing:
        raise OsiguError(Failure(kind=Kind.INVALID, fields=dict.fromkeys(missing, "missing")))
    path = template.format(**{key: _segment(value) for key, value in names.items()})
    asked = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(asked, errors='replace', quote_via=quote)}" if asked else path


def _segment(value: OpaqueId) -> str:
    quoted = quote(str(value), safe="", errors="replace")
    # Quoting leaves dots alone, and a segment of nothing but dots would climb the path.
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def _unusable(why: str, message: str) -> OsiguError:
    return OsiguError(Failure(kind=Kind.SETTINGS, message=message, fields={"base_url": why}))
