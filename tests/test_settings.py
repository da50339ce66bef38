"""Settings are read strictly: what can't be used is an error that names it."""

from pathlib import Path

import pytest

from counter_app import paths
from counter_app.settings import LANGUAGES, Profile, SettingsError, is_loopback, read

WHOLE = {
    "COUNTER_BASE_URL": "https://sandbox.osigu.com",
    "COUNTER_CLIENT_ID": "counter-1",
    "COUNTER_CLIENT_SECRET": "secret",
    "COUNTER_PROVIDER_SLUG": "pharmacy",
    "COUNTER_SPONSORS": "one,two",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def refusal(environment: dict[str, str], file: Path) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(environment, file)
    assert caught.value.__cause__ is None
    return caught.value


def test_the_environment_alone_is_enough(file):
    profile = read(WHOLE, file)
    assert profile.missing == ()
    assert profile.sponsors == ("one", "two")
    assert (profile.base_url, profile.client_id) == ("https://sandbox.osigu.com", "counter-1")
    assert (profile.client_secret, profile.provider_slug) == ("secret", "pharmacy")
    assert profile.data_dir == paths.data_folder()
    assert not profile.demo


def test_a_file_that_is_not_there_is_no_error_and_what_is_missing_is_named(file):
    assert read({}, file).missing == tuple(WHOLE)


def test_every_setting_but_the_secrets_may_stand_in_the_file(file, tmp_path):
    file.write_text(
        'base_url = "https://api.osigu.com/"\nclient_id = " counter-2 "\nprovider_slug = "clinic"\n'
        f'sponsors = ["one", " two ", "", "one"]\ndata_dir = {str(tmp_path / "cases")!r}\nlanguage = "pt_br"\n'
    )
    profile = read({}, file)
    assert (profile.base_url, profile.client_id) == ("https://api.osigu.com", "counter-2")
    assert profile.sponsors == ("one", "two")
    assert profile.data_dir == tmp_path / "cases"
    assert profile.language == "pt-BR"
    assert profile.missing == ("COUNTER_CLIENT_SECRET",)


def test_a_file_saved_by_an_editor_that_marks_its_encoding_is_read(file):
    file.write_bytes(b'\xef\xbb\xbfclient_id = "counter-2"\n')
    assert read({}, file).client_id == "counter-2"


def test_the_environment_wins_over_the_file(file):
    file.write_text('client_id = "of the file"\nlanguage = "es"\n')
    profile = read({"COUNTER_CLIENT_ID": "of the environment"}, file)
    assert (profile.client_id, profile.language) == ("of the environment", "es")


def test_an_empty_variable_counts_as_not_set(file):
    file.write_text('client_id = "of the file"\n')
    assert read({"COUNTER_CLIENT_ID": "", "COUNTER_BASE_URL": "  "}, file).client_id == "of the file"


def test_variables_of_other_programs_are_left_alone(file):
    assert read({"COUNTERPOINT": "x", "COUNTER_": "x", "PATH": "/bin"}, file) == read({}, file)


def test_the_platforms_own_file_is_read_when_none_is_named(monkeypatch, file):
    file.write_text('client_id = "of the platform"\n')
    monkeypatch.setattr(paths, "settings_file", lambda: file)
    assert read({}).client_id == "of the platform"


def test_a_setting_that_nobody_knows_is_refused_by_its_name(file):
    file.write_text('clientid = "x"\n')
    error = refusal({}, file)
    assert error.names == ("clientid",)
    assert "“clientid”" in str(error)


@pytest.mark.parametrize("name", ["client_secret", "passphrase"])
def test_a_secret_in_the_file_is_refused_and_not_repeated(file, name):
    file.write_text(f'{name} = "hunter2"\n')
    error = refusal({}, file)
    assert error.names == (name,)
    assert f"COUNTER_{name.upper()}" in str(error)
    assert "hunter2" not in str(error)


@pytest.mark.parametrize("content", [b"client_id = ", b"\xff\xfe\x00", b"a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_refused_by_its_place(file, content):
    file.write_bytes(content)
    assert str(file) in str(refusal({}, file))


def test_a_folder_in_the_files_place_is_refused(file):
    file.mkdir()
    assert str(file) in str(refusal({}, file))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("client_id = 5", "client_id"),
        ("base_url = true", "base_url"),
        ('sponsors = ["a", 5]', "sponsors"),
        ("sponsors = 5", "sponsors"),
        ("data_dir = 5", "data_dir"),
        ("language = 5", "language"),
    ],
)
def test_a_value_of_the_wrong_sort_is_refused_by_its_name(file, line, name):
    file.write_text(line)
    error = refusal({}, file)
    assert error.names == (name,)
    assert name in str(error)


@pytest.mark.parametrize("folder", ["", "  ", "~nobody-of-this-name/cases"])
def test_a_folder_that_is_no_place_is_refused(file, folder):
    file.write_text(f'data_dir = "{folder}"')
    assert refusal({}, file).names == ("data_dir",)


def test_a_folder_may_be_named_from_home(file, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert read({"COUNTER_DATA_DIR": "~/cases"}, file).data_dir == tmp_path / "cases"


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_calls_and_retention_have_numbers_of_their_own_when_none_are_set(file):
    profile = read({}, file)
    assert (profile.calls_per_minute, profile.retention_days) == (50, 90)


def test_a_number_may_stand_in_the_file_or_in_the_environment(file):
    file.write_text("calls_per_minute = 120\nretention_days = 30\n")
    profile = read({"COUNTER_RETENTION_DAYS": " 365 "}, file)
    assert (profile.calls_per_minute, profile.retention_days) == (120, 365)


@pytest.mark.parametrize(("name", "most"), [("calls_per_minute", 6000), ("retention_days", 3650)])
def test_the_least_and_the_most_of_a_number_are_taken_and_no_step_further(file, name, most):
    variable = f"COUNTER_{name.upper()}"
    assert getattr(read({variable: "1"}, file), name) == 1
    assert getattr(read({variable: str(most)}, file), name) == most
    for beyond in ("0", str(most + 1)):
        error = refusal({variable: beyond}, file)
        assert str(error) == f"{variable} must be a whole number from 1 to {most}."
        assert error.names == (name,)


@pytest.mark.parametrize("written", ["fifty", "5.0", "-5", "+5", "5e1", "5_0", "٥", "0x32", "9" * 5000, "true"])
@pytest.mark.parametrize("name", ["calls_per_minute", "retention_days"])
def test_a_variable_that_is_no_whole_number_is_refused_by_its_name(file, name, written):
    error = refusal({f"COUNTER_{name.upper()}": written}, file)
    assert error.names == (name,)
    assert f"COUNTER_{name.upper()}" in str(error)


@pytest.mark.parametrize("written", ['"50"', "50.0", "true", "[50]", "0", "-1", "99999"])
@pytest.mark.parametrize("name", ["calls_per_minute", "retention_days"])
def test_a_number_in_the_file_is_a_whole_number_and_nothing_that_looks_like_one(file, name, written):
    file.write_text(f"{name} = {written}\n")
    assert refusal({}, file).names == (name,)


# --- where OSIGU is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080", "https://sandbox.osigu.com/v2"],
)
def test_an_address_over_https_or_on_this_computer_is_taken(file, address):
    assert read({"COUNTER_BASE_URL": f" {address}/ "}, file).base_url == address


@pytest.mark.parametrize(
    "address",
    [
        "http://sandbox.osigu.com",
        "http://127.0.0.1.example.org",
        "http://192.168.1.10",
        "ftp://sandbox.osigu.com",
        "sandbox.osigu.com",
        "https://user:word@sandbox.osigu.com",
        "https://user@sandbox.osigu.com",
        "https://sandbox.osigu.com?a=b",
        "https://sandbox.osigu.com#a",
        "https://sandbox.osigu.com:99999",
        "https://[::1",
    ],
)
def test_any_other_address_is_refused_and_not_repeated(file, address):
    error = refusal({"COUNTER_BASE_URL": address}, file)
    assert error.names == ("base_url",)
    assert address not in str(error)


def test_an_address_without_a_host_is_refused(file):
    assert refusal({"COUNTER_BASE_URL": "https://"}, file).names == ("base_url",)


@pytest.mark.parametrize(("host", "here"), [("localhost", True), ("127.9.9.9", True), ("::1", True), ("", False)])
def test_loopback_is_this_computer(host, here):
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("https://sandbox.osigu.com", "SANDBOX"),
        ("http://127.0.0.1:8080", "SANDBOX"),
        ("https://api.osigu.com", "PRODUCTION"),
        ("https://osigu.example.org", "PRODUCTION"),
        ("", "PRODUCTION"),
    ],
)
def test_an_address_that_nobody_knows_is_treated_with_the_care_of_the_real_one(address, environment):
    assert Profile(base_url=address).environment == environment
    assert Profile(base_url=address, demo=True).environment == "DEMO"


# --- which language -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "language"),
    [("en", "en"), ("ES", "es"), ("pt-BR", "pt-BR"), ("pt_BR", "pt-BR"), ("PT-br", "pt-BR"), (" es ", "es")],
)
def test_a_language_is_known_however_it_is_spelled(file, written, language):
    assert read({"COUNTER_LANGUAGE": written}, file).language == language


@pytest.mark.parametrize("written", ["pt", "fr", "en-GB", "english"])
def test_a_language_that_the_window_does_not_speak_is_refused(file, written):
    error = refusal({"COUNTER_LANGUAGE": written}, file)
    assert error.names == ("language",)
    assert all(each in str(error) for each in LANGUAGES)


def test_a_profile_prints_no_secret():
    printed = repr(Profile(client_secret="hunter2", passphrase="hunter3"))
    assert "hunter" not in printed
