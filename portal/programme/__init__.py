"""What the programmes are: names, rates, who takes part and since when.

Participation is a dated table: a row says from when a country takes part, and until when if that is
known. Nothing is overwritten; a correction is a newer row, and the newest row in force on a day
decides. Rates are the defaults of new calls; a call keeps its own.
"""
