"""A journal on a real file, and ways to reach into that file other than the program's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journal_file import fill

from counter_app.case import Case
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault

OpenStore = Callable[..., Store]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "counter"


@pytest.fixture
def vault() -> Vault:
    return Vault.made()


@pytest.fixture
def open_store(folder: Path, vault: Vault) -> Iterator[OpenStore]:
    opened: list[Store] = []

    def make(where: Path = folder) -> Store:
        opened.append(Store(where, vault, who="rosa"))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    return open_store()


@pytest.fixture
def filled(open_store: OpenStore) -> list[Case]:
    """A closed journal of 300 open cases, one of them with a draft."""
    store = open_store()
    cases = fill(store, 300)
    store.keep_draft(cases[5].case_id, {"note": "ñ"})
    store.close()
    return cases
