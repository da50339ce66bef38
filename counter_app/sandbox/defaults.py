"""What the sandbox answers to unless it is started with something else."""

from typing import Final

CLIENT_ID: Final = "counter-demo"
CLIENT_SECRET: Final = "counter-demo-secret"  # noqa: S105  it opens nothing but a server on this computer
PROVIDER_SLUG: Final = "farmacia-demo"
SPONSORS: Final = ("sponsor-sandbox", "sponsor-async", "sponsor-otp", "sponsor-strict", "sponsor-review")

DECIDE_AFTER: Final = 30.0
"""Seconds that sponsor-async takes to decide; OSIGU's own sandbox takes about as long."""
TOKEN_LIFE: Final = 3600.0
"""Seconds a token is good for, as OSIGU documents it."""
DISPENSATION_LIFE: Final = 1800.0
"""Seconds after which a started dispensation times out by itself; OSIGU gives no figure."""
LARGEST_FILE: Final = 25 * 1024 * 1024
"""Bytes of the largest file accepted; OSIGU gives no figure."""
