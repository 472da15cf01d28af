"""Ticket printers, the drawing of tickets and a stand-in that turns printer bytes into a picture."""
