"""Where one drives: networks of lanes, their surfaces, routes, places and the bodies on them."""
