"""Following a pickle to its end as an unpickler would, without doing what it says."""
