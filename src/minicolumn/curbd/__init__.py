"""Currents between groups of units, by current-based decomposition (CURBD).

A recurrent network is fitted to the activity of all units of a session. The current
into one group then is a sum of those from each group: Perich et al. 2020 (bioRxiv
2020.12.18.423348), written from the formulas.
"""
