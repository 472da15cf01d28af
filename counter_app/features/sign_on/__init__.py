"""Who works here: signing in at a counter that is closed."""
