"""One's own account: who one is, the password, the second factor, where one is signed in."""
