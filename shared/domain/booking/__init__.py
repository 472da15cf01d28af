"""Appointments: their life, when their holder may check in, who on the waiting list is offered a freed slot. Pure."""
