"""When a slice and its frame were acquired is one moment, in the zone that each data set states (PS3.3 C.12.1.1.8); an image was
content first when its earliest slice was; and nothing made says today's date unless its sources do."""

from datetime import date, datetime, timedelta, timezone

from verdict import require_none
from view import frame_sources, instance_sources


def applies(mounted):
    return bool(mounted.combined() or mounted.taken_apart())


def check(mounted):
    problems, count = [], 0
    for view, files, sources_of in (
        ("enhanced", mounted.combined(), frame_sources),
        ("classic", mounted.taken_apart(), lambda dataset: instance_sources(dataset)[:1]),
    ):
        for file in files:
            named = sources_of(file.dataset)
            if not named or any(source is None or source[0] not in mounted.received.shown for source in named):
                continue  # nothing_is_lost_or_doubled says so
            count += 1
            sources = [mounted.received.shown[uid].dataset for uid, _ in named]
            if view == "enhanced":
                found = [*_content(file.dataset, sources)]
                found += [_acquired(file.dataset, number, source) for number, source in enumerate(sources, start=1)]
            else:
                found = [_acquired(sources[0], named[0][1], file.dataset)]
            found += _today(file.dataset, sources)
            problems += [f"{view}/{file.path}: {problem}" for problem in found if problem]
    return require_none(problems, f"{count} files")


def _acquired(image, number, slice_):
    """Frame Acquisition DateTime against that of a slice that was taken out of an image before, Acquisition DateTime, or Date and
    Time."""
    groups = image.PerFrameFunctionalGroupsSequence[number - 1]
    content = (groups.get("FrameContentSequence") or [{}])[0]
    stated = content.get("FrameAcquisitionDateTime")
    own = [str(slice_.get(keyword) or "") for keyword in ("FrameAcquisitionDateTime", "AcquisitionDateTime")]
    if slice_.get("AcquisitionDate") and slice_.get("AcquisitionTime"):
        own.append(f"{slice_.AcquisitionDate}{slice_.AcquisitionTime}")
    if not stated or not any(own):
        return None
    moment = _instant(str(stated), image.get("TimezoneOffsetFromUTC"))
    told = [_instant(text, slice_.get("TimezoneOffsetFromUTC")) for text in own if text]
    if moment is None or None in told or any(_is_one(moment, other) for other in told):
        return None
    return f"frame {number} was acquired {stated}, its slice {' or '.join(filter(None, own))}"


def _is_one(one, other):
    """To the millisecond; where only one of them states a zone, they are not compared."""
    return (one.tzinfo is None) != (other.tzinfo is None) or abs((one - other).total_seconds()) < 1e-3


def _content(image, slices):
    told = [(str(part.ContentDate), _seconds(part.ContentTime)) for part in slices if part.get("ContentDate") and part.get("ContentTime")]
    if len(told) == len(slices) and all(_instant(f"{day}000000", None) for day, _ in told) and (str(image.ContentDate), _seconds(image.ContentTime)) != min(told):
        yield f"content of {image.ContentDate} {image.ContentTime}, its earliest slice is of {min(told)}"


def _seconds(time):
    digits, _, fraction = str(time).replace(":", "").partition(".")
    digits = digits.ljust(6, "0")
    return int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:6]) + float(f"0.{fraction or 0}")


def _today(dataset, sources):
    today = date.today().strftime("%Y%m%d")
    if any(today in text for text in _dates(dataset)) and not any(today in text for part in sources for text in _dates(part)):
        yield "says today's date"


def _dates(dataset):
    for element in dataset.iterall():
        if element.VR in ("DA", "DT") and element.value:
            yield str(element.value)


def _instant(text, zone):
    """A DT, or DA and TM, aware of its zone if one is stated; None if it is less exact than a second."""
    for sign in "+-":
        if sign in text:
            text, zone = text[: text.index(sign)], text[text.index(sign) :]
    digits, _, fraction = text.replace(":", "").partition(".")
    if len(digits) != 14:
        return None
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S") + timedelta(seconds=float(f"0.{fraction or 0}"))
    except ValueError:
        return None
    if not zone:
        return moment
    zone = str(zone)
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return moment.replace(tzinfo=timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes)))
