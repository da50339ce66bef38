"""Whether OSIGU can be reached with these settings: the token, then each sponsor's form."""

from collections.abc import AsyncIterator

from counter_app.models import record
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import Failure, OsiguError
from counter_app.settings import Profile


@record
class Checked:
    """One step of the test: what was asked, and how it ended. `found` counts a sponsor's ways to search."""

    step: str
    found: int = 0
    failure: Failure | None = None


async def check(profile: Profile) -> AsyncIterator[Checked]:
    """Test the connection step by step; ends after the token where that fails, because nothing works without it.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the address can't be used at all.
    """
    async with OsiguClient(profile.base_url, profile.client_id, profile.client_secret, profile.provider_slug) as osigu:
        try:
            await osigu.warm()
            yield Checked(step="token")
        except OsiguError as error:
            yield Checked(step="token", failure=error.failure)
            return
        for sponsor in profile.sponsors:
            try:
                yield Checked(step=sponsor, found=len(await osigu.forms(sponsor)))
            except OsiguError as error:
                yield Checked(step=sponsor, failure=error.failure)
