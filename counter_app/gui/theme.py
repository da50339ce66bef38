"""The look of the window: colours by role, fonts by role, icons, and light or dark at any moment.

    Theme.apply(app, "system")          # once, before the first window; again to change
    theme.color("accent")               # as the role is now
    theme.set_role(label, "title")      # a label's type; or a container's ground: "sidebar", "card" ...
    theme.set_tone(label, "bad")        # its colour
    theme.changes().scheme_changed.connect(self._on_scheme_changed)

Widgets styled by the sheet follow by themselves; those that paint ask for colours while they paint.
"""

from functools import lru_cache

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from counter_app.gui import icons, style
from counter_app.gui.widgets.focus_ring import FocusFollower

SYSTEM, LIGHT, DARK = "system", "light", "dark"
_SYSTEM_SCHEMES = {
    SYSTEM: Qt.ColorScheme.Unknown,
    LIGHT: Qt.ColorScheme.Light,
    DARK: Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """The look in force. There is one: `Theme.current()`."""

    scheme_changed = Signal(str)
    """The scheme is now `light` or `dark`; palette and sheet are already in place."""

    _one: "Theme | None" = None

    def __init__(self) -> None:
        super().__init__()
        self._wanted = SYSTEM
        self._scheme = LIGHT
        self._app: QApplication | None = None
        self._follower: FocusFollower | None = None

    @classmethod
    def current(cls) -> "Theme":
        """The look in force; light until `apply` was called."""
        if cls._one is None or not isValid(cls._one):  # it ends with the application that wore it
            cls._one = cls()
        return cls._one

    @classmethod
    def apply(cls, app: QApplication, scheme: str = SYSTEM) -> "Theme":
        """Dress the application, in `system`, `light` or `dark`; may be called again to change."""
        one = cls.current()
        one.wear(app, scheme)
        return one

    def wear(self, app: QApplication, scheme: str) -> None:
        """Dress the application in a scheme; what `apply` does."""
        self._wanted = scheme
        if self._app is not app:
            self._dress(app)
        # Title bars and file dialogs of the system follow as well, where it can.
        app.styleHints().setColorScheme(_SYSTEM_SCHEMES[scheme])
        self._show(self._scheme_now())

    @property
    def scheme(self) -> str:
        """`light` or `dark`, as shown now."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        """Whether the dark look is in force."""
        return self._scheme == DARK

    def _dress(self, app: QApplication) -> None:
        self._app = app
        self.setParent(app)
        app.setStyle(style.CounterStyle())
        app.setFont(font("body"))
        app.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)
        self._follower = FocusFollower(app)

    def _scheme_now(self) -> str:
        if self._wanted != SYSTEM:
            return self._wanted
        if self._app is None:
            return LIGHT
        # Bare X11 and the offscreen platform answer Unknown: that is light.
        return DARK if self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT

    def _on_system_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._show(self._scheme_now())

    def _show(self, scheme: str) -> None:
        if self._app is None or (scheme == self._scheme and self._app.styleSheet()):
            return
        self._scheme = scheme
        self._app.setPalette(style.palette(scheme))
        self._app.setStyleSheet(style.sheet(scheme))
        self.scheme_changed.emit(scheme)


def changes() -> Theme:
    """The object that says `scheme_changed`."""
    return Theme.current()


def color(role: str) -> QColor:
    """A role's colour as it is now."""
    return QColor(_hex(role))


def _hex(role: str) -> str:
    return style.roles()[Theme.current().scheme][role]


@lru_cache(maxsize=64)
def _font(role: str) -> QFont:
    points, weight = style.TYPE[role]
    made = QFont(list(style.CODE_FAMILIES if role in style.CODES else style.FAMILIES))
    made.setPointSize(points)
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)  # numbers line up in tables and do not dance in countdowns
    return made


def font(role: str) -> QFont:
    """The font of a kind of text: `display`, `title`, `section`, `body`, `strong`, `code`, `otp` ..."""
    return QFont(_font(role))


def icon(name: str, role: str = "text", size: int = 18) -> QIcon:
    """An icon in a role's colour as it is now; ask again when the scheme has changed."""
    return icons.icon(name, _hex(role), _hex("disabled"), size)


def image(name: str, role: str = "text", size: int = 18, ratio: float = 1.0) -> QImage:
    """An icon as an image for a pixel ratio."""
    return icons.drawn(name, _hex(role), size, ratio)


def pixmap(name: str, role: str = "text", size: int = 18, ratio: float = 1.0) -> QPixmap:
    """An icon as a pixmap for a pixel ratio."""
    return QPixmap.fromImage(image(name, role, size, ratio))


def paint_icon(painter: QPainter, name: str, role: str, corner: QPointF, size: int = 18) -> None:
    """Paint an icon with its top left corner at a place, sharp on the painter's screen."""
    device = painter.device()
    ratio = device.devicePixelRatio() if device is not None else 1.0
    painter.drawImage(corner, image(name, role, size, ratio))


def set_role(widget: QWidget, role: str) -> None:
    """Give a label its kind of text, or a container its ground, as the style sheet knows them."""
    _set(widget, "role", role)


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a label or a card its tone: `ok`, `warn`, `bad`, `info`, `text2` ...; empty takes it away."""
    _set(widget, "tone", tone)


def set_invalid(widget: QWidget, invalid: str) -> None:
    """Mark a field with the 2 px edge of a mistake; empty takes it away."""
    _set(widget, "invalid", invalid)


def _set(widget: QWidget, name: str, value: str) -> None:
    if (widget.property(name) or "") == value:
        return
    widget.setProperty(name, value)
    if type(widget) is QWidget:
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Make the sheet look at a widget again after a property that it selects by has changed."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # the sheet has not looked yet, and will when the widget is shown
    look = widget.style()
    look.unpolish(widget)
    look.polish(widget)
    widget.updateGeometry()
    widget.update()
