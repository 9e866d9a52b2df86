"""Small facts that the page asks for: what runs on a fallback, and who is signed in."""

from fastapi import APIRouter

from web import pages
from web.admission import split
from web.pages import SignedIn

router = APIRouter()


@router.get("/desk/status")
async def status(user: SignedIn) -> dict[str, object]:
    """The banners in both languages, and the role of who asks."""
    found = pages.opened()
    return {
        "banners": found.desk.banners,
        "role": user.role,
        "origins": split(found.settings.embed_origins),
        "lost": found.conversations.lost,
    }
