"""Kitchens loaded from layout files, by Overcooked's rules; the rule book is rules.py."""
