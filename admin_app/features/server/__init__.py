"""How safe the hall is: alarms with what to do, backups, the second machine, room on the disk."""
