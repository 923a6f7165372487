"""What pictures should mean at each moment: time to weighted prompts.

`windows` are stretches of sound that are heard as one; `lanes` say which line speaks when and how
one gives way to the next; `space` makes sound, words and pictures comparable; `swing` is the way of
`interpolate` from sound to words and back. A `schedule` puts them together: the target at any time.
"""
