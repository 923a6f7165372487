"""What the studio and listening studies are served by: a database, doors, and a server.

`database` keeps rows that several processes read and write, `migrations` brings them forward,
`doors` says who may come in, `listening` serves an application until it is told to stop.
"""
