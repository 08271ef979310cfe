"""Reads many files in one call: whole, in parts, as outlines or by pattern, each line with its own number.

`batch.Reader` is the way in. Nothing outside the given roots is read, after links; what is read is a plain file that
was opened without waiting and looked at once more when it was open.
"""
