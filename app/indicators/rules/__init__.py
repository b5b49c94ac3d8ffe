"""Pure rules: what a definition holds, periods, figures and colours."""
