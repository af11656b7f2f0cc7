"""The archives built in code: each module's `build(root)` lays one out, always the same to the byte."""

from importlib import import_module

NAMES = (
    "ct_axial", "ct_compressed", "mr_two_echoes", "mr_over_time", "pet_dynamic", "enhanced_mr", "enhanced_ct", "enhanced_pet",
    "ct_broken", "ct_overlays", "ct_derived", "ct_odd", "mr_diffusion", "flattened", "encodings", "private_nesting", "other_files",
    "references", "frame_references", "concatenation", "concatenation_references", "for_processing", "frame_encodings",
    "packed_bits", "retrieval_places", "ct_said_twice",
)  # fmt: skip


def build(name, root):
    import_module(f"archives.{name}").build(root)
