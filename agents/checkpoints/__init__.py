"""What an agent is kept in: tensors, a description and the files around them."""
