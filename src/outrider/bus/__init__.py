"""How the processes of one installation tell each other what changed; so far there is one process."""
