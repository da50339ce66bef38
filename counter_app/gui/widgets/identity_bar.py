"""Who is being served: always in sight, and the name is never cut."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.chip import Chip
from counter_app.gui.widgets.elided import ElidedLabel
from counter_app.gui.widgets.mark import Mark

HEIGHT = 64
_SPONSOR_AT_LEAST = 120
_GAP = 20
_COVER_ICONS = {"ok": "check", "warn": "triangle", "bad": "cross", "info": "info"}


class _Part(QWidget):
    """A caption over a value that assistive technology can read."""

    def __init__(self, caption: str, value: QLabel) -> None:
        super().__init__()
        self.caption, self.value = QLabel(caption), value
        theme.set_role(self.caption, "caption")
        theme.set_tone(self.caption, "text2")
        theme.set_role(value, "strong")
        value.setAccessibleDescription(caption)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 11, 0, 10)
        column.setSpacing(2)
        column.addWidget(self.caption)
        column.addWidget(value)


class IdentityBar(QFrame):
    """Name, document, sponsor, plan and cover. Short of room the sponsor gives way, then the chip, then the plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "bar")
        self.setObjectName("identityBar")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._cover = ("", "", "")
        self._nobody = QWidget()
        self._person = QWidget()
        self.name, self.document, self.sponsor, self.plan = QLabel(), QLabel(), ElidedLabel(), QLabel()
        self.chip = Chip("", "")
        self._name_parts()
        self._lay_out_nobody()
        self._lay_out_person()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._nobody)
        self._row.addWidget(self._person)
        self.set_gutter(32)
        self.show_nobody()

    def set_gutter(self, left: int, right: int | None = None) -> None:
        """Keep the bar's ends over the page's edges."""
        self._row.setContentsMargins(left, 0, left if right is None else right, 0)
        self._fit()

    def show_nobody(self) -> None:
        """No case, or nobody found yet. What was known of another patient goes."""
        for label in (self.name, self.document, self.sponsor, self.plan):
            label.clear()
        self._cover = ("", "", "")
        self._person.hide()
        self._nobody.show()
        self.setAccessibleName(self._nobody_words.text())

    def show_person(  # noqa: PLR0917  read aloud in the order shown
        self,
        name: str,
        document: str,
        sponsor: str,
        plan: str,
        cover_text: str,
        cover_tone: str,
        short_cover_text: str = "",
    ) -> None:
        """Show who is being served, and the cover in a long and a short form."""
        self.name.setText(name)
        self.document.setText(document)
        self.sponsor.setText(sponsor)
        self.plan.setText(plan)
        self._document_part.setVisible(bool(document))
        self._sponsor_part.setVisible(bool(sponsor))
        self._cover = (cover_text, cover_tone, short_cover_text or cover_text)
        self.chip.setVisible(bool(cover_text))
        self.setAccessibleName(", ".join(filter(None, (name, document, sponsor, plan, cover_text))))
        self._nobody.hide()
        self._person.show()
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The bar takes what the window gives it and never widens it."""
        return QSize(320, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give way in the order of the look."""
        super().resizeEvent(event)
        self._fit()

    def _name_parts(self) -> None:
        named = (
            (self.name, "identityName"),
            (self.document, "identityDocument"),
            (self.sponsor, "identitySponsor"),
            (self.plan, "identityPlan"),
            (self.chip.label, "identityCover"),
        )
        for label, name in named:
            label.setObjectName(name)
        theme.set_role(self.name, "section")
        self.name.setTextFormat(Qt.TextFormat.PlainText)

    def _lay_out_nobody(self) -> None:
        self._nobody_words = QLabel(self.tr("No patient chosen"))
        theme.set_role(self._nobody_words, "secondary")
        row = QHBoxLayout(self._nobody)
        row.setContentsMargins(2, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(Mark("person", "text2", 20))
        row.addWidget(self._nobody_words, 1)

    def _lay_out_person(self) -> None:
        self._document_part = _Part(self.tr("Document"), self.document)
        self._sponsor_part = _Part(self.tr("Sponsor"), self.sponsor)
        self._plan_part = _Part(self.tr("Plan"), self.plan)
        self._rule = QFrame()
        theme.set_role(self._rule, "ruleUpright")
        self._rule.setFixedHeight(40)
        row = QHBoxLayout(self._person)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.name)
        row.addWidget(self._rule)
        row.addWidget(self._document_part)
        row.addWidget(self._sponsor_part)
        row.addWidget(self._plan_part)
        row.addStretch(1)
        row.addWidget(self.chip)

    def _fit(self) -> None:
        if self._person.isHidden():
            return
        long, tone, short = self._cover
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        self._plan_part.setVisible(bool(self.plan.text()))
        self.name.setWordWrap(False)
        self.name.setMinimumWidth(0)
        self.name.setMaximumWidth(_UNLIMITED)
        self._say_cover(long, tone)
        if self._needed() > room:
            self._say_cover(short, tone)
        if self._needed() > room:
            self._plan_part.hide()
        if (lacking := self._needed() - room) > 0:
            # Rather two lines than a cut name.
            self.name.setWordWrap(True)
            self.name.setFixedWidth(max(_in_two_lines(self.name), _full(self.name) - lacking))

    def _needed(self) -> int:
        """The width that all parts need with the sponsor already cut."""
        sponsor = min(self.sponsor.sizeHint().width(), _SPONSOR_AT_LEAST)
        parts = [_full(self.name), 1, _full(self.document), sponsor]
        if not self._plan_part.isHidden():
            parts.append(_full(self.plan))
        if self._cover[0]:
            parts.append(self.chip.sizeHint().width())
        return sum(parts) + _GAP * len(parts)

    def _say_cover(self, words: str, tone: str) -> None:
        self.chip.say(_COVER_ICONS.get(tone, "info"), words, tone)
        self.chip.label.setToolTip(self._cover[0] if words != self._cover[0] else "")


_UNLIMITED = 16_777_215


def _full(label: QLabel) -> int:
    label.ensurePolished()
    return label.fontMetrics().horizontalAdvance(label.text()) + 1


def _in_two_lines(label: QLabel) -> int:
    """The least width in which a label's words stand in two lines."""
    words, metrics = label.text().split(), label.fontMetrics()
    halves = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words) + 1))
    return min((max(map(metrics.horizontalAdvance, pair)) for pair in halves), default=0) + 2
