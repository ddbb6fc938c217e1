"""Figures drawn from the whole house: what a project's budget holds, euro by euro; changes nothing
but the trail.

The same statement feeds the page, the PDF and the CSV, so that they tie to the cent.
"""
