"""Measurements against budgets: ratios taken in one run, CPU of the processes instead of requests per second."""
