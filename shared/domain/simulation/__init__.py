"""A hall that exists only in numbers: people come, wait, are called and served, by the same rules as in a real one."""
