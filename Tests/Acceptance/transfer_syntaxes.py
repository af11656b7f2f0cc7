"""Transfer syntaxes that pydicom does not know yet, made known to it."""

from pydicom._uid_dict import UID_dictionary
from pydicom.uid import UID

DEFLATED_FRAMES = UID("1.2.840.10008.1.2.8.1")
UID_dictionary.setdefault(
    str(DEFLATED_FRAMES), ("Deflated Image Frame Compression", "Transfer Syntax", "", "", "DeflatedImageFrameCompression")
)
