"""Editions of the scheme: the terms in force from a day on, and the draft of the next ones.

An officer drafts, sees by a replay what the draft would have changed on past visits, and another
officer publishes. What is published is a row of `Scheme` and rows of `HostCeiling`, written once;
visits keep the terms under which they were agreed.
"""
