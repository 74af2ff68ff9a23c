"""Vision. No model is here: every operation is answered by a file that the user gives."""
