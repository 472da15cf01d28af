"""A copy of the hall in one file: made while it runs, verified, and put back."""
