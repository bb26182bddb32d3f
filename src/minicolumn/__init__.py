"""Which mechanism of acetylcholine explains how mouse V1 activity changes?"""
