"""Who drives: following, changing lanes, giving way, where trips come from and what drivers are like."""
