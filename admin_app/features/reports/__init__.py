"""Reports over days: figures, plot, the visits behind them, Excel."""
