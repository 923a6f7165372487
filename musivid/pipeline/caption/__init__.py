"""A song becomes words (`caption`)."""
