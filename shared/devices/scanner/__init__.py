"""Bar code and QR scanners."""
