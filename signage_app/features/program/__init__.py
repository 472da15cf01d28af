"""The program of a wall: zones, what plays in them, emergencies."""
