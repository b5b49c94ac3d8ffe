"""Pure rules of the register of schools."""
