"""People, animals and things as fields of distance: `body` draws them, the others shape them.

They stand at y = 0 in units of their own height, up is negative; who is seen from the side faces
+x. They are made to be small, from behind or dark before a light: near faces are not attempted.
"""
