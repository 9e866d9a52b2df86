"""A question in, a cited answer out, and a record of both: the only floor that knows both knowledge and engine."""
