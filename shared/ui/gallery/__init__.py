"""Pictures of every component in every look: `python -m shared.ui.gallery --out DIR`."""
