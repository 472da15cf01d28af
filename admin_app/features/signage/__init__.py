"""What the displays show: layouts, playlists, schedules."""
