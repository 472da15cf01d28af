"""Personal data of one person: look, export, erase; and how long each kind is kept."""
