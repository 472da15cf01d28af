"""The operator's side bar: sign in, call, serve, finish."""
