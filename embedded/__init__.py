"""Servers and processes that `make up` and the tests start for themselves when none are configured."""
