"""The program's own icons, drawn from SVG in the colour and at the pixel ratio asked for."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from counter_app.paths import resource

# The ratios that Windows, macOS and the Linux desktops offer; a QIcon picks the nearest one.
_RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0, 3.0)
_SMALL = 18


@cache
def _drawing(name: str) -> str:
    """The SVG of an icon as it lies in the resources."""
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def tinted(name: str, colour: str, size: int) -> bytes:
    """An icon's SVG in a colour; a small icon gets a firmer stroke."""
    svg = _drawing(name).replace("currentColor", colour)
    if size <= _SMALL:
        svg = svg.replace('stroke-width="1.75"', 'stroke-width="2"')
    return svg.encode()


# Images are kept, not pixmaps: those may not outlive the application.
@lru_cache(maxsize=512)
def drawn(name: str, colour: str, size: int, ratio: float = 1.0) -> QImage:
    """An icon `size` logical pixels wide, sharp at a pixel ratio. Shared: not to be painted on."""
    pixels = max(1, round(size * ratio))
    image = QImage(pixels, pixels, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(tinted(name, colour, size))).render(painter)
    painter.end()
    image.setDevicePixelRatio(pixels / size)
    return image


def icon(name: str, colour: str, disabled: str, size: int) -> QIcon:
    """An icon for widgets that paint it themselves, with its look when disabled."""
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(QPixmap.fromImage(drawn(name, colour, size, ratio)), QIcon.Mode.Normal)
        made.addPixmap(QPixmap.fromImage(drawn(name, disabled, size, ratio)), QIcon.Mode.Disabled)
    return made
