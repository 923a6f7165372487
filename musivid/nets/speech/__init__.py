"""Networks that hear words: `ctc` for words that are known, `whisper` for those that are not."""
