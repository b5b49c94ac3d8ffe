"""Indicators as data: numerator and denominator over the sources that features register; values, lists behind them, frozen copies."""
