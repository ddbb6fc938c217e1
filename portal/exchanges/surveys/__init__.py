"""Surveys: what came of a visit, asked of the visitor and of the host months after it.

The daily job asks, reminds once and closes what nobody answered; an answer is written once. The
page of effects adds the answers up, for the scheme and for each partnership, and shows no figure
that would tell what a single organisation has answered.
"""
