from collections.abc import Iterator

import pytest
from sandbox_caller import Caller

from counter_app.sandbox.running import RunningSandbox


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def caller(sandbox: RunningSandbox) -> Iterator[Caller]:
    with Caller(sandbox) as caller:
        yield caller.signed_in()
