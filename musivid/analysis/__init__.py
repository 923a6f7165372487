"""What there is to hear and to see: sound and film into curves, beats, sections and keys.

`sound.hear` gives all facts of a track: tempo and beats, bars, sections and curves, from one
`spectrum`. `key` finds keys of sound and of notes, `tonality` says what one is. `motion`,
`visual_beats`, `flow` and `cuts` look at films; `loudness` measures as broadcasters do; `energies`
and `progress_curve` set the pace of a walk.
"""
