"""The hall server."""
