"""The jobs: one room each, entered by its door, with what several of them share beneath.

Songs become films (`video`), pictures (`visualize`) and words (`caption`); clips become music
(`bgm`), MIDI becomes composers (`train`); files are measured (`evaluate`) and joined (`combine`).
`guidance` says what pictures should mean at each moment, `render` makes frames and files of it.
"""
