"""Indicators as data: numerator and denominator over the sources of the features, lists behind them, frozen copies."""
