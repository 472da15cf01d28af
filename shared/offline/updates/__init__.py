"""New versions on a terminal: fetched, checked, put into a free slot, started, and taken back when they do not come up.

POSIX: the way back hangs on a rename that happens whole.
"""
