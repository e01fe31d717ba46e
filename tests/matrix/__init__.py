"""The page that shows what every implementation does with every case."""
