"""Routes on a network that somebody gave: the file's trips, some of them by seats that choose among several ways."""
