"""What everything stands on: the clock, errors, files and folders, runs, devices, reporters."""
