"""A notice as each surface will show it: drawn live from what is typed, in the surface's own proportions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QTextDocument
from PySide6.QtWidgets import QSizePolicy, QWidget

from admin_app.parts_view import size
from shared.domain.notices.body import as_html, parse
from shared.i18n import text
from shared.ui.theme.tokens import colours


@dataclass(frozen=True)
class Surface:
    """In its own pixels; ``body`` is the size of its letters, ``whole``: it shows the text and not only the summary."""

    width: int
    height: int
    margin: int
    body: int
    whole: bool
    # The band above, with the hall's name.
    bar: int


SURFACES: Final = {
    "phone": Surface(390, 780, 24, 17, True, 56),
    "touch": Surface(1080, 1920, 72, 40, True, 160),
    "signage": Surface(1920, 1080, 110, 42, False, 120),
}


class Preview(QWidget):
    """Shows ``values`` of the editor; a picture that is not in ``pictures`` yet is a frame with its place.

    ``pictures``: small ones by their sum, as the bytes of a JPEG; whoever adds one says ``update``.
    """

    def __init__(self, name: str, language: str, pictures: Mapping[str, bytes]) -> None:
        super().__init__()
        self.setObjectName(name)
        self._language, self._pictures = language, pictures
        self._drawn: dict[str, QImage] = {}
        self._hall, self._values, self._surface = "", dict[str, Any](), "phone"
        self.setMinimumSize(size("text_body") * 17, size("text_body") * 18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def words(self) -> str:
        """What is to be read on it."""
        return self._document(SURFACES[self._surface]).toPlainText()

    def show_surface(self, surface: str) -> None:
        self._surface = surface
        self.update()

    def show_hall(self, name: str) -> None:
        self._hall = name
        self.update()

    def show_values(self, values: dict[str, Any]) -> None:
        self._values = values
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        surface, day = SURFACES[self._surface], colours("day")
        scale = min(self.width() / surface.width, self.height() / surface.height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate((self.width() - surface.width * scale) / 2, (self.height() - surface.height * scale) / 2)
        painter.scale(scale, scale)
        screen = QPainterPath()
        screen.addRoundedRect(QRectF(0, 0, surface.width, surface.height), surface.margin / 2, surface.margin / 2)
        painter.setClipPath(screen)
        painter.fillPath(screen, QColor(day["background"]))
        bar = QRectF(0, 0, surface.width, surface.bar)
        painter.fillRect(bar, QColor(day["primary" if self._surface != "phone" else "background"]))
        font = painter.font()
        font.setPixelSize(round(surface.body * 1.05))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(day["primary_text" if self._surface != "phone" else "primary"]))
        inside = bar.adjusted(surface.margin, 0, -surface.margin, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._hall)
        document = self._document(surface)
        painter.save()
        painter.translate(surface.margin, surface.bar + surface.margin / 2)
        document.drawContents(painter)
        painter.restore()
        painter.setClipping(False)
        painter.setPen(QPen(QColor(day["line_strong"]), 2 / scale))
        painter.drawPath(screen)
        painter.end()

    def _document(self, surface: Surface) -> QTextDocument:
        day, values, em = colours("day"), self._values, surface.body
        made = QTextDocument()
        made.setDocumentMargin(0)
        font = self.font()
        font.setPixelSize(em)
        made.setDefaultFont(font)
        made.setDefaultStyleSheet(
            f"body {{ color: {day['foreground']}; }}"
            f"h1 {{ font-size: {round(em * 1.5)}px; }} h2 {{ font-size: {round(em * 1.2)}px; }}"
            f"h3 {{ font-size: {em}px; }} a {{ color: {day['primary']}; }}"
            f".what {{ color: {day['muted']}; font-size: {round(em * 0.85)}px; }}"
            f".summary {{ color: {day['muted']}; }} li {{ margin-bottom: {em // 4}px; }}"
        )
        kind = text(f"notices.kind.{values.get('kind') or 'notice'}", self._language)
        parts = [f'<p class="what">{escape(kind)}</p><h1>{escape(str(values.get("title") or ""))}</h1>']
        if values.get("video"):
            parts.append(self._shown(made, str(values["video"]), "preview_video", surface))
        elif values.get("cover"):
            parts.append(self._shown(made, str(values["cover"]), "preview_cover", surface))
        if summary := str(values.get("summary") or ""):
            parts.append(f'<p class="summary">{escape(summary)}</p>')
        if surface.whole or not values.get("summary"):
            # A picture's address is a mark here; its frame is put in its place.
            body = as_html(parse(str(values.get("body") or "")), lambda media: media)
            parts.append(self._with_pictures(made, body, surface))
        made.setHtml(f"<body>{''.join(parts)}</body>")
        made.setTextWidth(surface.width - 2 * surface.margin)
        return made

    def _with_pictures(self, made: QTextDocument, body: str, surface: Surface) -> str:
        found = body.split('<figure><img src="')
        rest = [
            self._shown(made, part.partition('"')[0], "preview_picture", surface) + part.partition(">")[2]
            for part in found[1:]
        ]
        return "".join([found[0], *rest]).replace("</figure>", "").replace("<figcaption>", "<p class='what'>").replace(
            "</figcaption>", "</p>"
        )  # fmt: skip

    def _shown(self, made: QTextDocument, media: str, key: str, surface: Surface) -> str:
        """The picture itself, as wide as the text and no higher than a third of the screen; a film with its sign."""
        image = self._image(media)
        if image is None:
            return self._frame(key, surface)
        width, most = surface.width - 2 * surface.margin, surface.height // 3
        scale = min(width / image.width(), most / image.height())
        fitted = image.scaled(
            max(1, round(image.width() * scale)), max(1, round(image.height() * scale)),
            Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
        )  # fmt: skip
        if key == "preview_video":
            _play_sign(fitted)
        made.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"media:{media}"), fitted)
        return f'<p align="center"><img src="media:{media}"></p>'

    def _image(self, media: str) -> QImage | None:
        if media not in self._drawn and media in self._pictures:
            self._drawn[media] = QImage.fromData(self._pictures[media])
        found = self._drawn.get(media)
        return found if found is not None and not found.isNull() else None

    def _frame(self, key: str, surface: Surface) -> str:
        day, words = colours("day"), escape(text(f"notices.page.{key}", self._language))
        pad = round(surface.body * 2.5)
        return (
            f'<table width="100%" cellpadding="{pad}" bgcolor="{day["primary_soft"]}"><tr>'
            f'<td align="center"><font color="{day["primary"]}">{words}</font></td></tr></table>'
        )


def _play_sign(image: QImage) -> None:
    day, edge = colours("day"), min(image.width(), image.height()) / 4
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(day["primary"]))
    centre = QPointF(image.width() / 2, image.height() / 2)
    painter.drawEllipse(centre, edge, edge)
    sign = QPainterPath(centre + QPointF(-edge / 3, -edge / 2))
    sign.lineTo(centre + QPointF(-edge / 3, edge / 2))
    sign.lineTo(centre + QPointF(edge / 2, 0))
    painter.setBrush(QColor(day["primary_text"]))
    painter.drawPath(sign)
    painter.end()
