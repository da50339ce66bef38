"""The look as Qt takes it: a palette, one style sheet, and the few measures that neither can say."""

import tomllib
from collections.abc import Mapping
from functools import cache
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

from counter_app.paths import resource

FAMILIES = (
    "Inter",
    "Segoe UI Variable Text",
    "Segoe UI",
    "SF Pro Text",
    "Noto Sans",
    "Ubuntu",
    "Roboto",
    "DejaVu Sans",
)
CODE_FAMILIES = ("Cascadia Mono", "SF Mono", "Menlo", "Consolas", "Noto Sans Mono", "DejaVu Sans Mono")

# The size in points and the weight of each kind of text.
TYPE: Mapping[str, tuple[int, int]] = {
    "display": (22, 700),
    "title": (17, 700),
    "section": (13, 700),
    "body": (11, 400),
    "secondary": (11, 400),
    "medium": (11, 500),
    "strong": (11, 600),
    "label": (10, 600),
    "caption": (10, 400),
    "captionStrong": (10, 600),
    "group": (9, 600),
    "key": (9, 500),
    "tag": (9, 700),
    "code": (24, 600),
    "otp": (20, 600),
    "reference": (9, 400),
    "codeStrong": (12, 600),
}
CODES = frozenset({"code", "reference", "codeStrong"})

_METRICS = {
    # QWizard reckons its spare rows from margin minus spacing: equal values make them nothing.
    QStyle.PixelMetric.PM_LayoutLeftMargin: 8,
    QStyle.PixelMetric.PM_LayoutTopMargin: 8,
    QStyle.PixelMetric.PM_LayoutRightMargin: 8,
    QStyle.PixelMetric.PM_LayoutBottomMargin: 8,
    QStyle.PixelMetric.PM_LayoutHorizontalSpacing: 8,
    QStyle.PixelMetric.PM_LayoutVerticalSpacing: 8,
    # The ring stands just outside the 1 px that buttons keep around themselves.
    QStyle.PixelMetric.PM_FocusFrameHMargin: 3,
    QStyle.PixelMetric.PM_FocusFrameVMargin: 3,
    QStyle.PixelMetric.PM_SmallIconSize: 18,
    QStyle.PixelMetric.PM_ButtonIconSize: 18,
}
_HINTS = {
    QStyle.StyleHint.SH_FocusFrame_AboveWidget: 0,
    QStyle.StyleHint.SH_FocusFrame_Mask: 0,
    QStyle.StyleHint.SH_EtchDisabledText: 0,
    QStyle.StyleHint.SH_DitherDisabledText: 0,
    QStyle.StyleHint.SH_ComboBox_Popup: 0,
    QStyle.StyleHint.SH_UnderlineShortcut: 0,
    QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick: 0,
}


class CounterStyle(QProxyStyle):
    """Fusion with the program's own measures."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        """The program's measure, or Fusion's."""
        own = _METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if own is None else own

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  Qt's own name
    ) -> int:
        """The program's habit, or Fusion's."""
        own = _HINTS.get(hint)
        return super().styleHint(hint, option, widget, returnData) if own is None else own


@cache
def roles() -> Mapping[str, Mapping[str, str]]:
    """The colour of each role, as `#RRGGBB`, for `light` and `dark`."""
    with resource("theme", "roles.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _template() -> Template:
    return Template(resource("theme", "counter.qss").read_text(encoding="utf-8"))


def sheet(scheme: str) -> str:
    """The application's style sheet in a scheme."""
    words = dict(roles()[scheme])
    words["scheme"] = scheme
    words["pictures"] = resource("theme").as_posix()
    words["codes"] = ", ".join(f'"{family}"' for family in CODE_FAMILIES)
    words["type"] = "\n".join(_type_rule(role) for role in TYPE)
    return _template().substitute(words)


def _type_rule(role: str) -> str:
    points, weight = TYPE[role]
    family = " font-family: " + ", ".join(f'"{name}"' for name in CODE_FAMILIES) + ";" if role in CODES else ""
    return f'*[role="{role}"] {{ font-size: {points}pt; font-weight: {weight};{family} }}'


def palette(scheme: str) -> QPalette:
    """The application's palette in a scheme."""
    colours = roles()[scheme]
    made = QPalette()
    for place, role in _PALETTE.items():
        made.setColor(place, QColor(colours[role]))
    for place in _TEXTS:
        made.setColor(QPalette.ColorGroup.Disabled, place, QColor(colours["disabled"]))
    made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, QColor(colours["disabledFill"]))
    return made


_PALETTE = {
    QPalette.ColorRole.Window: "surface",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "alt",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "onAccent",
    QPalette.ColorRole.ToolTipBase: "surface",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "onAccent",
    QPalette.ColorRole.Link: "accentText",
    QPalette.ColorRole.LinkVisited: "accentText",
    QPalette.ColorRole.Accent: "ring",
    QPalette.ColorRole.Light: "alt",
    QPalette.ColorRole.Midlight: "hover",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "line",
}
_TEXTS = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText)
