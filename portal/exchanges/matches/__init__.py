"""Bringing a visitor and a host together: one of two ways to begin an exchange.

Accepted profiles are compared by a score out of 100 whose every point is opened; one side proposes
days, the other accepts, proposes other days or declines. Once both have agreed the match is
confirmed and an exchange begins. Nothing is ever confirmed by the portal itself. A round looks at
all who wait at once and suggests the matches that are best taken together.
"""
