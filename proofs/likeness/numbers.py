"""Every number of the likeness of pictures, each with its reason. Edges and lines in pixels of small copies."""

# A picture is made at least this small first: whole steps are quick, and a look still is drawn from enough of it.
FINE_EDGE = 700

# Borders are looked for in a copy of this edge: a line of it is half a per cent.
FRAME_EDGE = 200
LEAST_EDGE = 16

# A line is plain when all but a few of its pixels (specks, dust) lie this near to its mean; fainter is print.
LINE_SPREAD = 12
LINE_OUTLIERS = 0.006

# Title bars are thinner than this share of a screen, margins beside a picture in a window are wider than that one.
BAR_SHARE = 0.09
WINDOW_MARGINS = 0.1

# Contours: steps of grey above what grain gives, and above a share of the strongest ones.
EDGE_LEAST = 9.0
EDGE_SHARE = 0.3

# The box of the contours holds all but this share of them at each end, and is grown by what that leaves out.
BOX_CORE = 0.08
FRAMES_EQUAL = 0.025

# A sketch of 96 × 96 still shows that the amounts of two receipts of one shop differ; 64 × 64 hardly does.
SIDE = 96

# Bands: so many samples of a profile as one number. 22 bits, so that few unrelated pictures share one by chance.
BAND_BITS = 22
BAND_REACH = 1.0
SOFT, WIDE = 1.5, 8.0
FLAT = 1.5  # grey values; below that a sketch is blank paper

# The weakest bits of a probe are looked up both ways.
PROBED = 3

# A copy may lack up to 8 % at a side, or have them more: stored with and without, looked up in steps between.
STORED_CUTS = (0.0, 0.08)
QUERY_CUTS = (0.0, 0.02, 0.04, 0.06, 0.08)

# Laying one sketch over the other: ends of the profiles shifted by up to 14 %, then so many steps of refinement.
SHIFTS = tuple(n / 100 for n in range(-14, 15))
COARSE_STEPS, FINE_STEPS = 6, 8
NOISE = 3.0  # grey values that count as grain
LEAST_OVERLAP = 0.55

# Parts of a sketch that are judged by themselves, those with little in them left out; the worst and the bad ones count.
PARTS = 12
DULL_PART = 0.3
WORST_PARTS, BAD_PARTS = 0.05, 0.125

# Different receipts of one shop mostly reach 0.81, of equal layout and length up to 0.94; copies 0.88 and more.
SAME_PICTURE = 0.86
