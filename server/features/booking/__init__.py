"""Appointments: booked, changed, cancelled, checked in; the waiting list; papers sent in advance."""
