"""The security policy, as forms."""
