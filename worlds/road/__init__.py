"""Roads, lights and traffic: networks as data in the record, and the models that move vehicles on them."""
