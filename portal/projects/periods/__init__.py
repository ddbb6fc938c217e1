"""Reporting periods of a project, and the payments of the grant that they earn.

A plan, laid down once with the agreement, says how many periods there are, and what is paid in
advance. The coordinator reports the costs of each period; an officer accepts them, which earns an
interim payment, or the balance at the end. The grant stands on the line of its call and goes to the
coordinator; the project's own lines pay third parties, and never a cent of it here.
"""
