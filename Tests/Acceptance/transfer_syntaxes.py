"""Transfer syntaxes that pydicom does not know yet, made known to it."""

from pydicom._uid_dict import UID_dictionary
from pydicom.uid import UID

DEFLATED_FRAMES = UID("1.2.840.10008.1.2.8.1")
JPEG_XL_LOSSLESS = UID("1.2.840.10008.1.2.4.110")
ENCAPSULATED_UNCOMPRESSED = UID("1.2.840.10008.1.2.1.98")
for uid, name, keyword in (
    (DEFLATED_FRAMES, "Deflated Image Frame Compression", "DeflatedImageFrameCompression"),
    (ENCAPSULATED_UNCOMPRESSED, "Encapsulated Uncompressed Explicit VR Little Endian",
     "EncapsulatedUncompressedExplicitVRLittleEndian"),
    (JPEG_XL_LOSSLESS, "JPEG XL Lossless", "JPEGXLLossless"),
):  # fmt: skip
    UID_dictionary.setdefault(str(uid), (name, "Transfer Syntax", "", "", keyword))
