"""Who would like to visit or to host: a profile, the partnership that answers it, the catalogue.

An organisation registers what it offers and seeks (sectors, objectives, languages, days), chooses
a partnership or takes the one suggested, and is answered within ten working days. Only an accepted
profile is shown to others and may be matched (CXC-E11). Exchanges and matches stand above this
room; it knows neither.
"""
