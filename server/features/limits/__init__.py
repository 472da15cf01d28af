"""Rules against hoarding: who may have a number, and who may not for a while."""
