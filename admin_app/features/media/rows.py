"""Media and uploads in words."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from admin_app.features.media.uploads import Upload
from admin_app.words import sorry
from shared.domain.media.formats import MB
from shared.i18n import text
from shared.schemas.media import Media, MediaUse, PlayCount

_KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP", "video/mp4": "MP4"}
# What a person may do with an upload in each state.
_ACTS = {
    "waiting": ("pause", "remove"),
    "checking": (),
    "sending": ("pause",),
    "finishing": (),
    "paused": ("resume", "remove"),
    "offline": ("pause", "remove"),
    "stopped": ("resume", "remove"),
    "refused": ("remove",),
    "done": ("remove",),
}
_TONES = {"done": "ok", "refused": "error", "stopped": "warn", "offline": "warn", "paused": "off"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One content in the grid."""

    sha256: str
    name: str
    facts: str
    video: str
    retired: bool
    thumbnail: bool


@dataclass(frozen=True, slots=True)
class UploadRow:
    """``percent`` is None where nobody knows; ``acts``: pause, resume, remove."""

    path: str
    name: str
    tone: str
    words: str
    percent: int | None
    acts: tuple[str, ...]


def megabytes(size: int) -> str:
    return f"{size / MB:.1f} MB" if size >= MB // 10 else f"{max(1, round(size / 1024))} KB"


def length(duration_ms: int | None) -> str:
    """Minutes and seconds; empty where nobody knows."""
    if duration_ms is None:
        return ""
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def sheet(media: Media, language: str) -> Sheet:
    is_video = media.media_type.startswith("video/")
    return Sheet(
        media.sha256, media.name, f"{media.width} × {media.height} · {megabytes(media.size)}",
        (length(media.duration_ms) or text("media.page.video", language)) if is_video else "", media.retired,
        media.thumbnail,
    )  # fmt: skip


def facts(media: Media, zone: ZoneInfo, language: str) -> tuple[tuple[str, str], ...]:
    def title(key: str) -> str:
        return text(f"media.page.{key}", language)

    found = [
        (title("kind"), _KINDS.get(media.media_type, media.media_type)),
        (title("measures"), f"{media.width} × {media.height}"), (title("size"), megabytes(media.size)),
    ]  # fmt: skip
    if media.duration_ms is not None:
        found.append((title("duration"), length(media.duration_ms)))
    found += [
        (title("by"), media.uploaded_by.partition(":")[2] or media.uploaded_by),
        (title("at"), media.uploaded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")),
        (title("sum"), media.sha256[:16]),
    ]
    return tuple(found)


def use_words(use: MediaUse, language: str) -> str:
    return text("media.page.use", language, kind=text(f"media.use.{use.kind}", language), name=use.name)


def plays_words(plays: list[PlayCount], days: int, language: str) -> str:
    """How often it was shown, on how many displays and how long in all."""
    if not plays:
        return text("media.page.never_played", language, days=days)
    return text(
        "media.page.played", language, days=days, n=sum(one.plays for one in plays),
        displays=len({one.terminal for one in plays}), time=length(sum(one.shown_ms for one in plays)),
    )  # fmt: skip


def upload_row(upload: Upload, language: str) -> UploadRow:
    error = upload.error
    words = sorry(error, language) if error is not None else text(f"media.upload.{upload.state}", language)
    if upload.state == "offline":
        words = text("media.upload.offline", language)
    elif upload.state in ("sending", "paused") and upload.size:
        words = text(
            f"media.upload.{upload.state}_of", language, sent=megabytes(upload.sent), size=megabytes(upload.size)
        )  # fmt: skip
    percent = upload.sent * 100 // upload.size if upload.size else None
    if upload.state in ("refused", "stopped"):
        percent = None
    tone = _TONES.get(upload.state, "busy")
    return UploadRow(upload.path, upload.name, tone, words, percent, _ACTS[upload.state])
