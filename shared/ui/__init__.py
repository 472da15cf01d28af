"""What the four apps stand on: application, presenters, background work, theme, Quick components, widgets."""
