"""A second machine that receives every change, and takes over at one command."""
