"""The small renderer that draws the sample dishes: shapes, glazes, patterns, tables and light."""
