"""Rules against hoarding, the block list, missed visits, agents and companions."""
