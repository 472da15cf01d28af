"""What a wall shows and when: layouts, recurring rules, the timeline, what goes over what."""
