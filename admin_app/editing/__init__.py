"""Editing one item of a list: drafts, saving, refusals, conflicts, retiring; pages share it."""
