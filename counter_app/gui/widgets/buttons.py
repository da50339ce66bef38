"""Buttons that show the key they answer to."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from counter_app.gui import theme

_HEIGHTS = {"footer": 46, "sidebar": 46, "page": 38}
_EDGE, _RADIUS = 1, 6.0
_PAD, _QUIET_PAD, _ICON_PAD, _ICON_GAP = 15, 10, 11, 9
_CAP_HEIGHT, _CAP_PAD, _CAP_RIGHT, _CAP_GAP, _CAP_RADIUS = 20, 6, 8, 16, 4.0


@dataclass(frozen=True)
class _Look:
    """The roles that one kind of button is painted in."""

    fill: str
    hover: str
    edge: str
    text: str
    icon: str
    cap: str = "cap"
    cap_edge: str = "border"
    cap_text: str = "text2"
    font: str = "medium"


_LOOKS = {
    "primary": _Look(
        "accent",
        "accentHover",
        "",
        "onAccent",
        "onAccent",
        "capOnAccent",
        "capLineOnAccent",
        "onAccent",
        "strong",
    ),
    "secondary": _Look("surface", "hover", "line", "text", "text2"),
    "accent": _Look("surface", "hover", "line", "accentText", "accentText", font="strong"),
    "danger": _Look("surface", "badTint", "bad", "bad", "bad"),
    "quiet": _Look("", "accentTint", "", "accentText", "accentText"),
}
_DISABLED = _Look("disabledFill", "disabledFill", "border", "disabled", "disabled", "disabledFill", cap_text="disabled")
_DISABLED_QUIET = _Look("", "", "", "disabled", "disabled", "", cap_text="disabled")


class KeyButton(QPushButton):
    """A button with an icon at its left and, at its right edge, a cap naming its key.

    `key` is only the label on the cap; give `shortcut` as well to make the button answer to it.
    Kinds: `primary` (filled, one at a time), `secondary`, `accent` (outlined, text in the accent),
    `danger` and `quiet` (text only). Sizes: `footer`, `sidebar`, `page`.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "secondary",
        key: str | None = None,
        icon: str | None = None,
        parent: QWidget | None = None,
        *,
        size: str = "page",
        shortcut: QKeySequence | str | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._key, self._icon, self._reason = kind, key or "", icon or "", reason
        self._shortcut: QShortcut | None = None
        self._size = size
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if shortcut is not None:
            self.set_shortcut(shortcut)
        self._describe()

    @property
    def kind(self) -> str:
        """Which kind of button this is now."""
        return self._kind

    @property
    def key(self) -> str:
        """The label on the cap; empty when there is none."""
        return self._key

    def set_kind(self, kind: str) -> None:
        """Change the kind, for instance when another button becomes the next step."""
        if kind != self._kind:
            self._kind = kind
            self._changed()

    def set_key(self, label: str | None) -> None:
        """Change the label on the cap; none takes the cap away."""
        self._key = label or ""
        self._describe()
        self._changed()

    def set_icon(self, name: str | None) -> None:
        """Change the icon; none takes it away."""
        self._icon = name or ""
        self._changed()

    def set_reason(self, reason: str) -> None:
        """Say why the button is disabled, in its tooltip and to assistive technology."""
        self._reason = reason
        self._describe()

    def set_shortcut(self, keys: QKeySequence | str) -> None:
        """Make the button answer to keys anywhere in its window, while it is visible and enabled."""
        if self._shortcut is None:
            # QAbstractButton's own shortcut is lost at each setText, and QWizard sets texts itself.
            self._shortcut = QShortcut(self)
            self._shortcut.setAutoRepeat(False)
            self._shortcut.activated.connect(self.click)
            # Two cards with the same key on one page: Qt offers it to them in turn.
            self._shortcut.activatedAmbiguously.connect(self.click)
        self._shortcut.setKey(QKeySequence(keys))

    def sizeHint(self) -> QSize:
        """Room for icon, text and cap; never less than the text in its language needs."""
        return QSize(round(self._content_width()) + 2 * _EDGE, _HEIGHTS[self._size])

    def minimumSizeHint(self) -> QSize:
        """The size hint: a button is never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, but never one of the two irreversible steps.

        Those say Ctrl+Enter on their cap: a scanner's Enter must not reach them.
        """
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_enter and plain and not event.isAutoRepeat() and self.key != "Ctrl+Enter":
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the description true when the button is switched on or off."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            self._describe()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the hover at once."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, icon, text and cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = self._look()
        seen = QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        _box(painter, seen, _RADIUS, look.hover if self._is_hot() else look.fill, look.edge)
        left = seen.left() + self._pad()
        if self._icon:
            corner = QPointF(seen.left() + _ICON_PAD, seen.center().y() - 9)
            theme.paint_icon(painter, self._icon, look.icon, corner)
            left = seen.left() + _ICON_PAD + 18 + _ICON_GAP
        right = seen.right() - self._pad()
        if self._key:
            right = self._paint_cap(painter, seen, look) - _CAP_GAP / 2
        painter.setFont(theme.font(look.font))
        painter.setPen(theme.color(look.text))
        place = Qt.AlignmentFlag.AlignVCenter | self._text_side()
        painter.drawText(QRectF(left, seen.top(), right - left, seen.height()), place, self.text())
        painter.end()

    def _paint_cap(self, painter: QPainter, seen: QRectF, look: _Look) -> float:
        width = self._cap_width(look)
        cap = QRectF(seen.right() - _CAP_RIGHT - width, seen.center().y() - _CAP_HEIGHT / 2, width, _CAP_HEIGHT)
        _box(painter, cap, _CAP_RADIUS, look.cap, look.cap_edge)
        painter.setFont(_cap_font(look))
        painter.setPen(theme.color(look.cap_text))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        return cap.left()

    def _text_side(self) -> Qt.AlignmentFlag:
        return Qt.AlignmentFlag.AlignLeft if self._key or self._icon else Qt.AlignmentFlag.AlignHCenter

    def _look(self) -> _Look:
        look = _LOOKS[self._kind]
        if self.isEnabled():
            return look
        return replace(_DISABLED_QUIET if self._kind == "quiet" else _DISABLED, font=look.font)

    def _is_hot(self) -> bool:
        return self.isEnabled() and (self.underMouse() or self.isDown())

    def _pad(self) -> int:
        return _QUIET_PAD if self._kind == "quiet" else _PAD

    def _content_width(self) -> float:
        look = _LOOKS[self._kind]
        words = QFontMetricsF(theme.font(look.font)).horizontalAdvance(self.text())
        left = _ICON_PAD + 18 + _ICON_GAP if self._icon else self._pad()
        right = _CAP_GAP + self._cap_width(look) + _CAP_RIGHT if self._key else self._pad()
        return left + words + right + 1

    def _cap_width(self, look: _Look) -> float:
        return float(round(QFontMetricsF(_cap_font(look)).horizontalAdvance(self._key))) + 2 * _CAP_PAD

    def _describe(self) -> None:
        reason = "" if self.isEnabled() else self._reason
        self.setToolTip(reason)
        self.setAccessibleDescription(reason or self._key)

    def _changed(self) -> None:
        self.updateGeometry()
        self.update()


def _cap_font(look: _Look) -> QFont:
    return theme.font("group" if look.font == "strong" else "key")


def _box(painter: QPainter, rect: QRectF, radius: float, fill: str, edge: str) -> None:
    """A rounded box, its 1 px edge inside the rectangle."""
    if fill:
        painter.setBrush(theme.color(fill))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if edge:
        painter.setPen(QPen(theme.color(edge), 1))
        rect, radius = rect.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    if fill or edge:
        painter.drawRoundedRect(rect, radius, radius)
