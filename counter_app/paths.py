"""Every path the program uses, and where its resources are."""

import sys
from functools import cache
from pathlib import Path

APP_NAME = "counter-app"


@cache
def _resources_folder() -> Path:
    """The resources of a frozen build, of an installed wheel, or of a checkout: whichever is there."""
    package = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", package))
    for folder in (frozen / "resources", package / "resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the program's resources are missing: install it again")


def resource(*parts: str) -> Path:
    """Where a file of `resources/` lies, named by its parts: `resource("icons", "check.svg")`."""
    return _resources_folder().joinpath(*parts)


def settings_file() -> Path:
    """The settings file in the platform's configuration folder. It may not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415  kept out of the way of the first paint

    return user_config_path(APP_NAME, appauthor=False) / "settings.toml"


def data_folder() -> Path:
    """Where the cases are kept when settings name no other place. It may not exist."""
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path(APP_NAME, appauthor=False)


def log_folder() -> Path:
    """The platform's place for logs. It may not exist."""
    from platformdirs import user_log_path  # noqa: PLC0415

    return user_log_path(APP_NAME, appauthor=False)
