"""Is this organisation an SME, on this day: computed from declared figures, never ticked.

A member declares headcount, turnover and balance sheet total, and the enterprises it is linked to
or partner of; the rules of Recommendation 2003/361/EC (domain 4) give the category and keep every
step. An officer confirms or contests. A declaration is valid for twelve months.
"""
