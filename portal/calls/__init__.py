"""Calls for proposals: what may be asked for, by whom, until when, and out of which envelope.

One kind of room for partnerships, innovation projects and vouchers. An officer drafts and
publishes a call; from then on only dated corrigenda change it. Forecast, open and closed follow
from the clock. The verbs that touch proposals (decide, inform) are performed in the room inside,
proposals/; the decisive guard stands here: what is on the main list never exceeds the budget.
"""
