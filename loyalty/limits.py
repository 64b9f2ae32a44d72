"""Every limit of the project, each with its reason."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

UPLOAD_BYTES = 25 * MEGABYTE  # an honest workbook of 500,000 rows x 10 is about this large
SHEETS = 50
ROWS = 1_048_576  # Excel's own
COLUMNS = 500
CELLS = 10_000_000
CELL_CHARACTERS = 32_767  # Excel's own
TEXT_CHARACTERS = 5_000  # kept of one cell for analysis
HEADER_ROWS_SEARCHED = 20
GROUPS = 30  # segments in a breakdown
GROUPING_VALUES = 50  # a column with more distinct values is no grouping
EXAMPLE_ROWS = 5  # row numbers kept in a note or an error
SMALL_SAMPLE = 30  # below this a point on a trend is drawn hollow
