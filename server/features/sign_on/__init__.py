"""Single sign-on: the OpenID Connect provider, CAS, upstream providers."""
