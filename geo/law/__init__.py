"""The law of the place and the day: facts in, findings and their proof out.

Rule files come in as text (``parse``), and every parcel is assessed at once, by columns, in Kleene's logic.
"""
