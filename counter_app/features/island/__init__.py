"""The counter alone: its copy, its journal, and going on with both."""
