"""Words on a film: shaped by HarfBuzz, laid out whole, lit as they are sung.

`face` draws words, `layout` times and places them, `lyrics` lights them over a picture.
"""
