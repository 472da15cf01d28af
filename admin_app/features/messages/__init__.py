"""Messages to citizens: how they are sent, what became of them, their words."""
