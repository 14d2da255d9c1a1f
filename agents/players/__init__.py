"""Whoever fills a seat and is no human and no bot: trained agents, classical players, strategies of libraries."""
