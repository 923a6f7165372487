"""The pages of participants: a program of its own, which knows nothing of the studio's rooms.

store (the database) <- taking (what a participant is shown and may send) <- app (the pages).
"""
