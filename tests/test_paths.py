"""Every path the program uses, in a checkout, a wheel and a frozen build."""

import sys
from pathlib import Path

import pytest

from counter_app import paths


@pytest.fixture(autouse=True)
def _anew():
    paths._resources_folder.cache_clear()
    yield
    paths._resources_folder.cache_clear()


def test_a_checkout_has_its_resources_beside_the_package():
    assert paths.resource("icons", "check.svg").is_file()
    assert paths.resource() == Path(paths.__file__).resolve().parents[1] / "resources"


def test_a_frozen_build_has_them_where_it_was_unpacked(monkeypatch, tmp_path):
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("theme") == tmp_path / "resources" / "theme"


def test_a_wheel_has_them_in_the_package(monkeypatch, tmp_path):
    (tmp_path / "counter_app" / "resources").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "counter_app" / "paths.py"))
    assert paths.resource("icons") == tmp_path / "counter_app" / "resources" / "icons"


def test_an_installation_without_them_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "counter_app" / "paths.py"))
    with pytest.raises(FileNotFoundError, match="install it again"):
        paths.resource("icons")


def test_settings_cases_and_logs_have_the_programs_own_folders():
    assert paths.settings_file().name == "settings.toml"
    for folder in (paths.settings_file().parent, paths.data_folder(), paths.log_folder()):
        assert paths.APP_NAME in folder.parts
