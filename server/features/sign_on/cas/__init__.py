"""CAS (protocol 3.0, without proxies): single sign-on of systems older than OpenID Connect."""
