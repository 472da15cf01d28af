"""New versions for terminals: what is accepted, in which order terminals get it, and the way back."""
