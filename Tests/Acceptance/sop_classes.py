"""Table C.3.5-1 of PS3.4: which classes the views convert into which."""

_STORAGE = "1.2.840.10008.5.1.4.1.1."

# classic: (true Enhanced, Legacy Converted Enhanced)
CLASSIC_TO_ENHANCED = {
    _STORAGE + "2": (_STORAGE + "2.1", _STORAGE + "2.2"),
    _STORAGE + "2.3": (_STORAGE + "2.4", _STORAGE + "2.5"),
    _STORAGE + "4": (_STORAGE + "4.1", _STORAGE + "4.4"),
    _STORAGE + "128": (_STORAGE + "130", _STORAGE + "128.1"),
}
ENHANCED_TO_CLASSIC = {enhanced: classic for classic, pair in CLASSIC_TO_ENHANCED.items() for enhanced in pair}
CLASSIC = frozenset(CLASSIC_TO_ENHANCED)
ENHANCED = frozenset(ENHANCED_TO_CLASSIC)
LEGACY_CONVERTED = frozenset(pair[1] for pair in CLASSIC_TO_ENHANCED.values())

CT, MR, PET = _STORAGE + "2", _STORAGE + "4", _STORAGE + "128"
ENHANCED_CT, ENHANCED_MR, ENHANCED_PET = _STORAGE + "2.1", _STORAGE + "4.1", _STORAGE + "130"
CT_FOR_PROCESSING, ENHANCED_CT_FOR_PROCESSING = _STORAGE + "2.3", _STORAGE + "2.4"
DICOMDIR = "1.2.840.10008.1.3.10"
