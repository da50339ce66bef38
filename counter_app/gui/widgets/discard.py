"""Taking widgets away so that their names are not found twice while Qt waits to delete them."""

from PySide6.QtWidgets import QLayout, QWidget


def discard(widget: QWidget) -> None:
    """Take a widget off the screen and out of every search by name, at once."""
    for named in [widget, *widget.findChildren(QWidget)]:
        named.setObjectName("")
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


def discard_all(layout: QLayout) -> None:
    """Empty a layout of its widgets."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            discard(widget)
