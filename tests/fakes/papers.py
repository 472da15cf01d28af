"""Somebody who booked, sent papers in advance, and has a ticket now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QBuffer, QIODevice, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter
from sqlalchemy import update

from server.features.booking.models import AppointmentRow
from shared.schemas.booking import Appointment, Booking, MaterialEdit
from shared.schemas.tickets import Identity, Ticket, TicketRequest
from tests.fakes.bookings import let_book
from tests.fakes.hall import RunningHall


def picture(width: int = 640, height: int = 900) -> bytes:
    """A PNG that looks like a photographed form."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#f4f1ea"))
    painter = QPainter(image)
    painter.setPen(QColor("#333333"))
    for line in range(10, height // 40):
        painter.drawLine(width // 10, line * 40, width * 9 // 10, line * 40)
    painter.drawRect(width // 10, 60, width // 4, 240)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def pdf(pages: int = 2) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QSizeF(210, 297), QPageSize.Unit.Millimeter))
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.drawText(600, 600, f"Page {page + 1}")
        painter.setPen(Qt.GlobalColor.darkGray)
        painter.drawRect(600, 900, 7000, 9000)
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def booked(hall: RunningHall, service_id: UUID, person: Identity, materials: list[MaterialEdit]) -> Appointment:
    """An appointment for a service with this checklist; its time has come."""
    let_book(hall, service_id, quantity=20)
    admin = hall.client("admin")
    admin.set_materials(service_id, materials)
    slot = admin.bookable_slots(service_id)[-1]
    made = admin.book(
        Booking(service_id=service_id, day=slot.day, start=slot.start, identity=person, phone="13800138000")
    )
    now = datetime.now(UTC)
    local = now.astimezone(ZoneInfo(admin.hall().time_zone))
    start = local.hour * 60
    hall.execute(
        update(AppointmentRow)
        .where(AppointmentRow.id == made.id)
        .values(
            day=local.date(), start=start, end=start + 60, starts_at=now - timedelta(minutes=5),
            ends_at=now + timedelta(minutes=55),
        )
    )  # fmt: skip
    return made


def send(hall: RunningHall, appointment: Appointment, content: bytes, material_id: UUID | None = None) -> None:
    query = {"appointment_id": str(appointment.id)} | ({"material_id": str(material_id)} if material_id else {})
    hall.client("admin")._file("POST", "/appointment-papers", query=query, content=content, read_s=10.0)


def check_in(hall: RunningHall, appointment: Appointment) -> Ticket:
    return hall.client("kiosk").issue(TicketRequest(service_id=appointment.service_id, appointment_id=appointment.id))
