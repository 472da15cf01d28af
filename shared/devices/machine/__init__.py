"""The terminal's own machine: how it is, how loud and bright, and its and its displays' power."""
