"""A counter whose power is cut while a call is under way: run as a program, with the address and the folder."""

import asyncio
import sys
from pathlib import Path

from counter_app.case import Operation
from counter_app.operations.book import OPERATIONS
from counter_app.operations.performing import perform
from counter_app.operations.services import open_services
from counter_app.sandbox import defaults
from counter_app.settings import Profile


async def work(base_url: str, folder: Path, passphrase: str, operation: Operation) -> None:
    profile = Profile(
        base_url=base_url,
        client_id=defaults.CLIENT_ID,
        client_secret=defaults.CLIENT_SECRET,
        provider_slug=defaults.PROVIDER_SLUG,
        data_dir=folder,
        passphrase=passphrase,
    )
    async with open_services(profile) as services:
        (case,) = services.journal.cases()
        await perform(services, operation, OPERATIONS[operation], case)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], Path(sys.argv[2]), sys.argv[3], Operation(sys.argv[4])))
