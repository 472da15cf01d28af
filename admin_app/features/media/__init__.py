"""Pictures and videos: what the hall has, and uploads that go on where they stood."""
