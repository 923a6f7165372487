"""`python -m musivid` is the same as `musivid`."""

from musivid.cli import main

if __name__ == "__main__":
    main()
