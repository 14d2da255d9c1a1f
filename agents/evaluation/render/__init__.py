"""An evaluation for people: text, pictures, HTML pages and the parts they are made of."""
