"""The causes that costs, and QALYs gained or lost at once, are filed by: what brought them about, in every strategy alike."""

CAUSES = (
    "product", "delivery", "side effects", "subsequent treatment", "disease care", "follow-up", "end of life",
    "unrelated care of added years", "programme", "travel and lodging", "patient time", "lost work, illness",
    "lost work, death", "lost work of carers", "informal care", "consumption of survivors", "not separable",
)  # fmt: skip
UPFRONT = ("product", "delivery")  # with "not separable" as a second figure
LUMP = "not separable"
LUMP_NOTE = f"'{LUMP}' is a published lump: a cause that is 0 beside it may be in it, and is then not known."
TREATMENTS = (
    "product",
    "conditioning",
    "transplant",
    "later treatment",
    "chemotherapy",
    "radiation",
    "surgery",
)  # what harms
