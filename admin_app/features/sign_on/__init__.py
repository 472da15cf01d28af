"""The registry of single sign-on: who may sign people in through the hall, and the keys it signs with."""
