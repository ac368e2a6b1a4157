"""Cited clocks and amounts as data, and the date arithmetic they need. Pure: no Django, no clock.

`clocks.get_clock` and `clocks.due` answer when something is due and under which law, `amounts` how much,
`calendar` which days are business or banking days, `merging` which of two laws governs.
"""
