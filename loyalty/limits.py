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
ARMS = 10  # groups of a trial: a column with more is not taken for one unasked
GROUPING_VALUES = 50  # a column with more distinct values is no grouping
EXAMPLE_ROWS = 5  # row numbers kept in a note or an error
SMALL_SAMPLE = 30  # below this a point on a trend is drawn hollow
LISTED = 100  # customers of a list that a screen shows; its file holds all of them
COMMENTS = 500  # different comments kept in a result
PRODUCTS = 12  # kinds of product in the table of what leads to what
SOURCES = 12  # places where visitors came from, the others together
SNAPSHOT_PURCHASES = 1_200_000  # gone through for the trend of RFM, months together
RESAMPLED = 20_000  # observations that a bootstrap draws again: with more, means are as good as normal
LOOKED_AHEAD = 10_000  # customers up to whom other horizons are made unasked: half a second for all of them
CURVE_POINTS = 200  # of a curve over time in a result: more than a screen can tell apart

# Packages (xlsx, ods): Apache POI's ZipSecureFile has 1,000 entries and 100:1 after 100 KB; the largest
# honest file seen has 48 entries, 15.6:1 as a whole and 49.5:1 in one part.
PACKAGE_PARTS = 1_000
INFLATED_BYTES = 16 * UPLOAD_BYTES  # 450,000 honest rows x 10 unpack to 200 MB
INFLATED_GRACE = 100 * 1024
INFLATED_RATIO = 100
BOX_CELLS = 20_000_000  # rectangle around the cells of a sheet: readers ask for all of it
BOX_GRACE = 5_000_000  # above this the rectangle may not be almost empty
BOX_RATIO = 50

# The process that parses a workbook. Honest 1,048,576 x 9 cells take some 0.8 GB and 10 s.
PARSER_MEMORY = 1536 * MEGABYTE
PARSER_CPU_SECONDS = 30
PARSER_SECONDS = 45
PARSER_FILE_BYTES = 512 * MEGABYTE  # all characters and all cells the limits allow, as Arrow keeps them
PARSER_OPEN_FILES = 64
PARSERS = 2  # at once: more do not finish sooner on two cores
PARSERS_WAITING = 10
ALL_CHARACTERS = 100_000_000  # of all text cells together: what one parser can hand back
