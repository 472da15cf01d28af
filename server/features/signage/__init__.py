"""What the walls show: layouts, playlists, schedules, each display's program, emergencies."""
