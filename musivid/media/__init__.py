"""Sound, pictures and lyrics in and out of files; the only layer that knows ffmpeg and PyAV."""
