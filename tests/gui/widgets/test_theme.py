import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from counter_app.gui import icons, style, theme
from counter_app.gui.theme import Theme
from counter_app.paths import resource

SCHEMES = ("light", "dark")
# Words and the grounds that they stand on somewhere in the window: WCAG 2.2 AA asks 4.5:1.
WORDS = [
    *(("text", ground) for ground in ("surface", "bg", "alt", "hover", "accentTint", "capCard")),
    *(("text", f"{tone}Tint") for tone in ("ok", "warn", "bad")),
    *(("text2", ground) for ground in ("surface", "bg", "alt", "hover", "accentTint", "cap", "capCard", "desk")),
    *(("text2", f"{tone}Tint") for tone in ("ok", "warn", "bad")),
    *(("text3", ground) for ground in ("surface", "bg", "alt", "accentTint")),
    *(("accentText", ground) for ground in ("surface", "bg", "alt", "accentTint", "warnTint", "badTint")),
    *((tone, ground) for tone in ("ok", "warn", "bad") for ground in ("surface", "bg", "alt", f"{tone}Tint")),
    ("bad", "accentTint"),
    ("ok", "accentTint"),
    *(("onAccent", ground) for ground in ("accent", "accentHover", "capOnAccent")),
    ("disabled", "disabledFill"),
    ("disabled", "surface"),
]
# Edges and shapes that say something: 3:1.
SHAPES = [
    *(("line", ground) for ground in ("surface", "bg", "alt")),
    *(("ring", ground) for ground in ("surface", "bg", "alt", "track")),
    *((tone, "surface") for tone in ("ok", "warn", "bad", "accentText")),
]


def luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_can_be_read_on_each_ground_that_they_meet(scheme: str, words: str, ground: str) -> None:
    roles = style.roles()[scheme]
    assert contrast(roles[words], roles[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_edges_and_shapes_can_be_told_from_their_ground(scheme: str, shape: str, ground: str) -> None:
    roles = style.roles()[scheme]
    assert contrast(roles[shape], roles[ground]) >= 3


def test_both_schemes_know_the_same_roles() -> None:
    assert style.roles()["light"].keys() == style.roles()["dark"].keys()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sheet_is_complete_and_its_pictures_are_there(scheme: str) -> None:
    sheet = style.sheet(scheme)
    assert "$" not in sheet
    pictures = re.findall(r'url\("([^"]+)"\)', sheet)
    assert pictures
    for picture in pictures:
        assert resource("theme", picture.rsplit("/", 1)[-1]).is_file()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sheets_own_pictures_have_the_colours_of_their_scheme(scheme: str) -> None:
    roles = style.roles()[scheme]
    for name, role in (("chevron", "text2"), ("chevron-disabled", "disabled"), ("check", "onAccent")):
        assert roles[role] in resource("theme", f"{name}-{scheme}.svg").read_text(encoding="utf-8")


def test_colours_change_with_the_scheme_and_everybody_is_told(qapp: QApplication, qtbot) -> None:
    light = theme.color("surface")
    with qtbot.waitSignal(theme.changes().scheme_changed) as told:
        Theme.apply(qapp, "dark")
    assert told.args == ["dark"]
    assert Theme.current().is_dark
    assert theme.color("surface") != light
    assert qapp.palette().window().color() == theme.color("surface")


def test_without_a_word_from_the_system_the_look_is_light(qapp: QApplication) -> None:
    Theme.apply(qapp, "dark")
    Theme.apply(qapp, "system")
    if qapp.styleHints().colorScheme() is not Qt.ColorScheme.Dark:
        assert Theme.current().scheme == "light"


def test_numbers_line_up_whatever_size_the_sheet_gives_a_label(shown) -> None:
    one, other = QLabel("1111"), QLabel("8888")
    for label in (one, other):
        theme.set_role(label, "strong")
    shown(one, other)
    assert one.fontMetrics().horizontalAdvance(one.text()) == other.fontMetrics().horizontalAdvance(other.text())


def test_a_role_gives_a_label_its_type_at_once_and_again(shown) -> None:
    label = QLabel("Locked")
    shown(label)
    theme.set_role(label, "display")
    assert label.font().pointSize() == 22
    theme.set_role(label, "caption")
    assert label.font().pointSize() == 10


def test_a_field_keeps_its_height_with_focus_and_with_a_mistake(shown) -> None:
    field = QLineEdit("RM 11-44")
    shown(field)
    height = field.height()
    field.setFocus()
    assert field.sizeHint().height() == height == 38
    theme.set_invalid(field, "yes")
    assert field.sizeHint().height() == height


@pytest.mark.parametrize("name", sorted(file.stem for file in resource("icons").glob("*.svg")))
def test_each_icon_is_drawn_in_the_colour_of_its_role(name: str) -> None:
    image = theme.image(name, "bad", 48)
    solid = [image.pixelColor(x, y) for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255]
    assert solid
    assert all(colour == theme.color("bad") for colour in solid)


def test_an_icon_follows_the_scheme(qapp: QApplication) -> None:
    before = theme.image("check", "text")
    Theme.apply(qapp, "dark")
    assert theme.image("check", "text") != before


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_icons_are_as_sharp_as_the_screen(ratio: float) -> None:
    image = theme.image("printer", "text", 20, ratio)
    assert image.width() == round(20 * ratio)
    assert image.deviceIndependentSize().width() == 20


def test_small_icons_get_a_firmer_stroke() -> None:
    assert b'stroke-width="2"' in icons.tinted("clock", "#000000", 18)
    assert b'stroke-width="1.75"' in icons.tinted("clock", "#000000", 22)


def test_a_list_icon_shows_when_it_is_disabled(shown) -> None:
    button = QPushButton()
    button.setIcon(theme.icon("trash"))
    shown(button)
    normal = button.icon().pixmap(18, 18).toImage()
    off = button.icon().pixmap(18, 18, mode=button.icon().Mode.Disabled).toImage()
    assert normal != off
