"""Who may call, and how often: credentials, tokens and OSIGU's limits."""

import base64
import binascii
import math
import secrets
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from counter_app.sandbox.clock import Clock
from counter_app.sandbox.refusal import Refusal

TOKENS_A_MINUTE: Final = 10
CALLS_A_MINUTE: Final = 50
_MINUTE = timedelta(minutes=1)
_GRANT = "client_credentials"


class Access:
    """Tokens are opaque and die after their life, or at once when revoked.

    Args:
        clock: the time.
        client_id: the one client's id.
        client_secret: its secret.
        token_life: seconds.
        limits: whether more than 10 tokens or 50 calls a minute are answered 429.
    """

    def __init__(self, clock: Clock, client_id: str, client_secret: str, token_life: float, *, limits: bool) -> None:
        self._clock = clock
        self._credentials = f"{client_id}:{client_secret}".encode()
        self._life = token_life
        self._limits = limits
        self._tokens: dict[str, datetime] = {}
        self._made: Mapping[str, tuple[deque[datetime], int]] = {
            "token": (deque(), TOKENS_A_MINUTE),
            "call": (deque(), CALLS_A_MINUTE),
        }

    def admit(self, operation: str) -> None:
        """Count a call against its limit.

        Raises:
            Refusal: 429 with `Retry-After` in seconds.
        """
        if not self._limits:
            return
        made, most = self._made["token" if operation == "token" else "call"]
        now = self._clock.now()
        while made and now - made[0] >= _MINUTE:
            made.popleft()
        if len(made) >= most:
            wait = math.ceil((made[0] + _MINUTE - now).total_seconds())
            raise Refusal(429, "TOO_MANY_REQUESTS", "Too many calls.", headers={"Retry-After": str(wait)})
        made.append(now)

    def issue(self, authorization: str, form: Mapping[str, str]) -> dict[str, object]:
        """A token for HTTP Basic credentials.

        Raises:
            Refusal: 401 for wrong credentials, 400 for another grant, both in the words of OAuth (RFC 6749, 5.2).
        """
        if not secrets.compare_digest(_decoded(authorization), self._credentials):
            raise _oauth_refusal(401, "invalid_client", "The client id or secret is wrong.")
        if form.keys() != {"grant_type"}:
            raise _oauth_refusal(400, "invalid_request", "The form must have grant_type and nothing else.")
        if form["grant_type"] != _GRANT:
            raise _oauth_refusal(400, "unsupported_grant_type", f"The grant must be {_GRANT}.")
        now = self._clock.now()
        self._tokens = {token: end for token, end in self._tokens.items() if end > now}
        token = secrets.token_urlsafe(32)
        self._tokens[token] = now + timedelta(seconds=self._life)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(self._life), "scope": "provider"}

    def check(self, authorization: str) -> None:
        """Accept a living bearer token.

        Raises:
            Refusal: 401.
        """
        scheme, _, token = authorization.partition(" ")
        end = self._tokens.get(token) if scheme.lower() == "bearer" else None
        if end is None or self._clock.now() >= end:
            raise Refusal(
                401,
                "UNAUTHORIZED",
                "The token is missing, unknown or has expired.",
                headers={"WWW-Authenticate": "Bearer"},
            )

    def revoke(self) -> None:
        """Forget every token issued so far; new ones are good."""
        self._tokens = {}


def _decoded(authorization: str) -> bytes:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _oauth_refusal(status: int, error: str, description: str) -> Refusal:
    also = {"error": error, "error_description": description}
    headers = {"WWW-Authenticate": 'Basic realm="osigu"'} if status == 401 else {}
    return Refusal(status, "", "", also=also, headers=headers)
